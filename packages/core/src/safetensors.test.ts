import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, type HostTensor } from "./safetensors.js";

const tensor = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.constantFrom("f", "i", "u"))
  .map(([shape, type]): HostTensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: size }, (_, i) => i * 3);
    const data = { f: Float32Array, i: Int32Array, u: Uint8Array }[type]!;
    return { shape, data: data.from(values) };
  });

test("what is written is what is read", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== "__metadata__" && key !== "__proto__"),
        tensor,
      ),
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        fc.string(),
      ),
      (tensors, metadata) => {
        expect(decodeSafetensors(encodeSafetensors({ tensors, metadata }))).toEqual({
          tensors: { ...tensors },
          metadata: { ...metadata },
        });
      },
    ),
  );
});

// The example of the format's specification: a header of F16 data, read as float32.
test("half precision is read as float32", () => {
  const header =
    '{"x":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"y":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]}} ';
  const bytes = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + bytes.length + 10);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set([0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0xc0, 0x3f], 8 + bytes.length);
  const { tensors } = decodeSafetensors(file);
  expect([...tensors.x.data]).toEqual([1, -2, 65504, 2 ** -24]);
  expect([...tensors.y.data]).toEqual([1.5]);
});

test("a view into a larger buffer is read as a file of its own", () => {
  const file = encodeSafetensors({
    tensors: { w: { shape: [2], data: Float32Array.of(1, 2) } },
    metadata: {},
  });
  const pool = Buffer.concat([Buffer.alloc(5), file, Buffer.alloc(7)]);
  const { tensors } = decodeSafetensors(pool.subarray(5, 5 + file.length));
  expect(tensors.w.data).toEqual(Float32Array.of(1, 2));
});

test("a file cut short anywhere is refused with an error that says so", () => {
  const file = encodeSafetensors({
    tensors: { weight: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
    metadata: {},
  });
  for (let length = 0; length < file.length; length++) {
    expect(() => decodeSafetensors(file.subarray(0, length), "weights.safetensors")).toThrow(
      /weights\.safetensors: .*(truncated)/,
    );
  }
});

test("an unknown dtype is named", () => {
  const good = new TextDecoder().decode(
    encodeSafetensors({ tensors: { w: { shape: [1], data: Float32Array.of(0) } }, metadata: {} }),
  );
  const bad = new TextEncoder().encode(good.replace('"F32"', '"Q99"'));
  expect(() => decodeSafetensors(bad)).toThrow(
    'tensor "w" must be of F64, F32, I32, F16, BF16, U8, BOOL, got "Q99"',
  );
});
