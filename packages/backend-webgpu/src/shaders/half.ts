/**
 * How a shader sees values that are stored as halves: IEEE 754's binary16, four of them in a `vec2u`, computed on in 32 bits.
 *
 * WGSL's own packing rounds as the device likes and leaves what is too large undefined. This rounds to the nearest, ties to even,
 * on every device; what is too large becomes infinite, so that a gradient that overflowed is seen, and NaN stays NaN.
 */
export const halves = {
  /** Of four values in a buffer. */
  element: "vec2u",
  /** WGSL of the four as floats. */
  load: (stored: string) => `from_halves(${stored})`,
  store: (values: string) => `to_halves(${values})`,
  code: /* wgsl */ `
fn from_halves(stored: vec2u) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}

fn to_halves(values: vec4f) -> vec2u {
  let bits = bitcast<vec4u>(values);
  let size = bits & vec4u(0x7fffffffu);
  // Adds 0xfff − 0x38000000: the exponent's bias falls from 127 to 15, and a carry into it is right, for from 65,520 on it makes
  // the bits of infinity.
  let odd = (size >> vec4u(13u)) & vec4u(1u);
  let normal = (min(size, vec4u(0x47800000u)) + odd + vec4u(0xc8000fffu)) >> vec4u(13u);
  // Below 2⁻¹⁴ they are multiples of 2⁻²⁴, as float32 has them from 0.5 on.
  let subnormal = bitcast<vec4u>(bitcast<vec4f>(size) + vec4f(0.5)) - vec4u(0x3f000000u);
  let finite = select(normal, subnormal, size < vec4u(0x38800000u));
  let stored = select(finite, vec4u(0x7e00u), size > vec4u(0x7f800000u)) | ((bits >> vec4u(16u)) & vec4u(0x8000u));
  return vec2u(stored.x | (stored.y << 16u), stored.z | (stored.w << 16u));
}
`,
};

/** Whether values of this shape can be stored so: four of them always lie in a row. */
export function fitsHalves(shape: readonly number[]): boolean {
  return shape.length > 0 && shape[shape.length - 1] % 4 === 0 && !shape.includes(0);
}

/** WGSL that reads and writes buffers, some of which, by name, are of halves: `read("x[at]")`, `write("y[at]", "value")`. */
export function accessTo(inHalves: readonly string[]) {
  const isHalf = (place: string) => inHalves.includes(place.slice(0, place.indexOf("[")));
  return {
    read: (place: string) => (isHalf(place) ? halves.load(place) : place),
    write: (place: string, values: string) => `${place} = ${isHalf(place) ? halves.store(values) : values};`,
  };
}

/** The bindings of those among the buffers, which are named in the order of their bindings. */
export function bindingsOf(buffers: readonly string[], inHalves: readonly string[]): readonly number[] {
  return buffers.flatMap((name, binding) => (inHalves.includes(name) ? [binding] : []));
}
