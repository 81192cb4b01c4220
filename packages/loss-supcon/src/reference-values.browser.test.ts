import { wasm } from "@contrastive/backend-wasm";
import { supConFixtureSuite } from "@contrastive/testing";
import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
import { supCon, supConPerAnchor } from "./index.js";

supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor, backend: wasm({ threads: 2 }) });
