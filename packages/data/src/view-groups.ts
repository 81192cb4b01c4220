import {
  type Augmentation,
  ContrastiveError,
  type ImageProgram,
  type ImageShape,
  type RawImage,
  type SampleKey,
  type TensorAugmentation,
} from "@contrastive/core";

/** Views of a batch that become images of one shape, and so can be encoded together. */
export interface ViewGroup {
  /** The numbers of its views, ascending. */
  readonly views: readonly number[];
  /** What the programs put out, before `apply`. */
  readonly shape: ImageShape;
  /** Sample-major, as are programs and keys: sample 0 in each view, sample 1 in each view, … */
  readonly images: readonly RawImage[];
  readonly programs: readonly ImageProgram[];
  readonly keys: readonly SampleKey[];
  /** What the programs put out, `[images, height, width, channels]`, where that was made ahead. */
  readonly values?: Float32Array;
  /** What the views have in common that must run on the backend, after the programs. */
  readonly apply?: TensorAugmentation["apply"];
}

/** A sample of a batch, and how often its epoch has visited it before. */
export interface Visit {
  readonly index: number;
  readonly before: number;
  readonly image: RawImage;
}

/**
 * Draws the views of a batch and groups those that have one shape and one `apply`.
 *
 * A sample that an epoch visits again gets keys with view numbers of their own, or its views would be the same again.
 */
export function groupViews(
  visits: readonly Visit[],
  augmentations: readonly Augmentation[],
  { seed, epoch }: Pick<SampleKey, "seed" | "epoch">,
): readonly ViewGroup[] {
  const views = augmentations.map((augmentation, number) => {
    const keys = visits.map(({ index, before }) => ({
      seed,
      epoch,
      index,
      view: number + before * augmentations.length,
    }));
    const programs = visits.map(({ image }, sample) => draw(augmentation, keys[sample], image));
    const apply = "apply" in augmentation ? augmentation.apply : undefined;
    return { number, keys, programs, apply, shape: commonShape(number, programs, visits) };
  });

  const groups: (typeof views)[] = [];
  for (const view of views) {
    const group = groups.find(([{ shape, apply }]) => sameShape(shape, view.shape) && apply === view.apply);
    if (group === undefined) groups.push([view]);
    else group.push(view);
  }
  return groups.map((members) => ({
    views: members.map((view) => view.number),
    shape: members[0].shape,
    images: visits.flatMap(({ image }) => members.map(() => image)),
    programs: visits.flatMap((_, sample) => members.map((view) => view.programs[sample])),
    keys: visits.flatMap((_, sample) => members.map((view) => view.keys[sample])),
    ...(members[0].apply && { apply: members[0].apply }),
  }));
}

function draw(augmentation: Augmentation, key: SampleKey, image: RawImage): ImageProgram {
  const from: ImageShape = { height: image.height, width: image.width, channels: image.channels };
  return "sample" in augmentation ? augmentation.sample(key, from) : { output: from, steps: [] };
}

function commonShape(view: number, programs: readonly ImageProgram[], visits: readonly Visit[]): ImageShape {
  const shape = programs[0].output;
  const other = programs.findIndex(({ output }) => !sameShape(output, shape));
  if (other === -1) return shape;
  throw new ContrastiveError({
    who: "loader",
    what:
      `view ${view} must have one shape for all images, but is ${written(shape)} for sample ${visits[0].index} ` +
      `and ${written(programs[other].output)} for sample ${visits[other].index}`,
    fix: "Begin the view with an augmentation that resizes, such as a random resized crop",
  });
}

function sameShape(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

function written({ height, width, channels }: ImageShape): string {
  return `${height} × ${width} × ${channels}`;
}
