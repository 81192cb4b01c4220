import { backendConformance } from "@contrastive/testing";
import { test } from "vitest";
import { availability, tensorflow } from "../test/on-tensorflow.js";
import { nodeGpu } from "./index.js";

if (availability.ok) backendConformance("node-gpu", tensorflow, { factory: nodeGpu });
else test.skip(`backend conformance: node-gpu (skipped: ${availability.why})`, () => {});
