import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { describeOnTensorflow } from "../../packages/backend-node-gpu/test/on-tensorflow.js";

const cwd = fileURLToPath(new URL(".", import.meta.url));

describeOnTensorflow("the config", () => {
  test("trains in Node by TensorFlow, with data and encoder for a processor", () => {
    const out = mkdtempSync(join(tmpdir(), "node-cuda-"));
    onTestFinished(() => rmSync(out, { recursive: true }));
    const small = ["data.size=16", "backend.device=auto", "limit=16", "batchSize=8", "epochs=2"];
    const flags = ["--data", "synthetic", "--encoder", "resnet8", ...small.flatMap((set) => ["--set", set])];
    execFileSync("npx", ["contrastive", "train", ...flags, "--no-evaluate", "--out", `${out}/run`], {
      cwd,
      stdio: "pipe",
    });
    const rows = readFileSync(`${out}/run/metrics.jsonl`, "utf8").trim().split("\n");
    expect(rows.length).toBe(4);
    for (const row of rows) expect((JSON.parse(row) as { loss: number }).loss).toBeGreaterThan(0);
    const { backend } = JSON.parse(readFileSync(`${out}/run/config.json`, "utf8")) as {
      backend: { name: string; device: string };
    };
    expect(backend).toMatchObject({
      name: "tensorflow",
      device: expect.stringMatching(/^TensorFlow 2\.\d+/),
    });
  });
});

test("says what is missing before it starts", () => {
  expect(trainWithoutImages).toThrow(
    /dataset "cifar10": there is no .*nowhere|backend "node-gpu": is not available: .+\. /,
  );
});

function trainWithoutImages(): void {
  execFileSync("npx", ["contrastive", "train", "--set", "data.root=nowhere"], { cwd, stdio: "pipe" });
}
