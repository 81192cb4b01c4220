import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import type { ImageProgram, ImageProgramAttributes, ImageShape, Mixture } from "@contrastive/ops";
import type { Plugin } from "./plugin.js";
import type { Rng } from "./rng.js";

export type { ImageProgram, ImageProgramAttributes, ImageShape, Mixture } from "@contrastive/ops";

/** Tensors by name; flat. The names are the keys of a checkpoint. */
export type Params = Readonly<Record<string, Tensor>>;

/** Which of an encoder's outputs: the representation r, or the head's projection z of it. */
export type Space = "representation" | "projection";

export interface ForwardContext {
  /** True while the weights are trained: batch statistics are used, and buffers advance. */
  readonly training: boolean;
  readonly buffers: Params;
  readonly rng: Rng;
}

export interface Network<Input extends Tensor, Shape> extends Plugin {
  /** Size of the output. */
  readonly dim: number;
  /** New weights, and the buffers that training moves without a gradient (running means). The caller owns both. */
  init(rng: Rng, input: Shape): { weights: Params; buffers: Params };
  /**
   * Pure: equal arguments give equal results, so a pass can be run again. Returned buffers are new tensors in
   * training and the given ones otherwise.
   */
  forward(weights: Params, input: Input, context: ForwardContext): { embeddings: Tensor2D; buffers: Params };
}

/** Images `[batch, height, width, channels]` to a representation `[batch, dim]`. */
export type Encoder = Network<Tensor4D, ImageShape>;

/** A representation `[batch, in]` to a projection `[batch, dim]`; thrown away after training. */
export type Head = Network<Tensor2D, number>;

export interface LossNeeds {
  /** `index`: int32 `[batch]`; `soft`: float32 `[batch, classes]`. */
  readonly labels: "none" | "index" | "soft";
  /** The least number of views of a sample. */
  readonly views: number;
  readonly on: readonly Space[];
  /** True if the trainer must scale embeddings to length 1. */
  readonly unitLength: boolean;
  /** True if it takes embeddings of a momentum encoder. */
  readonly targets: boolean;
}

export interface LossInput extends Progress {
  /** `[batch, views, dim]`, for each space in `needs.on`. */
  readonly embeddings: Partial<Record<Space, Tensor3D>>;
  /** From the momentum encoder, same shapes, without gradient. */
  readonly targets?: Partial<Record<Space, Tensor3D>>;
  readonly labels?: Tensor1D | Tensor2D;
  readonly weights: Params;
  readonly buffers: Params;
}

export interface LossOutput {
  readonly loss: Scalar;
  /** After this step: new tensors, or given ones. */
  readonly buffers?: Params;
  readonly metrics?: Readonly<Record<string, Scalar>>;
}

export interface Loss extends Plugin {
  readonly needs: LossNeeds;
  /** True where soft labels may be the shares that classes have in a mixture; only then may a config mix batches. Default false. */
  readonly takesMixedLabels?: boolean;
  /** The loss's own weights (a classifier, proxies) and buffers (a queue). */
  init?(
    rng: Rng,
    dims: Readonly<Partial<Record<Space, number>>>,
    classes: number,
  ): { weights?: Params; buffers?: Params };
  /**
   * Throws for labels that the loss refuses; called with a batch's labels, still on the host, before `compute`: int32
   * `[batch]`, or where the loss needs soft ones, float32 `[batch, classes]`, row by row.
   */
  checkBatch?(labels: Int32Array | Float32Array | undefined, views: number, classes: number): void;
  /**
   * Computes from its input alone. One that does not look at `input.step` may be recorded and replayed: it is then not called at
   * every step.
   */
  compute(input: LossInput): LossOutput;
}

/** An image as a dataset gives it: rows from the top, channels last, 0 to 255. */
export interface RawImage extends ImageShape {
  readonly data: Uint8Array;
}

/** Names one view of one sample in one epoch: all that its augmentation may depend on. */
export interface SampleKey {
  readonly seed: number;
  readonly epoch: number;
  readonly index: number;
  readonly view: number;
}

/** A policy that draws, for each image, a short program; anyone may run it, on any backend, with the same result. */
export interface ProgramAugmentation extends Plugin {
  output(input: ImageShape): ImageShape;
  sample(key: SampleKey, from: ImageShape): ImageProgram;
}

/** A policy of one's own: a function on a batch of float images in 0..1, run after the programs. */
export interface TensorAugmentation extends Plugin {
  output(input: ImageShape): ImageShape;
  apply(images: Tensor4D, keys: readonly SampleKey[]): Tensor4D;
}

export type Augmentation = ProgramAugmentation | TensorAugmentation;

/** Names one step of a run: all that the mixing of its batch may depend on. */
export interface BatchKey {
  readonly seed: number;
  readonly epoch: number;
  /** Within the epoch, from 0. */
  readonly step: number;
}

/** Mixes the samples of each batch, and their labels with them: MixUp, CutMix. */
export interface Mix extends Plugin {
  /**
   * How a batch is mixed whose views are images of this shape; undefined leaves it as it is. Pure: the same key gives the same
   * mixture.
   */
  draw(key: BatchKey, image: ImageShape): Mixture | undefined;
}

export interface ChannelStatistics {
  /** A value per channel, in 0..1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export type Split = "train" | "test";

export interface Dataset extends Plugin {
  /** Of the training split; what images are normalised by unless the config says otherwise. */
  readonly statistics?: ChannelStatistics;
  open(split: Split): Promise<OpenDataset>;
}

/** Samples as a dataset gives them. */
export interface SampleBatch {
  readonly images: readonly RawImage[];
  /** A class index a sample. */
  readonly labels?: Int32Array;
  /**
   * `[samples, classes]`, row by row: for samples of several classes 1 for each of theirs, for mixed ones their shares.
   * Losses with soft labels take these where they are there, and the class index otherwise.
   */
  readonly softLabels?: Float32Array;
}

export interface OpenDataset {
  readonly size: number;
  readonly classes?: readonly string[];
  /** All labels at once, where the dataset has them, for samplers. */
  readonly labels?: Int32Array;
  /** Where samples are stored in groups that are best read together: how many are in each, in the order of their indices. */
  readonly shards?: readonly number[];
  read(indices: Uint32Array, signal?: AbortSignal): Promise<SampleBatch>;
  close(): Promise<void>;
}

/** How far training has come, counted from 0. */
export interface Progress {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** A number that depends on how far training has come. */
export interface Schedule extends Plugin {
  at(progress: Progress): number;
}

export interface TransformContext extends Progress {
  readonly weights: Params;
}

export interface GradientTransform extends Plugin {
  /** The caller owns the state. */
  init(weights: Params): Params;
  /**
   * Turns gradients into updates, which the trainer adds to the weights.
   *
   * Consumes gradients and state: the caller never uses them again, so a backend may work in place.
   */
  update(gradients: Params, state: Params, context: TransformContext): { updates: Params; state: Params };
  /**
   * The update and its addition to the weights in one pass: what `update` and an addition give, to rounding, from the same
   * state. The trainer prefers it where it is there.
   *
   * Consumes gradients, state and `context.weights`: a backend may work in place.
   */
  apply?(gradients: Params, state: Params, context: TransformContext): { weights: Params; state: Params };
  /**
   * As `apply` where `condition` is not 0; otherwise weights and state stay as they are, bit for bit. The trainer prefers it where a
   * gradient may not be finite, which a scalar says that nobody reads. Without it both are kept until one is taken.
   */
  applyIf?(
    condition: Scalar,
    gradients: Params,
    state: Params,
    context: TransformContext,
  ): { weights: Params; state: Params };
  /** Numbers worth a curve, such as the learning rate of a step. */
  metrics?(progress: Progress): Readonly<Record<string, number>>;
}

export interface BackendInfo {
  /** The name under which tfjs knows it. */
  readonly name: string;
  /** What computes, in words: `WebAssembly SIMD, 1 thread`. */
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Backends that were preferred and are not available here. */
  readonly rejected?: readonly RejectedBackend[];
}

export interface RejectedBackend {
  readonly name: string;
  readonly why: string;
}

export type Availability =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: string; readonly fix: string };

/** How activations and their gradients are stored: in 32 bits, or in 16 where the backend can; sums are of 32 bits either way. */
export type Precision = "float32" | "mixed";

export interface Backend extends Plugin {
  isAvailable(): Availability | Promise<Availability>;
  /** Those that `init` takes; absent, `"float32"` alone. */
  readonly precisions?: readonly Precision[];
  /**
   * Makes it the active tfjs backend; kernels and gradients are installed here, not on import. It computes in the precision given,
   * by default `"float32"`, until it is called again.
   */
  init(options?: { readonly precision?: Precision }): Promise<BackendInfo>;
  /**
   * Threads that make views before their step begins. Absent, or undefined once it is started: views are best made in the step, as on
   * a GPU, or where the threads that would make them are those that compute the step.
   */
  openViewMaker?(): ViewMaker | undefined;
}

/** Makes views of images on threads of its own, while a step goes on. */
export interface ViewMaker {
  /**
   * All values of what the kernel "ImageProgram" gives, to the same bits. Rejects where that throws, and, with the signal's reason, once
   * it is aborted.
   */
  make(attributes: ImageProgramAttributes, signal?: AbortSignal): Promise<Float32Array>;
  /** Ends the threads; what is asked for still, and from then on, is rejected. */
  close(): Promise<void>;
}

/** What a tfjs backend may offer besides, for errors that say what would fit. */
export interface MeasuresMemory {
  /** Bytes that are in use. */
  usedBytes(): number;
  /** The most bytes that were in use while `f` ran. */
  peakBytes(f: () => void): number;
}

export interface OpenSampler {
  /** Sample indices of one epoch, in order. Pure: the same epoch gives the same indices. */
  epoch(epoch: number): Uint32Array;
}

/** Chooses which samples an epoch visits, and in which order. */
export interface Sampler extends Plugin {
  open(
    dataset: Pick<OpenDataset, "size" | "labels" | "classes" | "shards">,
    seed: number,
    batchSize: number,
  ): OpenSampler;
}

/** What a monitor sees of one training step. */
export interface MonitorStep extends Progress {
  /** `[batch * views, dim]`, raw (not scaled to length 1), without gradient; rows are sample-major. */
  readonly representation: Tensor2D;
  /** int32 `[batch * views]`, where the data has labels; of a mixed batch, those of the larger share. */
  readonly labels?: Tensor1D;
}

/** Watches training without influencing it: an online probe, a statistic of the embeddings. */
export interface Monitor extends Plugin {
  readonly needs: { readonly labels: "none" | "index" };
  /** The state it carries from step to step; named tensors that the caller owns. */
  init(rng: Rng, dim: number, classes: number): Params;
  /** Consumes the state, as a gradient transform does. */
  step(state: Params, input: MonitorStep): { state: Params; metrics: Readonly<Record<string, Scalar>> };
}
