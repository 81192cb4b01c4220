export interface Section {
  readonly id: number;
  /** Its first byte, behind its size. */
  readonly begin: number;
}

/** The sections of a WebAssembly module, in order. Throws where the module is cut short. */
export function sectionsOf(module: Uint8Array): Section[] {
  const sections: Section[] = [];
  // Behind the magic number and the version.
  let at = 8;
  while (at < module.length) {
    const { value: size, next: begin } = readNumber(module, at + 1);
    sections.push({ id: module[at], begin });
    at = begin + size;
  }
  if (at > module.length && sections.length > 0) {
    throw new Error(`The module ends too early: it has ${module.length} bytes of at least ${at}.`);
  }
  return sections;
}

/** A number of variable length (LEB128). */
export function readNumber(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) throw new Error("The module ends too early.");
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, next: from + i + 1 };
  }
}
