import { ContrastiveError, type OpenDataset } from "@contrastive/core";

/** The samples of each class; throws if the dataset has no labels, or a class without samples. */
export function membersByClass(
  who: string,
  { labels, classes }: Pick<OpenDataset, "labels" | "classes">,
): readonly Uint32Array[] {
  if (labels === undefined || labels.length === 0) {
    throw new ContrastiveError({
      who,
      what: "the dataset must have labels",
      got: labels,
      fix: 'Use the sampler "shuffle" for data without labels',
    });
  }
  const count = classes?.length ?? labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const members: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, index) => {
    if (members[label] === undefined) {
      throw new ContrastiveError({ who, what: `labels must be in 0..${count - 1}`, got: label });
    }
    members[label].push(index);
  });
  const empty = members.findIndex((samples) => samples.length === 0);
  if (empty !== -1) {
    throw new ContrastiveError({
      who,
      what: `class ${empty}${classes === undefined ? "" : ` ("${classes[empty]}")`} has no samples`,
      fix: "Every class needs at least one: add some, or leave the class out of the dataset",
    });
  }
  return members.map((samples) => Uint32Array.from(samples));
}
