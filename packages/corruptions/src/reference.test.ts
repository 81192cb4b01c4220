import { referenceTests } from "../test/reference.js";

referenceTests();
