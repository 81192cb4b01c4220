/** Functions that keep NaN, of which `exp` and `log` make a number on some devices; `Vector` is one or four floats. */
export function keepingNaN(vector: "f32" | "vec4f"): string {
  const bits = bitsOf(vector);
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

/**
 * WGSL of a rectified value of type `vector`, of which NaN stays NaN: what is negative is told by its bits, for some devices make a
 * maximum, which loses NaN, of a comparison.
 */
export function rectified(value: string, vector: "f32" | "vec4f"): string {
  const bits = bitsOf(vector);
  return `select(${value}, ${vector}(), bitcast<${bits}>(${value}) - ${bits}(0x80000000u) <= ${bits}(0x7f800000u))`;
}

/** The type of the bits of a value. */
export const bitsOf = (vector: "f32" | "vec4f") => (vector === "f32" ? "u32" : "vec4u");
