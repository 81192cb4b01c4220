// A training step of this library beside PyTorch's, in turn, each in a process of its own. A table; see ../README.md.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "64" },
    threads: { type: "string", default: "1,2" },
    /** `wasm`, or `node`: TensorFlow's kernels for the processor, and tfjs-node's own beside them. */
    backend: { type: "string", default: "wasm" },
    steps: { type: "string", default: "8" },
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
    /** Vector instructions that PyTorch may use at most, as ONEDNN_MAX_CPU_ISA names them; default: all that there are. */
    isa: { type: "string" },
  },
});

interface Measured {
  readonly who: string;
  readonly milliseconds: readonly number[];
  readonly images: number;
  readonly peakMiB: number;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const common = ["--encoder", flags.encoder, "--images", flags.images, "--steps", flags.steps];

function measure(command: string, args: readonly string[], env: Record<string, string> = {}): Measured {
  const output = execFileSync(command, [...args, ...common], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
}

const rows: Record<string, string | number>[] = [];
for (const threads of flags.threads.split(",")) {
  const backends =
    flags.backend === "node" ? ["node", "stock-node"] : [JSON.stringify({ threads: Number(threads) })];
  const ours: Measured[][] = backends.map(() => []);
  const theirs: Measured[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) {
    backends.forEach((backend, i) => {
      const args = ["--import", "jiti/register", here("step.ts"), "--threads", threads, "--backend", backend];
      ours[i].push(measure(process.execPath, args));
    });
    theirs.push(
      measure(flags.python, [here("../peers/step.py"), "--threads", threads], {
        OMP_NUM_THREADS: threads,
        ...(flags.isa && {
          ONEDNN_MAX_CPU_ISA: flags.isa,
          MKL_ENABLE_INSTRUCTIONS: flags.isa,
          ATEN_CPU_CAPABILITY: flags.isa.toLowerCase(),
        }),
      }),
    );
  }
  const best = (runs: readonly Measured[]) => Math.min(...runs.flatMap((run) => run.milliseconds));
  for (const runs of [...ours, theirs]) {
    const times = runs.flatMap((run) => run.milliseconds).sort((a, b) => a - b);
    rows.push({
      who: runs === theirs && flags.isa ? `${runs[0].who}, ${flags.isa}` : runs[0].who,
      "best ms": times[0],
      "median ms": times[Math.floor(times.length / 2)],
      "images/s": Number(((1000 * runs[0].images) / times[0]).toFixed(1)),
      "peak MiB": Math.max(...runs.map((run) => run.peakMiB)),
      "speed beside PyTorch": (best(theirs) / best(runs)).toFixed(2),
    });
  }
}
console.log(
  `${flags.encoder}, ${flags.images} images of 32×32, SupCon, forward + backward + update; ` +
    `${flags.rounds} rounds of ${flags.steps} steps in turn; Node ${process.versions.node}`,
);
console.table(rows);
