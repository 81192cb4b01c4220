import { ContrastiveError } from "@contrastive/core";

/** An array in NumPy's file format. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float32Array;
}

/** Writes `.npy` version 1.0, C order, little-endian. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const type = data instanceof Float32Array ? "<f4" : "|u1";
  const comma = shape.length === 1 ? "," : "";
  let header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")}${comma}), }`;
  // The data starts at a multiple of 64 bytes, as the format asks.
  header = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const file = new Uint8Array(10 + header.length + data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + header.length);
  return file;
}

/** Reads `.npy` files of uint8 or float32 in C order; `who` names the file in errors. */
export function decodeNpy(file: Uint8Array, who: string): NpyArray {
  const magic =
    file.length >= 12 && file[0] === 0x93 && new TextDecoder().decode(file.subarray(1, 6)) === "NUMPY";
  if (!magic)
    throw new ContrastiveError({ who, what: "is not a .npy file", fix: "Write one with numpy.save" });
  const view = new DataView(file.buffer, file.byteOffset);
  const [start, length] = file[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = new TextDecoder().decode(file.subarray(start, start + length));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/
    .exec(header)?.[1]
    .split(",")
    .flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  if (shape === undefined || type === undefined || /'fortran_order':\s*True/.test(header)) {
    throw new ContrastiveError({ who, what: "must be an array in C order", got: header.trim() });
  }
  if (type !== "|u1" && type !== "<f4") {
    throw new ContrastiveError({
      who,
      what: "must hold uint8 or float32",
      got: type,
      fix: "Convert with array.astype",
    });
  }
  const bytes = shape.reduce((product, n) => product * n, 1) * (type === "|u1" ? 1 : 4);
  const data = Uint8Array.from(file.subarray(start + length));
  if (data.length !== bytes) {
    throw new ContrastiveError({
      who,
      what: `must hold ${bytes} bytes of data for shape (${shape.join(", ")})`,
      got: data.length,
    });
  }
  return { shape, data: type === "|u1" ? data : new Float32Array(data.buffer) };
}
