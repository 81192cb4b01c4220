/** One run of a shader. What makes these knows WGSL and shapes, and nothing of tfjs. */
export interface Dispatch {
  /** For labels and errors: `batch-norm/statistics`. */
  readonly name: string;
  /** All that the code depends on; with the name, what its pipeline is kept under. */
  readonly key: string;
  /** WGSL with an entry point `main`. Bindings 0, 1, … are the buffers in order, and the next is the uniforms, if any. */
  readonly code: () => string;
  /** In the order of the uniform struct's members, all of them u32, i32 or f32. */
  readonly uniforms?: readonly Uniform[];
  /** Uniforms that many dispatches of a step have in common and the next step has not; bound behind the others. */
  readonly ofStep?: readonly Uniform[];
  /** Which bindings are buffers of halves; those of all others must not be. */
  readonly halves?: readonly number[];
  /** Workgroups. */
  readonly grid: readonly [number, number?, number?];
}

export type Uniform = { readonly u32: number } | { readonly i32: number } | { readonly f32: number };

export const u32 = (value: number): Uniform => ({ u32: value });
export const i32 = (value: number): Uniform => ({ i32: value });
export const f32 = (value: number): Uniform => ({ f32: value });
