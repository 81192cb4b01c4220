import { describe, expect, it } from "vitest";
import { layOut } from "./layout.js";

const lay = (paths: readonly string[], testFraction = 0.2) => layOut("test", paths, testFraction);
const pathsOf = (samples: readonly { readonly path: string }[]) => samples.map(({ path }) => path);

describe("layOut", () => {
  it("takes subfolders for classes, and holds out an even share of each", () => {
    const paths = [..."abcdefghij"].flatMap((name) => [`dogs/${name}.jpg`, `cats/${name}.JPEG`]);
    const { classes, splits } = lay(paths);
    expect(classes).toEqual(["cats", "dogs"]);
    expect(pathsOf(splits.test)).toEqual(["cats/e.JPEG", "cats/j.JPEG", "dogs/e.jpg", "dogs/j.jpg"]);
    expect(splits.test.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
    expect(splits.train).toHaveLength(16);
    expect(lay(paths, 0).splits.test).toEqual([]);
    expect(lay(paths, 0.3).splits.test).toHaveLength(6);
  });

  it.each(["val", "test", "Validation"])("takes train and %s for the splits", (test) => {
    const { classes, splits } = lay(["train/b/1.png", "train/a/1.png", `${test}/b/9.png`, `${test}/c/1.png`]);
    expect(classes).toEqual(["a", "b", "c"]);
    expect(splits.train).toEqual([
      { path: "train/a/1.png", label: 0 },
      { path: "train/b/1.png", label: 1 },
    ]);
    expect(splits.test).toEqual([
      { path: `${test}/b/9.png`, label: 1 },
      { path: `${test}/c/1.png`, label: 2 },
    ]);
  });

  it("takes them for classes where there are others beside", () => {
    expect(lay(["train/1.png", "test/1.png", "plane/1.png"]).classes).toEqual(["plane", "test", "train"]);
  });

  it("looks below folders that hold nothing but one other, and does not mind how deep a class is", () => {
    const { classes, splits } = lay(["data/pets/cats/old/1.png", "data/pets/dogs/1.png"]);
    expect(classes).toEqual(["cats", "dogs"]);
    expect(splits.train[0].path).toBe("data/pets/cats/old/1.png");
    expect(lay(["data/cats/1.png", "data/cats/2.png"]).classes).toEqual(["cats"]);
  });

  it("leaves alone what is hidden or no image", () => {
    const { splits } = lay([
      "a/1.png",
      "a/.2.png",
      ".git/3.png",
      "b/note.txt",
      "__MACOSX/a/1.png",
      "b/1.webp",
    ]);
    expect(pathsOf(splits.train)).toEqual(["a/1.png", "b/1.webp"]);
  });

  it("has no classes where there are no subfolders", () => {
    const { classes, splits } = lay(["1.png", "2.png"]);
    expect(classes).toBeUndefined();
    expect(splits.train).toHaveLength(2);
  });

  it("puts classes with numbers for names in their order", () => {
    expect(lay(["10/1.png", "9/1.png", "100/1.png"]).classes).toEqual(["9", "10", "100"]);
  });

  it("does not depend on the order in which the files are listed", () => {
    const paths = ["b/2.png", "a/1.png", "B/1.png", "a/2.png", "b/1.png"];
    expect(lay(paths.toReversed())).toEqual(lay(paths));
  });

  it.each([
    ["no images", ["note.txt"], "there are no images in it, among 1 files"],
    [
      "images beside the classes",
      ["a/1.png", "b/1.png", "2.png"],
      'in subfolders, one a class, or none, got "2.png"',
    ],
  ])("refuses %s", (_, paths, message) => {
    expect(() => lay(paths)).toThrow(message);
  });
});
