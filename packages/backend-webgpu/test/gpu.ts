import { beforeAll, describe } from "vitest";
import { webgpu } from "../src/index.js";

// Only Node needs telling: a browser gets its adapter by its flags.
if ("process" in globalThis) await preferSwiftShader();

/** On whatever GPU there is, an imitation too. */
export const gpu = () => webgpu({ software: true });

const availability = await gpu().isAvailable();

/** Tests that need a GPU, on the started backend; skipped, with the reason, where there is none. */
export function describeOnGpu(name: string, tests: () => void): void {
  const title = availability.ok ? name : `${name} (skipped: ${availability.why})`;
  describe.skipIf(!availability.ok)(title, () => {
    beforeAll(async () => void (await gpu().init()));
    tests();
  });
}

/** SwiftShader, which comes with Debian's Chromium, unless one asks for the machine's own GPU. Before Dawn looks. */
async function preferSwiftShader(): Promise<void> {
  const { existsSync } = await import("node:fs");
  const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
  if (process.env.CONTRASTIVE_GPU !== undefined || !existsSync(swiftShader)) return;
  process.env.VK_ICD_FILENAMES = swiftShader;
  process.env.XDG_RUNTIME_DIR ??= "/tmp";
}
