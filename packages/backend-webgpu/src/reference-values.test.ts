import { supConFixtureSuite } from "@contrastive/testing";
import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
// By path: losses stand beside backends, and neither names the other.
import { supCon, supConPerAnchor } from "../../loss-supcon/src/index.js";
import { describeOnGpu, gpu } from "../test/gpu.js";

describeOnGpu("SupCon on WebGPU", () => {
  supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor, backend: gpu() });
});
