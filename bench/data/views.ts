// Policies on square images, from bytes to normalised floats, beside torchvision, in one thread, by the time of the processor:
//
//     npm run views -- --python PATH
//     npm run views -- --backend node
//     npm run views -- --python PATH --policies simclr,randAugment --size 224 --samples 256 --batch 32
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { autoAugment, randAugment, simclr, supcontrast, trivialAugment } from "@contrastive/augment";
import { nodeGpu } from "@contrastive/backend-node-gpu";
import { wasm } from "@contrastive/backend-wasm";
import { createRng, type ProgramAugmentation } from "@contrastive/core";
import { createLoader, fromArrays, type Loader, sequential } from "@contrastive/data";
import { applyImagePrograms, imageProgramReference } from "@contrastive/ops";
import type { Tensor4D } from "@tensorflow/tfjs-core";

const policies: Readonly<Record<string, () => ProgramAugmentation>> = {
  supcontrast,
  simclr,
  autoAugment,
  randAugment,
  trivialAugment,
};

const { values: flags } = parseArgs({
  options: {
    policies: { type: "string", default: Object.keys(policies).join(",") },
    size: { type: "string", default: "32" },
    samples: { type: "string", default: "2048" },
    batch: { type: "string", default: "256" },
    rounds: { type: "string", default: "3" },
    // One that has torchvision; without it nothing is compared.
    python: { type: "string" },
    backend: { type: "string", default: "wasm" },
  },
});
const [size, samples, batchSize, rounds] = [flags.size, flags.samples, flags.batch, flags.rounds].map(Number);
const normalize = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };

/** Milliseconds a view. */
interface Times {
  readonly drawn: number;
  readonly computed: number;
}

interface Peer {
  readonly who: string;
  readonly imagesPerSecond: number;
}

await (flags.backend === "node" ? nodeGpu({ device: "cpu", threads: 1 }) : wasm({ threads: 1 })).init();
const rng = createRng(1);
const images = Array.from({ length: samples }, () => ({
  height: size,
  width: size,
  channels: 3,
  data: Uint8Array.from({ length: 3 * size * size }, () => rng.below(256)),
}));
const dataset = await fromArrays({ images }).open("train");
const kinds = flags.python === undefined ? [] : (["pil", "v2"] as const);
const names = flags.policies.split(",");
const rows: Record<string, Record<string, string | number>> = {};
for (const policy of names) rows[policy] = await measure(policy);
await dataset.close();
console.log(
  `${2 * samples} views of ${size}×${size}, one thread, processor time, best of ${rounds} rounds in turn; Node ${process.versions.node}`,
);
console.table(rows);

async function measure(policy: string): Promise<Record<string, string | number>> {
  const loader = createLoader({
    dataset,
    views: [policies[policy](), policies[policy]()],
    sampler: sequential().open(dataset, 1, batchSize),
    batchSize,
    seed: 1,
  });
  const ours: Times[] = [];
  const reference: Times[] = [];
  const peers: Record<string, number> = {};
  // The first round compiles.
  await makeViews(loader, 0, applyImagePrograms);
  for (let round = 1; round <= rounds; round++) {
    ours.push(await makeViews(loader, round, applyImagePrograms));
    reference.push(await makeViews(loader, round, computeInJavaScript));
    for (const kind of kinds) {
      const { who, imagesPerSecond } = makeByTorchvision(flags.python!, policy, kind);
      peers[who] = Math.max(peers[who] ?? 0, imagesPerSecond);
    }
  }
  const speed = 1000 / Math.min(...ours.map(({ drawn, computed }) => drawn + computed));
  const least = (times: readonly Times[], part: keyof Times) =>
    Number((1000 * Math.min(...times.map((time) => time[part]))).toFixed(1));
  const rounded = Object.entries(peers).map(([who, peer]) => [who, Math.round(peer)]);
  return {
    "views/s": Math.round(speed),
    ...Object.fromEntries(rounded),
    ...(kinds.length > 0 && { "beside the faster": (speed / Math.max(...Object.values(peers))).toFixed(1) }),
    "draw, µs": least(ours, "drawn"),
    "compute, µs": least(ours, "computed"),
    "in JavaScript, µs": least(reference, "computed"),
  };
}

/** One way at a time: the garbage that one leaves is not to be swept in another's time. */
async function makeViews(loader: Loader, epoch: number, compute: typeof applyImagePrograms): Promise<Times> {
  const times = { drawn: 0, computed: 0 };
  const each = 1 / (2 * loader.stepsPerEpoch * batchSize);
  let start = processorTime();
  for await (const { groups } of loader.epoch(epoch)) {
    for (const { images, programs } of groups) {
      const between = processorTime();
      compute(images, programs, { normalize }).dispose();
      const end = processorTime();
      times.drawn += each * (between - start);
      times.computed += each * (end - between);
      start = end;
    }
  }
  return times;
}

function computeInJavaScript(...[images, programs]: Parameters<typeof applyImagePrograms>): Tensor4D {
  return imageProgramReference({ images, programs, output: programs[0].output, normalize });
}

/** In milliseconds, of all threads of this process: other work on the machine does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function makeByTorchvision(python: string, policy: string, kind: string): Peer {
  const script = fileURLToPath(new URL("../peers/views.py", import.meta.url));
  const args = ["--policy", policy, "--kind", kind, "--size", flags.size, "--samples", flags.samples];
  const output = execFileSync(python, [script, ...args], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Peer;
}
