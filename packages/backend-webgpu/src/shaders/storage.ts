/** Declares the buffers of a shader, those it reads and then those it writes, in the order of the bindings. */
export function storage({
  reads,
  writes,
  type = "Vector",
}: {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Of an element. */
  readonly type?: string;
}): string {
  const declare = (name: string, access: string, binding: number) =>
    `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${type}>;`;
  return [
    ...reads.map((name, i) => declare(name, "read", i)),
    ...writes.map((name, i) => declare(name, "read_write", reads.length + i)),
  ].join("\n");
}

/** Declares the uniforms, which come after the buffers: `members` is the struct's body. */
export function uniforms(binding: number, name: string, members: string): string {
  return `struct Uniforms { ${members} }\n@group(0) @binding(${binding}) var<uniform> ${name}: Uniforms;`;
}
