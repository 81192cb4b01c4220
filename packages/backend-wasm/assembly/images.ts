// Image programs alone, for those who have no tensors in WebAssembly's memory.
export { imageScratch } from "./image-canvas";
export { imagePrograms } from "./image-programs";
