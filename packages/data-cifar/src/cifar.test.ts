import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { datasetConformance } from "@contrastive/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../data/test/server.js";
import { temporaryFolder, writeFiles } from "../../data/test/temporary.js";
import { cifar10Files, pixel, records } from "../test/files.js";
import { cifar100SuperClasses, coarseClasses, fineClasses } from "./cifar100-classes.js";
import { cifar10, cifar100 } from "./index.js";

/** Written by Python: see bench/peers/cifar_pickles.py. */
const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url));

/** A folder of such files, by their names there. */
const python = async (folder: string, names: Readonly<Record<string, string>>) => {
  const files = await Promise.all(Object.entries(names).map(async ([to, from]) => [to, await fixture(from)]));
  return writeFiles(
    join(await temporaryFolder(), folder),
    Object.fromEntries(files) as Record<string, Uint8Array>,
  );
};

describe("on written files", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "cifar-"));
    await writeFiles(join(root, "cifar-10-batches-bin"), cifar10Files());
    await writeFiles(join(root, "cifar-100-binary"), {
      "train.bin": records([
        [0, 4],
        [19, 99],
        [3, 0],
      ]),
      "test.bin": records(
        [
          [7, 7],
          [1, 32],
        ],
        100,
      ),
    });
  });
  beforeAll(async () => {
    await writeFiles(join(root, "cifar-100-python"), { train: await fixture("cifar100") });
  });
  afterAll(() => rm(root, { recursive: true }));

  datasetConformance("cifar10", () => cifar10({ root }), { factory: cifar10 });
  datasetConformance("cifar100", () => cifar100({ root }), { factory: cifar100 });
  datasetConformance("cifar100, coarse", () => cifar100({ root, labels: "coarse" }));

  datasetConformance("cifar100, python", () => cifar100({ root, format: "python" }), {
    factory: cifar100,
    splits: ["train"],
  });

  it.each(["", "cifar-10-batches-bin"])("cifar10 reads the files in order from root/%s", async (folder) => {
    const open = await cifar10({ root: join(root, folder) }).open("train");
    expect(open.size).toBe(20);
    expect(open.labels).toEqual(Int32Array.from([1, 2, 3, 4, 5].flatMap((number) => [number, 0, 9, 4])));
    expect((await cifar10({ root }).open("test")).labels).toEqual(Int32Array.of(7, 7, 2));
  });

  it("turns planes into channels-last pixels", async () => {
    const { images, labels } = await (await cifar10({ root }).open("train")).read(Uint32Array.of(6));
    expect(labels).toEqual(Int32Array.of(9));
    expect(images[0]).toMatchObject({ height: 32, width: 32, channels: 3 });
    images[0].data.forEach((value, at) => expect(value).toBe(pixel(2, at % 3, Math.floor(at / 3))));
  });

  it("cifar100 takes the fine or the coarse label", async () => {
    const fine = await cifar100({ root }).open("train");
    expect([...fine.labels!].map((label) => fine.classes![label])).toEqual(["beaver", "worm", "apple"]);
    const coarse = await cifar100({ root, labels: "coarse" }).open("train");
    expect([...coarse.labels!].map((label) => coarse.classes![label])).toEqual([
      "aquatic_mammals",
      "vehicles_2",
      "food_containers",
    ]);
  });
});

it("reads by URL, from the archive's folder or beside it", async () => {
  const files = cifar10Files();
  for (const below of ["/data/cifar-10-batches-bin/", "/data/"]) {
    const url = await serve((request, response) => {
      const name = request.url!.startsWith(below) ? request.url!.slice(below.length) : "";
      if (name in files) response.end(files[name]);
      else response.writeHead(404).end();
    });
    const open = await cifar10({ root: `${url}/data` }).open("test");
    expect(open.labels).toEqual(Int32Array.of(7, 7, 2));
  }
});

describe("the Python format", () => {
  it.each(["cifar10", "cifar10-protocol2", "cifar10-protocol5"])("reads what %s holds", async (from) => {
    const root = await python("cifar-10-batches-py", { test_batch: from });
    for (const at of [root, join(root, "..")]) {
      const open = await cifar10({ root: at, format: "python" }).open("test");
      const { images, labels } = await open.read(Uint32Array.of(0, 1, 2));
      expect(labels).toEqual(Int32Array.of(7, 0, 9));
      images.forEach(({ data, height, width, channels }, image) => {
        expect([height, width, channels]).toEqual([32, 32, 3]);
        expect(data).toEqual(Uint8Array.from(data, (_, i) => pixel(image, i % 3, Math.floor(i / 3))));
      });
    }
  });

  it("has fine and coarse labels, and both splits", async () => {
    const root = await python("", { train: "cifar100", test: "cifar100" });
    const fine = await cifar100({ root, format: "python" }).open("train");
    expect(fine.labels).toEqual(Int32Array.of(4, 99, 0));
    const coarse = await cifar100({ root, format: "python", labels: "coarse" }).open("test");
    expect(coarse.labels).toEqual(Int32Array.of(0, 19, 3));
    const { data } = (await fine.read(Uint32Array.of(2))).images[0];
    expect(data[4]).toBe(pixel(12, 1, 1));
  });

  it("keeps the URL of its archive, and rebuilds", () => {
    const { options } = cifar100({ format: "python" });
    expect(options.url).toBe("https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz");
    expect(cifar100(options as object).options).toEqual(options);
    expect(cifar10().options.url).toBe("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
    expect(() => cifar10({ format: "matlab" as never })).toThrow(
      'dataset "cifar10": format must be "binary" or "python", got "matlab"',
    );
  });

  it("says what is wrong with a file, wherever it is cut or damaged", async () => {
    const root = await python("", { test_batch: "cifar10" });
    const path = join(root, "test_batch");
    const bytes = await readFile(path);
    const open = () => cifar10({ root, format: "python" }).open("test");
    for (let length = 0; length < bytes.length; length += 97) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(open(), `${length} bytes`).rejects.toThrow(
        `${path} can't be read as a pickle of Python: it ends at byte ${length}, in the middle of a value`,
      );
    }
    const damaged = Uint8Array.from(bytes);
    damaged[2] = 0x63;
    await writeFile(path, damaged);
    await expect(open()).rejects.toThrow(
      /can't be read as a pickle of Python: .*It is damaged, or of another format/,
    );
    await writeFile(path, await fixture("cifar100"));
    await expect(open()).rejects.toThrow(`${path} must have "labels", a list of 3 numbers`);
    const label = Uint8Array.from(bytes);
    const at = bytes.indexOf(Uint8Array.of(0x4b, 9, 0x65));
    label[at + 1] = 10;
    await writeFile(path, label);
    await expect(open()).rejects.toThrow("must have labels in 0..9, and of image 2 has 10");
  });
});

describe("class names", () => {
  it("are as many as the classes, in alphabetical order", () => {
    expect(fineClasses).toHaveLength(100);
    expect(coarseClasses).toHaveLength(20);
    for (const names of [fineClasses, coarseClasses]) expect([...names].sort()).toEqual(names);
  });

  it("have superclasses of five classes each, by the labels that the files have", () => {
    // As others list them, by fine label.
    const published = [
      [4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11],
      [6, 11, 5, 10, 7, 6, 13, 15, 3, 15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5],
      [5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4, 2, 0, 17, 4, 18, 17],
      [10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13],
      [16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13],
    ].flat();
    expect(cifar100SuperClasses).toEqual(published);
    coarseClasses.forEach((_, label) => {
      expect(cifar100SuperClasses.filter((other) => other === label)).toHaveLength(5);
    });
  });
});

describe("what is wrong with the files", () => {
  const list =
    "It takes data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin";

  it("no folder: names the path, the files, where they come from and how to get them", async () => {
    const root = join(await temporaryFolder(), "nowhere");
    await expect(cifar10({ root }).open("train")).rejects.toThrow(
      `dataset "cifar10": there is no ${join(root, "cifar-10-batches-bin", "data_batch_1.bin")}. ${list}, ` +
        "from cifar-10-binary.tar.gz on https://www.cs.toronto.edu/~kriz/cifar.html; " +
        "put them there, or set download: true",
    );
  });

  it("no folder, given relatively: names the whole path", async () => {
    await expect(cifar100({ root: "no/such" }).open("test")).rejects.toThrow(
      resolve("no/such/cifar-100-binary/test.bin"),
    );
  });

  it.each(["", "cifar-10-batches-bin"])("one file missing in root/%s: names it", async (folder) => {
    const root = await temporaryFolder();
    const { "data_batch_3.bin": _, ...files } = cifar10Files();
    await writeFiles(join(root, folder), files);
    await expect(cifar10({ root }).open("train")).rejects.toThrow(
      `there is no ${join(root, folder, "data_batch_3.bin")}`,
    );
    expect((await cifar10({ root }).open("test")).size).toBe(3);
  });

  it.each([
    ["cut short", records([[1], [2]]).subarray(0, 6145)],
    ["empty", new Uint8Array()],
    ["of another format", new Uint8Array(10_000)],
  ])("a file that is %s: names path, sizes and how to mend it", async (_, bytes) => {
    const root = await writeFiles(await temporaryFolder(), { "test_batch.bin": bytes });
    await expect(cifar10({ root }).open("test")).rejects.toThrow(
      `dataset "cifar10": ${join(root, "test_batch.bin")} must be made of whole records of 3073 bytes ` +
        `(the original has 30730000 bytes), got ${bytes.length}. It is cut short, or of another format: ` +
        "delete it, and download or unpack it again",
    );
  });

  it("a label out of range: names the file and the record", async () => {
    const root = await writeFiles(await temporaryFolder(), { "test_batch.bin": records([[1], [9], [10]]) });
    await expect(cifar10({ root }).open("test")).rejects.toThrow(
      `${join(root, "test_batch.bin")}: the label of record 2 must be in 0..9, got 10`,
    );
  });

  it("a download with another checksum: names both, and leaves nothing", async () => {
    const root = await temporaryFolder();
    const url = await serve((_, response) => response.end("not it"));
    await expect(cifar10({ root, download: true, url }).open("train")).rejects.toThrow(
      `dataset "cifar10": ${url} must have the MD5 checksum c32a1d4ab5d03f1284b67883e8d87530, got "`,
    );
    expect(await readdir(root)).toEqual([]);
  });

  it("an option that is wrong: names it", () => {
    expect(() => cifar100({ labels: "both" as never })).toThrow(
      'dataset "cifar100": labels must be "fine" or "coarse", got "both"',
    );
  });
});
