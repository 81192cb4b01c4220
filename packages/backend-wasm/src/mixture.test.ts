import { beforeAll } from "vitest";
// By path: what `ops` tests by itself is no part of what it exports.
import { mixtureSuite } from "../../ops/test/mixture-suite.js";
import { wasm } from "./index.js";

beforeAll(async () => void (await wasm().init()));

mixtureSuite();
