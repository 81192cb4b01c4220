/** What a shader binds, in this order: buffers that it reads, buffers that it writes, and a struct of scalars. */
export interface Bindings {
  /** The type of an element by the buffer's name in WGSL. */
  readonly reads: Readonly<Record<string, string>>;
  readonly writes: Readonly<Record<string, string>>;
  /** The types of members by their names, in the order of the dispatch's uniforms. */
  readonly uniforms?: Readonly<Record<string, "u32" | "i32" | "f32">>;
}

/** Declares them; the struct is named `sizes`. */
export function declare({ reads, writes, uniforms }: Bindings): string {
  const buffers = [
    ...Object.entries(reads).map(([name, element]) => ["read", name, element]),
    ...Object.entries(writes).map(([name, element]) => ["read_write", name, element]),
  ];
  const lines = buffers.map(
    ([access, name, element], i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${element}>;`,
  );
  if (uniforms !== undefined) {
    const members = Object.entries(uniforms).map(([name, type]) => `${name}: ${type}`);
    lines.push(
      `struct Sizes { ${members.join(", ")} }`,
      `@group(0) @binding(${buffers.length}) var<uniform> sizes: Sizes;`,
    );
  }
  return lines.join("\n");
}
