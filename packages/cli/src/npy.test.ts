import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { decodeNpy, encodeNpy } from "./npy.js";
import { readImages } from "./read-images.js";

// Written by bench/peers/npy.py with NumPy and Pillow.
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const read = (name: string) => readFileSync(fixture(name));

/** The pixels of `images.npy`. */
const pixel = (i: number) => (i * 7) % 256;
const pixels = (from: number, count: number) => Array.from({ length: count }, (_, i) => pixel(from + i));

test.each(["images.npy", "version2.npy"])("%s of NumPy is read as it was written", (name) => {
  const { shape, data } = decodeNpy(read(name), name);
  expect(shape).toEqual([3, 4, 5, 3]);
  expect(data).toEqual(Uint8Array.from(pixels(0, 180)));
});

test("float32 of NumPy is read, of any number of dimensions", () => {
  expect(decodeNpy(read("floats.npy"), "floats.npy")).toEqual({
    shape: [2, 3],
    data: Float32Array.of(0.5, -1.25, 3e-8, 1, 2, 3),
  });
  expect(decodeNpy(read("vector.npy"), "vector.npy").shape).toEqual([7]);
});

test.each(["images.npy", "floats.npy", "vector.npy"])(
  "%s is written as NumPy writes it, byte for byte",
  (name) => {
    expect(Buffer.from(encodeNpy(decodeNpy(read(name), name))).equals(read(name))).toBe(true);
  },
);

test.each([
  ["double.npy", /double\.npy: must hold uint8 or float32, got "<f8"/],
  ["fortran.npy", /fortran\.npy: must be an array in C order/],
  ["gray.png", /gray\.png: is not a \.npy file/],
])("%s is refused", (name, message) => {
  expect(() => decodeNpy(read(name), name)).toThrow(message);
});

test("a file that was cut short is refused, wherever it was cut", () => {
  const whole = read("images.npy");
  for (let length = 0; length < whole.length; length += 9) {
    expect(() => decodeNpy(whole.subarray(0, length), "cut.npy"), `${length} bytes`).toThrow(/^cut\.npy: /);
  }
});

test("images come from an array, a PNG, or a folder of PNGs in the order of their names", async () => {
  const { names, images } = await readImages(fixture("images.npy"));
  expect(names).toEqual(["0", "1", "2"]);
  expect(images[2]).toEqual({ height: 4, width: 5, channels: 3, data: Uint8Array.from(pixels(120, 60)) });

  const folder = await readImages(fixture("png"));
  expect(folder.names).toEqual(["alpha.png", "colour.png"]);
  expect(folder.images).toEqual([images[1], images[0]]);

  const gray = Uint8Array.from({ length: 20 }, (_, i) => pixel(120 + 3 * i));
  expect((await readImages(fixture("gray.png"))).images).toEqual([
    { height: 4, width: 5, channels: 1, data: gray },
  ]);
});

test.each([
  ["palette.png", /palette\.png: must be a PNG of 8 bits a channel, without a palette/],
  ["floats.npy", /floats\.npy: must be uint8 of shape \[n, h, w, c\], got \[2,3\]/],
  ["nothing", /there is no file or folder/],
  ["../src", /there are no PNG files/],
])("no images come from %s", async (name, message) => {
  await expect(readImages(fixture(name))).rejects.toThrow(message);
});
