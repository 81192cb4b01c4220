import { foldedGrid } from "../fold.js";

/** Invocations of a workgroup, which has a block of one tensor. */
export const THREADS = 256;

export interface Tensor {
  readonly size: number;
}

/** For each tensor the block behind its last one. Of a block, every invocation has `each` values, or vectors where all fit. */
export function blockEnds(tensors: readonly Tensor[], each: number): readonly number[] {
  let end = 0;
  return tensors.map(({ size }) => (end += blocksOf(size, each)));
}

export function blocksOf(size: number, each: number): number {
  return Math.ceil((size % 4 === 0 ? size / 4 : size) / (THREADS * each));
}

export function blockGrid(ends: readonly number[]): readonly [number, number] {
  return foldedGrid(ends[ends.length - 1]);
}
