/**
 * Which pairs of one row with four of the other side are what. `Four` holds four rows' marks, one to a component.
 *
 * `positivesOfOne` has the one for the anchor, `positivesOfFour` the four for anchors.
 */
export function pairCode(capped: boolean): string {
  const kept = (condition: string) => (capped ? ` & ((four.samples == vec4i(one.z)) | (${condition}))` : "");
  return `
struct Four { ids: vec4i, labels: vec4i, samples: vec4i, limits: vec4i, rows: vec4i }

fn four(a: vec4i, b: vec4i, c: vec4i, d: vec4i, rows: vec4u) -> Four {
  let marks = transposed(a, b, c, d);
  return Four(marks[0], marks[1], marks[2], marks[3], vec4i(rows));
}

fn transposed(a: vec4i, b: vec4i, c: vec4i, d: vec4i) -> array<vec4i, 4> {
  return array<vec4i, 4>(
    vec4i(a.x, b.x, c.x, d.x),
    vec4i(a.y, b.y, c.y, d.y),
    vec4i(a.z, b.z, c.z, d.z),
    vec4i(a.w, b.w, c.w, d.w),
  );
}

// Of one id are an element and itself; of the id −1 what is not there.
fn distinct(one: vec4i, four: Four) -> vec4<bool> {
  return (four.ids != vec4i(one.x)) & (four.ids != vec4i(-1)) & vec4<bool>(one.x != -1);
}

fn negatives(one: vec4i, four: Four) -> vec4<bool> {
  return distinct(one, four) & (four.labels != vec4i(one.y));
}

fn positivesOfOne(one: vec4i, four: Four) -> vec4<bool> {
  return distinct(one, four) & (four.labels == vec4i(one.y))${kept("four.rows < vec4i(one.w)")};
}

fn positivesOfFour(one: vec4i, row: u32, four: Four) -> vec4<bool> {
  return distinct(one, four) & (four.labels == vec4i(one.y))${kept("vec4i(i32(row)) < four.limits")};
}`;
}
