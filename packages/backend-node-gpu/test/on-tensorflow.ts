import { beforeAll, describe } from "vitest";
import { nodeGpu } from "../src/index.js";

/** On whatever TensorFlow there is. */
export const tensorflow = () => nodeGpu({ device: "auto" });

export const availability = await tensorflow().isAvailable();

/** Tests on the started backend; skipped, with the reason, where there is no TensorFlow. */
export function describeOnTensorflow(name: string, tests: () => void): void {
  const title = availability.ok ? name : `${name} (skipped: ${availability.why})`;
  describe.skipIf(!availability.ok)(title, () => {
    beforeAll(async () => void (await tensorflow().init()));
    tests();
  });
}
