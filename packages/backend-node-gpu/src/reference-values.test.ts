import { supConFixtureSuite } from "@contrastive/testing";
import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
// By path: losses stand beside backends, and neither names the other.
import { supCon, supConPerAnchor } from "../../loss-supcon/src/index.js";
import { describeOnTensorflow, tensorflow } from "../test/on-tensorflow.js";

describeOnTensorflow("SupCon on TensorFlow", () => {
  supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor, backend: tensorflow() });
});
