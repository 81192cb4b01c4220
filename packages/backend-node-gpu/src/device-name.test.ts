import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deviceName } from "./device-name.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driver-"));
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A driver's tool that names two GPUs, or the one that is asked for. */
function installTool(): void {
  const tool = join(folder, "nvidia-smi");
  writeFileSync(
    tool,
    '#!/bin/sh\ncase "$*" in *"--id 1"*) echo "NVIDIA L4";; *) echo "NVIDIA H200"; echo "NVIDIA L4";; esac\n',
  );
  chmodSync(tool, 0o755);
}

test("a processor is named as the system names it", () => {
  expect(deviceName({ isUsingGpuDevice: false })).toBe(`the CPU, ${cpus()[0].model.trim()}`);
});

test.each([
  { visible: "", name: "CUDA, NVIDIA H200" },
  { visible: "1", name: "CUDA, NVIDIA L4" },
])("a GPU is named by the driver's tool: $visible", ({ visible, name }) => {
  installTool();
  vi.stubEnv("CUDA_VISIBLE_DEVICES", visible);
  expect(deviceName({ isUsingGpuDevice: true })).toBe(name);
});

test("without the tool it has no name", () => {
  vi.stubEnv("PATH", folder);
  expect(deviceName({ isUsingGpuDevice: true })).toBe("CUDA");
});
