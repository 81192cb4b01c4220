import { beforeAll } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu } from "../../testing/src/index.js";
import { mixtureSuite } from "../test/mixture-suite.js";

beforeAll(async () => void (await cpu().init()));

mixtureSuite();
