/** Where the bytes of an encoded image are. */
export type ImageInput = string | FilePart | NamedBytes;

/** A part of a file, such as a member of a tar; in Node only. */
export interface FilePart {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export interface NamedBytes {
  /** For errors. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function nameOf(input: ImageInput): string {
  if (typeof input === "string") return input;
  return "name" in input ? input.name : `${input.path} at byte ${input.offset}`;
}
