import { backendConformance } from "@contrastive/testing";
import { describeOnGpu, gpu } from "../test/gpu.js";
import { webgpu } from "./index.js";

describeOnGpu("WebGPU in Node", () => {
  backendConformance("webgpu", gpu, { factory: webgpu });
});
