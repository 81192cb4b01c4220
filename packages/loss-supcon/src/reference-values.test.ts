import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
import { supConFixtureSuite } from "@contrastive/testing";
import { supCon, supConPerAnchor } from "./index.js";

supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor });
