// Batches of augmented views from a folder of JPEG files, beside PyTorch's DataLoader with two workers, in turn:
//
//     npm run photos -- --photos TAR --python PATH
//
// The archive holds `train/CLASS/*.jpg` somewhere, TensorFlow's flower photos for one; they are scaled to a shorter side of 224, and
// come again where more are asked for than there are.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compose, randomFlip, randomResizedCrop, simAugment } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { createLoader, sequential } from "@contrastive/data";
import { imageFolder } from "@contrastive/data-image-folder";
import { applyImagePrograms } from "@contrastive/ops";
import sharp from "sharp";

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string" },
    images: { type: "string", default: "2048" },
    batch: { type: "string", default: "64" },
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
  },
});
if (flags.photos === undefined) throw new Error("name an archive of photos: --photos flower_photos.tar");
const [count, batchSize, rounds] = [flags.images, flags.batch, flags.rounds].map(Number);
const size = 224;
/** Batches, of which PyTorch has twice as many ahead as it has workers. */
const ahead = 4;
const normalize = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const plain = compose([randomResizedCrop({ size, scale: [0.2, 1] }), randomFlip()]);
const recipe = simAugment({ size, scale: [0.2, 1], strength: 1 });
const views = { crop: [plain], simclr: [recipe, recipe] } as const;
const names = { crop: "crop and flip, one view", simclr: "SimCLR's recipe, two views" };

interface Measured {
  readonly who: string;
  readonly filesPerSecond: number;
}

const place = await mkdtemp(join(tmpdir(), "photos-"));
const root = join(place, "files");
const cache = join(place, "cache");
try {
  await writePhotos(flags.photos, root);
  const { device } = await wasm().init();
  const rows = [];
  for (const kind of ["crop", "simclr"] as const) {
    const rates = { decoded: [] as number[], cached: [] as number[], theirs: [] as number[] };
    let peer = "";
    for (let round = 0; round < rounds; round++) {
      rates.decoded.push(await read(kind));
      // Fills the cache in the first round.
      if (round === 0) await read(kind, cache);
      rates.cached.push(await read(kind, cache));
      const measured = readByPyTorch(kind);
      peer = measured.who;
      rates.theirs.push(measured.filesPerSecond);
    }
    const row = (who: string, of: readonly number[]) => ({
      views: names[kind],
      who,
      "files/s": Number(median(of).toFixed(1)),
      "beside PyTorch": (median(of) / median(rates.theirs)).toFixed(2),
    });
    rows.push(
      row(`this library, ${device}`, rates.decoded),
      row("… from the cache, as in later epochs", rates.cached),
      row(peer, rates.theirs),
    );
  }
  console.log(
    `${count} JPEG files with a shorter side of ${size}, batches of ${batchSize}, median of ${rounds} rounds in turn; ` +
      `Node ${process.versions.node}, sharp ${sharp.versions.sharp}`,
  );
  console.table(rows);
} finally {
  await rm(place, { recursive: true });
}

/** Files a second, between two times at which batches are read ahead. */
async function read(kind: keyof typeof views, cache?: string): Promise<number> {
  const dataset = await imageFolder({ root, size, testFraction: 0, ...(cache && { cache }) }).open("train");
  const loader = createLoader({
    dataset,
    views: views[kind],
    sampler: sequential().open(dataset, 1, batchSize),
    batchSize,
    seed: 1,
  });
  const [first, last] = [ahead, loader.stepsPerEpoch - 1 - ahead];
  let [start, end] = [0, 0];
  for await (const { groups, step } of loader.epoch(0)) {
    for (const { images, programs } of groups) applyImagePrograms(images, programs, { normalize }).dispose();
    if (step === first) start = performance.now();
    if (step === last) end = performance.now();
  }
  await dataset.close();
  return (1000 * (last - first) * batchSize) / (end - start);
}

function readByPyTorch(kind: string): Measured {
  const script = fileURLToPath(new URL("../peers/photos.py", import.meta.url));
  const args = [script, "--root", root, "--views", kind, "--batch", flags.batch, "--workers", "2"];
  const output = execFileSync(flags.python, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
}

/** As many files as are asked for, by class. */
async function writePhotos(archive: string, to: string): Promise<void> {
  const unpacked = await mkdtemp(join(tmpdir(), "unpacked-"));
  try {
    execFileSync("tar", ["-xf", archive, "-C", unpacked]);
    const all = await readdir(unpacked, { recursive: true });
    const photos = all.filter((path) => path.includes("train/") && path.endsWith(".jpg")).toSorted();
    if (photos.length === 0) throw new Error(`${archive} has no train/CLASS/*.jpg`);
    for (let i = 0; i < count; i++) {
      const path = photos[Math.floor((i * photos.length) / count)];
      const folder = join(to, basename(dirname(path)));
      await mkdir(folder, { recursive: true });
      const scaled = sharp(join(unpacked, path)).resize(size, size, { fit: "outside" });
      await scaled.jpeg({ quality: 90 }).toFile(join(folder, `${i}.jpg`));
    }
  } finally {
    await rm(unpacked, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
