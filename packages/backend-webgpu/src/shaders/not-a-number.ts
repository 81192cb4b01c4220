/** Functions that keep NaN, of which `exp` and `log` make a number on some devices; `Vector` is one or four floats. */
export function keepingNaN(vector: "f32" | "vec4f"): string {
  const bits = vector === "f32" ? "u32" : "vec4u";
  return /* wgsl */ `
fn exponential(x: Vector) -> Vector {
  let isNaN = (bitcast<${bits}>(x) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);
  return select(exp(x), x, isNaN);
}

fn logarithm(x: f32) -> f32 {
  let isNaN = (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
  return select(log(x), x, isNaN);
}
`;
}
