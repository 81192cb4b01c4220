import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { describeOnGpu } from "../../packages/backend-webgpu/test/gpu.js";

const cwd = fileURLToPath(new URL(".", import.meta.url));

describeOnGpu("the config", () => {
  test("trains a step in Node on WebGPU, with data and encoder for an imitated GPU", () => {
    const out = mkdtempSync(join(tmpdir(), "node-webgpu-"));
    onTestFinished(() => rmSync(out, { recursive: true }));
    const small = ["data.size=16", "backend.software=true", "limit=8", "batchSize=8", "epochs=1"];
    const flags = ["--data", "synthetic", "--encoder", "resnet8", ...small.flatMap((set) => ["--set", set])];
    execFileSync("npx", ["contrastive", "train", ...flags, "--no-evaluate", "--out", `${out}/run`], {
      cwd,
      stdio: "pipe",
    });
    expect(readdirSync(`${out}/run`)).toContain("weights.safetensors");
    const [row, ...others] = readFileSync(`${out}/run/metrics.jsonl`, "utf8").trim().split("\n");
    expect(others).toEqual([]);
    expect(JSON.parse(row)).toMatchObject({ step: 0, loss: expect.any(Number) });
    const { backend } = JSON.parse(readFileSync(`${out}/run/config.json`, "utf8")) as {
      backend: { name: string; device: string };
    };
    expect(backend).toMatchObject({ name: "webgpu", device: expect.stringMatching(/^WebGPU, /) });
  });
});

test("says what is missing, a GPU or the images, before it starts", () => {
  expect(trainWithoutImages).toThrow(
    /dataset "cifar10": there is no .*nowhere|backend "webgpu": is not available: .+\. Install/,
  );
});

function trainWithoutImages(): void {
  execFileSync("npx", ["contrastive", "train", "--set", "data.root=nowhere"], { cwd, stdio: "pipe" });
}
