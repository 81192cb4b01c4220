import { ContrastiveError, show } from "./errors.js";

/** A tensor in host memory. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, HostTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const bytesOf: Readonly<Record<string, number>> = { F64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1, BOOL: 1 };

/** Writes tensors in the safetensors format: an 8-byte length, a JSON header, the data, little-endian. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> =
    Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let json = JSON.stringify(header);
  // Aligned, as the reference writer does, so that readers may map the data without copying.
  const length = Math.ceil(new TextEncoder().encode(json).length / 8) * 8;
  json += " ".repeat(length - new TextEncoder().encode(json).length);

  const file = new Uint8Array(8 + length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(new TextEncoder().encode(json), 8);
  let at = 8 + length;
  for (const { data } of Object.values(tensors)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; half precision and float64 come as float32.
 *
 * Throws an error that says what is wrong with the file and where (`who` names it).
 */
export function decodeSafetensors(file: Uint8Array, who = "safetensors"): SafetensorsFile {
  const broken = (what: string, cause?: unknown): ContrastiveError =>
    new ContrastiveError({
      who,
      what,
      cause,
      fix: "The file is truncated or not a safetensors file; write or copy it again",
    });
  if (file.byteLength < 8)
    throw broken(`a file of ${file.byteLength} bytes is too short for its 8-byte length`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > file.byteLength - 8)
    throw broken(`header of ${length} bytes expected, ${file.byteLength - 8} bytes left`);

  let header: Record<string, HeaderEntry | Record<string, string>>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, 8 + length)));
  } catch (cause) {
    throw broken("the header is not JSON", cause);
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Record<string, HostTensor> = {};
  for (const [name, entry] of Object.entries(entries as Record<string, HeaderEntry>)) {
    const {
      dtype,
      shape,
      data_offsets: [start, end],
    } = entry;
    const bytes = bytesOf[dtype];
    if (bytes === undefined) {
      throw new ContrastiveError({
        who,
        what: `tensor "${name}" must be of ${Object.keys(bytesOf).join(", ")}`,
        got: dtype,
      });
    }
    const size = shape.reduce((product, n) => product * n, 1);
    if (end - start !== size * bytes)
      throw broken(`tensor "${name}" of ${show(shape)} ${dtype} can't have ${end - start} bytes`);
    if (8 + length + end > file.byteLength) {
      throw broken(`tensor "${name}" ends at byte ${8 + length + end}, the file at ${file.byteLength}`);
    }
    tensors[name] = {
      shape,
      data: toArray(dtype, Uint8Array.from(file.subarray(8 + length + start, 8 + length + end)).buffer),
    };
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function dtypeOf(data: HostTensor["data"]): string {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U8";
}

function toArray(dtype: string, buffer: ArrayBuffer): HostTensor["data"] {
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "BF16":
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    default:
      return new Uint8Array(buffer);
  }
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
