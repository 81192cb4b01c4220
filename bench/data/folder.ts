// What it takes to read a large folder of photos, decoded from files and from the cache, ahead of a step that does nothing:
//
//     npm run folder -- --images 100000 --batches 40 --size 224
import { link, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { identity } from "@contrastive/augment";
import { createRng } from "@contrastive/core";
import { createLoader, shuffle } from "@contrastive/data";
import { imageFolder } from "@contrastive/data-image-folder";
import sharp from "sharp";

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "100000" },
    batches: { type: "string", default: "40" },
    batch: { type: "string", default: "64" },
    size: { type: "string", default: "224" },
    /** Of the files: width, at 4 to 3. */
    width: { type: "string", default: "500" },
  },
});
const [images, batches, batchSize, size, width] = [
  values.images,
  values.batches,
  values.batch,
  values.size,
  values.width,
].map(Number);
const classes = 100;
const different = 200;

const root = await mkdtemp(join(tmpdir(), "folder-"));
try {
  await writeFolder(root);
  console.log(
    `${images} files of ${width} × ${(width * 3) / 4}, batches of ${batchSize} at ${size} × ${size}\n`,
  );
  console.log("epoch            images/s   CPU ms/image   most memory, MB   of which before, MB");
  const dataset = await imageFolder({ root, size, testFraction: 0, cache: join(root, ".cache") }).open(
    "train",
  );
  const loader = createLoader({
    dataset,
    views: [identity()],
    sampler: shuffle().open(dataset, 1, batchSize),
    batchSize,
    seed: 1,
  });
  for (const name of ["decoded", "from the cache"]) {
    const before = process.memoryUsage.rss();
    const cpu = process.cpuUsage();
    const start = performance.now();
    let most = before;
    let count = 0;
    for await (const { indices, step } of loader.epoch(0)) {
      count += indices.length;
      most = Math.max(most, process.memoryUsage.rss());
      if (step + 1 === batches) break;
    }
    const { user, system } = process.cpuUsage(cpu);
    const row = [
      (count / (performance.now() - start)) * 1000,
      (user + system) / 1000 / count,
      most / 1e6,
      before / 1e6,
    ];
    console.log(
      name.padEnd(14) +
        row.map((value, at) => value.toFixed(at === 1 ? 2 : 0).padStart(at === 0 ? 11 : 18)).join(""),
    );
  }
  await dataset.close();
} finally {
  await rm(root, { recursive: true });
}

/** Some files of noise and forms, each linked to many times. */
async function writeFolder(root: string): Promise<void> {
  const files: string[] = [];
  await mkdir(join(root, ".files"));
  for (let i = 0; i < different; i++) {
    const rng = createRng(1).fork(i);
    const small = Buffer.from(Array.from({ length: 25 * 19 * 3 }, () => rng.below(256)));
    const path = join(root, ".files", `${i}.jpg`);
    const jpeg = sharp(small, { raw: { width: 25, height: 19, channels: 3 } }).resize(
      width,
      (width * 3) / 4,
      { fit: "fill" },
    );
    await writeFile(path, await jpeg.jpeg({ quality: 90 }).toBuffer());
    files.push(path);
  }
  for (let label = 0; label < classes; label++) {
    const folder = join(root, `class-${label}`);
    await mkdir(folder);
    for (let i = label; i < images; i += classes) await link(files[i % different], join(folder, `${i}.jpg`));
  }
}
