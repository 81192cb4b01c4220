import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mixUp } from "@contrastive/augment";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { contrastive, createProject, createShell } from "../test/run-bin.js";
import type { Evaluation } from "./evaluation.js";
import { decodeNpy } from "./npy.js";

const project = createProject();
const { folder } = project;
const shell = createShell(folder);
afterAll(() => {
  shell.close();
  project.remove();
});

const run = (...args: string[]) => contrastive(folder, args);
const path = (...parts: string[]) => join(folder, ...parts);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const read = (...parts: string[]) => readFileSync(path(...parts), "utf8");
const json = <T>(...parts: string[]) => JSON.parse(read(...parts)) as T;

interface Recorded {
  readonly config: { readonly loss: object; readonly monitors: readonly object[]; readonly backend: object };
  readonly backend: { readonly name: string; readonly rejected: readonly object[] };
}

describe("a config in TypeScript", () => {
  let trained: Awaited<ReturnType<typeof contrastive>>;
  beforeAll(async () => {
    trained = await run("train", "--config", "tiny.config.ts", "--backend", "wasm", "--out", "runs/first");
  });

  test("trains, evaluates, and writes a whole run", () => {
    expect(trained.stderr).toMatch(/backend wasm: WebAssembly/);
    expect(trained.stderr).toMatch(/16 images of 2 classes, 2 steps of 8 × 2 views/);
    expect(trained.stderr).toMatch(/step 1\/2 {2}epoch 1\/1 {2}loss \d+\.\d{4} {2}lr 0\.1/);
    expect(trained.stdout).toMatch(/accuracy on 8 test images +trained +untrained/);
    expect(trained.stdout).toMatch(/linear probe +\d+\.\d % +\d+\.\d %/);
    expect(trained.stdout).toMatch(/online probe +\d+\.\d %/);
    expect(trained.code).toBe(0);

    const { config, backend } = json<Recorded>("runs/first/config.json");
    expect(config.loss).toMatchObject({ use: "@contrastive/loss-supcon#supCon", temperature: 0.1 });
    expect(backend.name).toBe("wasm");
    expect(read("runs/first/metrics.jsonl").trim().split("\n")).toHaveLength(2);
    expect(existsSync(path("runs/first/weights.safetensors"))).toBe(true);
    expect(existsSync(path("runs/first.partial"))).toBe(false);
    const page = read("runs/first/report.html");
    for (const part of [
      "Linear probe",
      "Augmented views",
      "Online probe accuracy",
      "t-SNE of 8 test images",
    ]) {
      expect(page).toContain(part);
    }
  });

  test("without a backend takes a GPU's where there is one, and says why it takes another", async () => {
    const { stderr } = await run(
      "train",
      "--config",
      "tiny.config.ts",
      "--out",
      "runs/auto",
      "--no-evaluate",
    );
    const { backend } = json<Recorded>("runs/auto/config.json");
    expect(stderr).toContain(`backend ${backend.name}: `);
    if (backend.name !== "wasm") return;
    const rejected = ["node-gpu", "webgpu"].map((name) => ({ name, why: expect.any(String) as string }));
    expect(backend.rejected).toEqual(rejected);
  });

  test("evaluates again from the folder, to the same result", async () => {
    const before = json<Evaluation>("runs/first/evaluation.json");
    rmSync(path("runs/first/report.html"));
    const { code, stdout } = await run("evaluate", "runs/first", "--json");
    expect(code).toBe(0);
    const again = JSON.parse(stdout) as Evaluation;
    expect({ ...again, seconds: 0 }).toEqual({ ...before, seconds: 0 });
    expect(again.onlineProbe?.total).toBe(8);
    expect(json<Evaluation>("runs/first/evaluation.json").seconds).toBe(again.seconds);
    expect(existsSync(path("runs/first/report.html"))).toBe(true);
  });

  test("embeds images from an array and from PNGs alike", async () => {
    const toNpy = await run("embed", "runs/first", fixture("images.npy"), "--out", "e.npy");
    expect(toNpy).toMatchObject({ code: 0, stdout: "wrote e.npy: 3 rows of 32\n" });
    const { shape, data } = decodeNpy(readFileSync(path("e.npy")), "e.npy");
    expect(shape).toEqual([3, 32]);

    expect((await run("embed", "runs/first", fixture("png"), "--out", "e.csv")).code).toBe(0);
    const [head, alpha, colour] = read("e.csv").trim().split("\n");
    expect(head).toMatch(/^image,r0,r1,.*,r31$/);
    expect(alpha.split(",")).toEqual(["alpha.png", ...Array.from(data.subarray(32, 64), String)]);
    expect(colour.split(",")).toEqual(["colour.png", ...Array.from(data.subarray(0, 32), String)]);
  });

  test("is not trained over a run that is there", async () => {
    const before = read("runs/first/config.json");
    const { code, stderr } = await shell.run("train", "--config", "tiny.config.ts", "--out", "runs/first");
    expect(code).toBe(1);
    expect(stderr).toMatch(/there is a finished run here already/);
    expect(read("runs/first/config.json")).toBe(before);
  });
});

test("a config in JSON trains with parts swapped and values set", async () => {
  const swaps = [
    "--loss",
    "./losses.ts#alignment",
    "--set",
    "loss.weight=3",
    "--set",
    "limit=8",
    "--set",
    "seed=7",
  ];
  const { code, stdout, stderr } = await run("train", ...swaps, "--no-evaluate", "--out", "runs/swapped");
  expect(stderr).toMatch(/8 images of 2 classes, 1 steps/);
  expect(code).toBe(0);
  expect(stdout).toBe("");
  expect(existsSync(path("runs/swapped/evaluation.json"))).toBe(false);
  expect(json<Recorded>("runs/swapped/config.json").config).toMatchObject({
    loss: { use: "./losses.ts#alignment", weight: 3 },
    views: [{ use: "@contrastive/augment#simAugment" }, { parts: [{}, { probability: 0.2 }] }],
    limit: 8,
    seed: 7,
  });
});

test("Ctrl-C leaves a run to go on with, and going on ends as if nothing had been", async () => {
  const long = ["--config", "tiny.config.ts", "--set", "epochs=4", "--no-evaluate"];
  let sent = false;
  const stopped = await contrastive(
    folder,
    ["train", ...long, "--set", "epochs=2000", "--out", "runs/stopped"],
    (stderr, kill) => {
      if (!sent && stderr.includes("step 1/")) {
        sent = true;
        kill("SIGINT");
      }
    },
  );
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(
    /stopped after \d+ of 4000 steps\. Go on with: contrastive train --resume runs\/stopped|--config/,
  );
  expect(existsSync(path("runs/stopped"))).toBe(false);
  expect(existsSync(path("runs/stopped.partial/checkpoint.safetensors"))).toBe(true);

  // Another config than the record's is refused; the record's own is taken where none is named.
  const other = await shell.run("train", ...long, "--resume", "runs/stopped");
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/can't resume at step \d+: config\.epochs was 2000, got 4/);

  const again = await contrastive(folder, ["train", "--resume", "runs/stopped"], (stderr, kill) => {
    if (/step \d+\//.test(stderr)) kill("SIGKILL");
  });
  expect(again.stderr).toMatch(/going on from step \d+/);
});

async function expectAnswer(runs: typeof run, args: string, message: RegExp): Promise<void> {
  const out = `out-${args.replace(/\W+/g, "-")}`;
  const training = args.startsWith("train --") && !args.includes("--resume");
  const { code, stderr, stdout } = await runs(...args.split(" "), ...(training ? ["--out", out] : []));
  const error = stderr.slice(stderr.indexOf("error: ")).trim();
  expect(error).toMatch(message);
  expect(error).not.toContain("\n");
  expect(stdout).toBe("");
  expect(code).toBe(1);
  expect([out, `${out}.partial`].filter((name) => existsSync(path(name)))).toEqual([]);
}

describe("a mistake is answered in one paragraph, and leaves nothing behind", () => {
  beforeAll(() => {
    mkdirSync(path("cut"));
    for (const name of ["test_batch", ...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}`)]) {
      writeFileSync(path("cut", `${name}.bin`), new Uint8Array(1000));
    }
    writeFileSync(path("no-json.json"), '{ "epochs": ');
    writeFileSync(path("no-default.config.ts"), "export const config = {};");
    writeFileSync(path("broken.config.ts"), "export default {{;");
    writeFileSync(path("missing.config.ts"), 'import "@contrastive/not-there/sub";\nexport default {};');
    mkdirSync(path("empty"));
    const text = read("tiny.config.ts");
    writeFileSync(path("wrong-type.config.ts"), text.replace("epochs: 1", 'epochs: "one" as never'));
    writeFileSync(path("mistyped.config.ts"), text.replace("temperature: 0.1", "temprature: 0.1"));
    writeFileSync(path("misspelt.config.ts"), text.replace("optimizer:", "optimiser:"));
    writeFileSync(path("unknown.config.ts"), text.replace("epochs: 1", "epochs: 1, chunksize: 4"));
  });

  test.each<readonly [args: string, message: RegExp]>([
    // What is typed.
    ["trian", /^error: contrastive: there is no command trian\. Did you mean "contrastive train"\?/],
    ["--verison", /there is no flag --verison/],
    ["train --los simclr", /there is no flag --los\. Did you mean --loss\?/],
    ["train --config --json", /--config needs a value/],
    ["train --no-evaluate=yes", /takes no value|there is no flag/],
    ["train here", /contrastive train: takes flags only, got "here"/],
    ["embed runs/x", /contrastive embed: needs IMAGES/],
    [
      "embed runs/x images.npy --out e.txt",
      /--out must name a file that ends in \.npy or \.csv, got "e\.txt"/,
    ],
    ["evaluate runs/nowhere", /run .*runs\/nowhere: there is no config\.json in it/],
    ["train --resume runs/nowhere", /run runs\/nowhere: there is no run there/],
    // Configs.
    ["train --config nowhere.ts", /config: there is no file .*nowhere\.ts/],
    ["train --config no-json.json", /no-json\.json: is not JSON: /],
    ["train --config no-default.config.ts", /must export a config as default/],
    ["train --config broken.config.ts", /broken\.config\.ts: could not be loaded: /],
    [
      "train --config missing.config.ts",
      /missing\.config\.ts: imports @contrastive\/not-there.* npm install @contrastive\/not-there$/,
    ],
    ["train --config wrong-type.config.ts", /config: epochs must be a number, got "one"/],
    [
      "train --config mistyped.config.ts",
      /loss "supcon": there is no option "temprature"\. Did you mean "temperature"\?/,
    ],
    [
      "train --config unknown.config.ts",
      /config: there is no option "chunksize"\. Did you mean "chunkSize"\?/,
    ],
    // Before data is opened: there is none of this dataset's here.
    ["train --data cifar10 --set epoch=3", /config: there is no option "epoch"\. Did you mean "epochs"\?/],
    ["train --data cifar10 --set epochs=0", /config: epochs must be > 0, got 0/],
    [
      'train --data cifar10 --loss simclr --set views=["sim-augment"]',
      /needs at least 2 views of a sample, got 1/,
    ],
    ["views --set data=cifar10 --set view=1", /config: there is no option "view"\. Did you mean "views"\?/],
    [
      "train --config misspelt.config.ts",
      /config: there is no option "optimiser"\. Did you mean "optimizer"\?/,
    ],
    ["train --set epochs=1.5", /config: epochs must be an integer, got 1\.5/],
    ["train --loss supconn", /loss "supconn": there is none of this name\. Did you mean "supcon"\?/],
    ["train --loss @contrastive/loss-none#x", /is not installed\. Run: npm install @contrastive\/loss-none$/],
    ["train --loss ./nowhere.ts#x", /plugin file \.\/nowhere\.ts: there is no .*nowhere\.ts/],
    ["train --loss ./losses.ts#x", /exports no function "x"\. It exports \["alignment"/],
    // Parts that don't fit each other or the data.
    ["train --set batchSize=32", /batchSize must be <= 16, the samples of an epoch, got 32/],
    ["train --set limit=17", /count must be an integer in 1\.\.16/],
    ["train --data ./data.ts#unlabelled", /loss "supcon": needs labels, and dataset "unlabelled" has none/],
    ["train --data ./data.ts#emptyClass", /class "unicorn" of dataset "empty-class" has no training sample/],
    ['train --loss simclr --set views=["sim-augment"]', /needs at least 2 views of a sample, got 1/],
    [
      "train --mix cutmix",
      /loss "supcon": takes no mixed labels, and mix "cutmix" makes them\. Use .*crossEntropy\({ labels: "soft" }\)/,
    ],
    ["train --mix mixupp", /mix "mixupp": there is none of this name\. Did you mean "mixup"\?/],
    ["train --data cifar10", /dataset "cifar10": .*data_batch_1\.bin/],
    [
      'train --set data={"use":"cifar10","root":"cut"}',
      /dataset "cifar10": .*data_batch_1\.bin.*(3073|30730000|bytes)/,
    ],
    [
      "train --backend ./backend.ts#unavailable",
      /backend "quantum": is not available: there is no quantum computer\. Use wasm/,
    ],
  ])("contrastive %s", (args, message) => expectAnswer(shell.run, args, message));

  // With threads that have begun to work, a process must end all the same.
  test.each<readonly [args: string, message: RegExp]>([
    [
      "train --loss ./losses.ts#notANumber",
      /the loss at step 0 \(epoch 0\) must be a finite number, got NaN/,
    ],
    [
      "train --loss cross-entropy --set optimizer.learningRate=1e38",
      /the loss at step \d+ .* must be a finite number/,
    ],
  ])("during training: contrastive %s", (args, message) => expectAnswer(run, args, message));

  test("a folder without a config is told of init", async () => {
    const { code, stderr } = await contrastive(path("empty"), ["train"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: config: there is no contrastive\.config\.ts .* "contrastive init"/);
  });

  test("--stack shows where it comes from, and nothing else does", async () => {
    const { code, stderr } = await shell.run("train", "--loss", "supconn", "--stack");
    expect(code).toBe(1);
    expect(stderr).toMatch(/ContrastiveError: loss "supconn"[^]*\n +at .*resolve/);
  });
});

test("init writes a config that trains, and never over another", async () => {
  const fresh = createProject();
  try {
    rmSync(join(fresh.folder, "contrastive.config.json"));
    const inFresh = createShell(fresh.folder);
    onTestFinished(inFresh.close);
    for (const [flags, file] of [
      [[], "contrastive.config.ts"],
      [["--json"], "contrastive.config.json"],
    ] as const) {
      const { code, stdout } = await inFresh.run("init", ...flags);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`wrote ${file}.*contrastive train`, "s"));
      const again = await inFresh.run("init", ...flags);
      expect(again.code).toBe(1);
      expect(again.stderr).toMatch(new RegExp(`error: contrastive init: ${file} is there already`));
      const small = ["--set", "epochs=1", "--set", "limit=8", "--set", "batchSize=8", "--no-evaluate"];
      const trained = await inFresh.run(
        "train",
        "--config",
        file,
        ...small,
        "--set",
        "optimizer.learningRate=0.1",
      );
      expect(trained.stderr).toMatch(/8 images of 8 classes, 1 steps of 8 × 2 views/);
      expect(trained.code).toBe(0);
    }
    const records = readdirSync(join(fresh.folder, "runs"));
    const configs = records.map(
      (name) => JSON.parse(readFileSync(join(fresh.folder, "runs", name, "config.json"), "utf8")) as Recorded,
    );
    expect(configs[1].config).toEqual(configs[0].config);
  } finally {
    fresh.remove();
  }
});

describe("doctor", () => {
  test("finds one engine and a backend", async () => {
    const { code, stdout } = await run("doctor");
    expect(stdout).toMatch(/✓ Node 2\d/);
    expect(stdout).toMatch(/✓ tfjs 4\.22\.0, one copy/);
    expect(stdout).toMatch(/✓ backend wasm: WebAssembly/);
    expect(code).toBe(0);
  });

  test("names who brought a second engine, and training refuses to start", async () => {
    const two = createProject();
    try {
      rmSync(join(two.folder, "node_modules"));
      const plugin = join(two.folder, "node_modules/@contrastive/loss-supcon");
      const engine = join(plugin, "node_modules/@tensorflow/tfjs-core");
      for (const [at, version] of [
        [plugin, "0.0.0"],
        [engine, "3.0.0"],
      ]) {
        mkdirSync(at, { recursive: true });
        writeFileSync(join(at, "package.json"), JSON.stringify({ version, main: "index.js" }));
        writeFileSync(join(at, "index.js"), "");
      }
      for (const command of ["doctor", "train"]) {
        const { code, stdout, stderr } = await contrastive(two.folder, [command]);
        expect(stdout + stderr).toMatch(
          /2(:| copies)[^]*3\.0\.0 in .*, used by @contrastive\/loss-supcon[^]*npm dedupe|npm dedupe/,
        );
        expect(code).toBe(1);
      }
    } finally {
      two.remove();
    }
  });
});

/** The bytes of a sheet of one sample. */
async function sheetOf(...args: string[]): Promise<Uint8Array> {
  const drawn = await shell.run(
    "views",
    "tiny.config.ts",
    "--samples",
    "1",
    "--set",
    "backend=wasm",
    ...args,
  );
  expect(drawn.stderr).toBe("");
  return readFileSync(path("views.png"));
}

describe("views", () => {
  test("draws samples and their views, under headings and beside classes", async () => {
    const sheet = ["--out", "sheet.png", "--samples", "2", "--set", "backend=wasm"];
    const drawn = await run("views", ...sheet, "--set", "views.1.parts.0.probability=1");
    expect(drawn).toMatchObject({ code: 0, stdout: "wrote sheet.png: 2 samples, 2 views of each\n" });
    const [actual, expected] = [path("sheet.png"), fixture("views.png")].map((file) =>
      decode(readFileSync(file)),
    );
    expect([actual.width, actual.height]).toEqual([expected.width, expected.height]);
    const worst = Array.from(actual.data).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - expected.data[i])),
      0,
    );
    // Processors differ in the last digit of a float.
    expect(worst).toBeLessThanOrEqual(1);
  });

  test("draws mixed views beside the others, with their shares", async () => {
    const settings = ["--samples", "3", "--set", "backend=wasm"];
    await run("views", "tiny.config.ts", ...settings, "--out", "plain.png");
    const drawn = await run("views", "mixed.config.ts", ...settings, "--set", "mix.alpha=4");
    expect(drawn).toMatchObject({
      code: 0,
      stdout:
        "wrote views.png: 3 samples, 2 views of each; then the same, mixed with the row above (the first with the last)\n",
    });
    const [before, after] = ["plain.png", "views.png"].map((name) => decode(readFileSync(path(name))));
    expect([after.width - before.width, after.height]).toEqual([2 * (96 + 6), before.height]);
    // Right of the row's name, the original and the views are as without mixing.
    const cell = (sheet: typeof before, row: number, column: number) => {
      const [left, top] = [(column + 1) * 102, 16 + row * 102];
      const pixels: number[] = [];
      for (let y = top; y < top + 96; y++) {
        pixels.push(...sheet.data.slice(4 * (y * sheet.width + left), 4 * (y * sheet.width + left + 96)));
      }
      return pixels;
    };
    const { share } = mixUp({ alpha: 4 }).draw(
      { seed: 0, epoch: 0, step: 2 },
      { height: 16, width: 16, channels: 3 },
    )!;
    for (const view of [1, 2]) {
      const [own, partner] = [cell(after, 2, view), cell(after, 1, view)];
      expect(own).toEqual(cell(before, 2, view));
      const worst = cell(after, 2, view + 2).reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (share * own[i] + (1 - share) * partner[i]))),
        0,
      );
      // Each of the three is rounded to bytes.
      expect(worst).toBeLessThanOrEqual(1);
      expect(own).not.toEqual(partner);
    }
  });

  test("draws other views of another epoch, from another config", async () => {
    const first = await sheetOf();
    expect(await sheetOf()).toEqual(first);
    expect(await sheetOf("--epoch", "1")).not.toEqual(first);
  });

  test.each([
    [["--out", "views.jpg"], /--out must name a file that ends in \.png, got "views\.jpg"/],
    [["--samples", "0"], /--samples must be a whole number of at least 1, got "0"/],
    [["--epoch", "1.5"], /--epoch must be a whole number of at least 0/],
    [["nowhere.ts"], /there is no file .*nowhere\.ts/],
    [["tiny.config.ts", "more"], /contrastive views: takes CONFIG, got "more"/],
  ])("with %j says what is wrong", async (args, message) => {
    const { code, stderr } = await shell.run("views", ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test("help has examples for every command, and --version the version", async () => {
  const { stdout } = await run("--help");
  const commands = ["train", "evaluate", "embed", "views", "init", "setup", "doctor"];
  for (const command of commands) {
    expect(stdout).toMatch(new RegExp(`^  ${command} +[A-Z]`, "m"));
    const help = await shell.run(command, "--help");
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(new RegExp(`EXAMPLES\\n\\n  contrastive ${command}`));
  }
  expect(await run("--version")).toEqual({ code: 0, stdout: "0.0.0\n", stderr: "" });
});
