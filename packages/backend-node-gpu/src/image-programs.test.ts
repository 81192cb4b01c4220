import { imageProgramConformance } from "@contrastive/testing";
import { test } from "vitest";
import { availability, tensorflow } from "../test/on-tensorflow.js";

if (availability.ok) imageProgramConformance("node-gpu", tensorflow);
else test.skip(`image program conformance: node-gpu (skipped: ${availability.why})`, () => {});
