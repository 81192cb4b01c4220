import { beforeAll, describe } from "vitest";
import { webgpu } from "../src/index.js";
import { uninitializedInLoops } from "./wgsl-lint.js";

// Only Node needs telling: a browser gets its adapter by its flags.
if ("process" in globalThis) await preferSwiftShader();

/** On whatever GPU there is, an imitation too. */
export const gpu = () => webgpu({ software: true, tune: false });

const availability = await gpu().isAvailable();
if (availability.ok) lintShaders();

/** Tests that need a GPU, on the started backend; skipped, with the reason, where there is none. */
export function describeOnGpu(name: string, tests: () => void, backend = gpu()): void {
  const title = availability.ok ? name : `${name} (skipped: ${availability.why})`;
  describe.skipIf(!availability.ok)(title, () => {
    beforeAll(async () => void (await backend.init()));
    tests();
  });
}

/** Fails the kernel, and so its test, whose shader has what Tint gets wrong. */
function lintShaders(): void {
  const prototype = GPUDevice.prototype;
  const create = prototype.createShaderModule;
  prototype.createShaderModule = function (descriptor) {
    // Ours are labelled with a name and a key, tfjs's own with the name of a class.
    const { label = "", code } = descriptor;
    const [found] = label.includes(" ") ? uninitializedInLoops(code) : [];
    if (found === undefined) return create.call(this, descriptor);
    throw new Error(
      `kernel "${label}", line ${found.line}: "var ${found.name}" in a loop has no initial value`,
    );
  };
}

/** SwiftShader, which comes with Debian's Chromium, unless one asks for the machine's own GPU. Before Dawn looks. */
async function preferSwiftShader(): Promise<void> {
  const { existsSync } = await import("node:fs");
  const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
  if (process.env.CONTRASTIVE_GPU !== undefined || !existsSync(swiftShader)) return;
  process.env.VK_ICD_FILENAMES = swiftShader;
  process.env.XDG_RUNTIME_DIR ??= "/tmp";
}
