export { expectClose, expectCloseScalar, relativeError } from "./compare.js";
export { cpu } from "./cpu.js";
export { finiteDifference } from "./finite-difference.js";
export { expectNoLeak } from "./leaks.js";
