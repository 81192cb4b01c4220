export { copy } from "./copy.js";
export type { ImageProgram, ImageShape, ImageStep } from "./image-program.js";
export { defineOp, type Inputs, type OpDefinition } from "./op.js";
export { valueAuxAndGrads, type ValueAuxAndGrads } from "./value-aux-and-grads.js";
