/** The most workgroups that every device takes in a dimension. */
const MOST_GROUPS = 65_535;

/** A grid of at least `groups` workgroups, of which there must be one; `groupIndex` numbers them, and those from `groups` on have nothing to do. */
export function foldedGrid(groups: number, most = MOST_GROUPS): readonly [number, number] {
  const y = Math.ceil(groups / most);
  return [Math.ceil(groups / y), y];
}

/** WGSL of the number of a workgroup in a folded grid, from the built-in values `workgroup_id` and `num_workgroups`. */
export const groupIndex = "group.y * groups.x + group.x";
