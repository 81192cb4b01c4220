import { backendConformance } from "@contrastive/testing";
import { test } from "vitest";
import { availability, tensorflow } from "../test/on-tensorflow.js";
import { nodeGpu } from "./index.js";

// As in builds of TensorFlow that have none of its kernels.
process.env.TF_ENABLE_ONEDNN_OPTS = "0";

if (availability.ok) backendConformance("node-gpu without oneDNN", tensorflow, { factory: nodeGpu });
else test.skip(`backend conformance: node-gpu without oneDNN (skipped: ${availability.why})`, () => {});
