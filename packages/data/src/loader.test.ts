import type {
  Augmentation,
  OpenDataset,
  ProgramAugmentation,
  RawImage,
  SampleKey,
  TensorAugmentation,
} from "@contrastive/core";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  type Batch,
  classBalanced,
  createLoader,
  fromArrays,
  type LoaderOptions,
  openIndexed,
  type ViewGroup,
} from "./index.js";
import { sequential, shuffle } from "./index.js";

const image = (value: number, height = 4, width = 4): RawImage => ({
  data: new Uint8Array(height * width).fill(value),
  height,
  width,
  channels: 1,
});

const place = ({ seed, epoch, index, view }: SampleKey) => seed * 1e6 + epoch * 1e4 + index * 100 + view;

/** Cuts a box whose place depends on the key, so that a program shows which key it was drawn with. */
function crop(size: number): ProgramAugmentation {
  return {
    name: "crop",
    options: { size },
    output: ({ channels }) => ({ height: size, width: size, channels }),
    sample: (key, from) => ({
      output: { height: size, width: size, channels: from.channels },
      steps: [
        {
          op: "resizedCrop",
          top: 0,
          left: place(key),
          height: from.height,
          width: from.width,
          outHeight: size,
          outWidth: size,
        },
      ],
    }),
  };
}

const asIs: TensorAugmentation = {
  name: "as-is",
  options: {},
  output: (input) => input,
  apply: (images) => images.clone(),
};

const size = 23;
const labels = Array.from({ length: size }, (_, index) => index % 5);
const openDataset = () =>
  fromArrays({ images: Array.from({ length: size }, (_, i) => image(i)), labels }).open("train");

async function loader(options: Partial<LoaderOptions> = {}) {
  const dataset = options.dataset ?? (await openDataset());
  return createLoader({
    dataset,
    views: [crop(2), crop(2)],
    sampler: shuffle().open(dataset, 1, options.batchSize ?? 5),
    batchSize: 5,
    seed: 1,
    ...options,
  });
}

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe("createLoader", () => {
  it.each([
    { dropLast: true, steps: 4, samples: 20 },
    { dropLast: false, steps: 5, samples: 23 },
  ])(
    "visits $samples samples in $steps steps with dropLast $dropLast",
    async ({ dropLast, steps, samples }) => {
      const { stepsPerEpoch, epoch } = await loader({ dropLast });
      const batches = await collect(epoch(2));
      expect(stepsPerEpoch).toBe(steps);
      expect(batches.map((batch) => [batch.epoch, batch.step])).toEqual(
        Array.from({ length: steps }, (_, step) => [2, step]),
      );
      expect(new Set(batches.flatMap((batch) => [...batch.indices])).size).toBe(samples);
    },
  );

  it("puts images, programs and keys in sample-major order", async () => {
    const dataset = await openDataset();
    const { epoch } = await loader({
      dataset,
      sampler: sequential().open(dataset, 1, 3),
      batchSize: 3,
      seed: 6,
    });
    const [, batch] = await collect(epoch(7));
    expect(batch.indices).toEqual(Uint32Array.of(3, 4, 5));
    expect(batch.labels).toEqual(Int32Array.of(3, 4, 0));
    const [group] = batch.groups;
    expect(batch.groups).toHaveLength(1);
    expect(group.views).toEqual([0, 1]);
    expect(group.shape).toEqual({ height: 2, width: 2, channels: 1 });
    expect(group.images.map(({ data }) => data[0])).toEqual([3, 3, 4, 4, 5, 5]);
    const expected = [3, 3, 4, 4, 5, 5].map((index, i) => ({ seed: 6, epoch: 7, index, view: i % 2 }));
    expect(group.keys).toEqual(expected);
    expect(group.programs).toEqual(
      expected.map((key) => crop(2).sample(key, { height: 4, width: 4, channels: 1 })),
    );
  });

  it("gives the same batches again, from any step, and with any reading ahead", async () => {
    const whole = await collect((await loader()).epoch(3));
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(9), async (from, prefetch) => {
        const { epoch } = await loader({ prefetch });
        expect(await collect(epoch(3, { from }))).toEqual(whole.slice(from));
      }),
      { numRuns: 20 },
    );
    const epoch = (await loader()).epoch(3);
    expect(await collect(epoch)).toEqual(whole);
    expect(await collect(epoch)).toEqual(whole);
  });

  it("gives the batches of one epoch after the other, from any step to any other", async () => {
    const { stepsPerEpoch, epoch, steps } = await loader();
    const whole = [...(await collect(epoch(0))), ...(await collect(epoch(1))), ...(await collect(epoch(2)))];
    await fc.assert(
      fc.asyncProperty(fc.nat(3 * stepsPerEpoch), fc.nat(3 * stepsPerEpoch), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(await collect(steps(from, to))).toEqual(whole.slice(from, to));
      }),
      { numRuns: 20 },
    );
  });

  it("reads the next epoch's first batches while the last ones are in use", async () => {
    const read: number[] = [];
    const dataset = openIndexed({ who: "test", size, image: (index) => (read.push(index), image(index)) });
    const { steps } = await loader({ dataset, sampler: sequential().open(dataset, 1, 5) });
    const batches = steps(2, 8)[Symbol.asyncIterator]();
    await batches.next();
    await batches.next();
    await vi.waitFor(() => expect(read).toHaveLength(4 * 5));
    expect(read.slice(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await batches.return?.();
  });

  it("has views made ahead, no more of them than it reads", async () => {
    const begun: number[] = [];
    const { epoch } = await loader({
      views: [crop(3), crop(2)],
      async makeViews({ keys, views, images }) {
        expect(keys).toHaveLength(images.length);
        begun.push(keys[0].index);
        return Float32Array.of(keys[0].index, views[0]);
      },
    });
    const batches = epoch(0)[Symbol.asyncIterator]();
    const first = await batches.next();
    const values = first.value.groups.map((group: ViewGroup) => [...(group.values ?? [])]);
    expect(values).toEqual([0, 1].map((view) => [first.value.indices[0], view]));
    // Two groups in each of three batches: the one in use, and two more.
    await vi.waitFor(() => expect(begun).toHaveLength(6));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(begun).toHaveLength(6);
    await batches.return?.();
  });

  it("throws what failed in making views at the batch that needed them, and aborts what is under way", async () => {
    const signals: AbortSignal[] = [];
    const dataset = await openDataset();
    const { epoch } = await loader({
      dataset,
      sampler: sequential().open(dataset, 1, 5),
      prefetch: 3,
      async makeViews({ keys }, signal) {
        signals.push(signal);
        if (keys.some(({ index }) => index === 12)) throw new Error("sample 12 can't be augmented");
        return new Float32Array(0);
      },
    });
    const seen: number[] = [];
    const using = async () => {
      for await (const batch of epoch(0)) seen.push(batch.step);
    };
    await expect(using()).rejects.toThrow("sample 12 can't be augmented");
    expect(seen).toEqual([0, 1]);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it.each<[string, Augmentation[], number[][]]>([
    ["equal shapes", [crop(2), crop(2), crop(2)], [[0, 1, 2]]],
    [
      "multi-crop",
      [crop(3), crop(2), crop(3), crop(2)],
      [
        [0, 2],
        [1, 3],
      ],
    ],
    [
      "a function on tensors apart from programs",
      [crop(4), asIs, crop(4), asIs],
      [
        [0, 2],
        [1, 3],
      ],
    ],
    ["two different functions", [asIs, { ...asIs, apply: (images) => images.neg() }], [[0], [1]]],
    ["programs before the same function", [{ ...crop(4), apply: asIs.apply }, asIs], [[0, 1]]],
  ])("groups views: %s", async (_, views, expected) => {
    const [{ groups }] = await collect((await loader({ views })).epoch(0));
    expect(groups.map((group) => group.views)).toEqual(expected);
    for (const { views, images, programs, keys, shape } of groups) {
      expect([images.length, programs.length, keys.length]).toEqual(Array(3).fill(5 * views.length));
      for (const program of programs) expect(program.output).toEqual(shape);
    }
  });

  it("gives an augmentation that has no programs the identity, and hands its function on", async () => {
    const [{ groups }] = await collect((await loader({ views: [asIs] })).epoch(0));
    expect(groups[0].programs[0]).toEqual({ output: { height: 4, width: 4, channels: 1 }, steps: [] });
    expect(groups[0].apply).toBe(asIs.apply);
  });

  it("draws other views for a sample that the epoch has visited before", async () => {
    const images = Array.from({ length: 9 }, (_, index) => image(index));
    const dataset = await fromArrays({ images, labels: [0, 0, 0, 0, 0, 0, 0, 0, 1] }).open("train");
    const { epoch } = await loader({ dataset, sampler: classBalanced().open(dataset, 1, 4), batchSize: 4 });
    const keys = (await collect(epoch(0))).flatMap(({ groups }) => groups[0].keys);
    const rare = keys.filter(({ index }) => index === 8);
    expect(rare.map(({ view }) => view).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, i) => i),
    );
    const resumed = (await collect(epoch(0, { from: 2 }))).flatMap(({ groups }) => groups[0].keys);
    expect(resumed).toEqual(keys.slice(16));
  });

  it("takes images of mixed sizes where the programs make them equal, and refuses them where not", async () => {
    const images = Array.from({ length: 10 }, (_, index) => image(index, 2 + (index % 3), 5));
    const dataset = await fromArrays({ images }).open("train");
    const sampler = sequential().open(dataset, 1, 5);
    expect(await collect((await loader({ dataset, sampler })).epoch(0))).toHaveLength(2);
    const { epoch } = await loader({ dataset, sampler, views: [crop(2), asIs] });
    await expect(collect(epoch(0))).rejects.toThrow(
      "loader: view 1 must have one shape for all images, but is 2 × 5 × 1 for sample 0 and 3 × 5 × 1 for sample 1",
    );
  });

  it.each([
    [
      "a batch larger than the data",
      { batchSize: 24 },
      "batchSize must be <= 23, the samples of an epoch, got 24",
    ],
    ["no views", { views: [] }, 'data "loader": views must be >= 1 long'],
    ["a batch of none", { batchSize: 0 }, "batchSize must be >= 1, got 0"],
    ["a negative prefetch", { prefetch: -1 }, "prefetch must be >= 0, got -1"],
    ["no samples", { sampler: { epoch: () => new Uint32Array() } }, "at least one sample an epoch, got 0"],
  ])("refuses %s", async (_, options, message) => {
    await expect(loader(options)).rejects.toThrow(message);
  });

  it("takes a batch larger than the data when the last one is kept", async () => {
    const { stepsPerEpoch, epoch } = await loader({ batchSize: 100, dropLast: false });
    expect(stepsPerEpoch).toBe(1);
    expect((await collect(epoch(0)))[0].indices).toHaveLength(23);
  });

  it("refuses a first step that the epoch does not have, and a sampler whose epochs differ in length", async () => {
    const { epoch, steps } = await loader();
    expect(() => epoch(0, { from: 5 })).toThrow("loader: from must be a step in 0..4");
    for (const [from, to] of [
      [3, 2],
      [-1, 2],
      [0, 1.5],
    ]) {
      expect(() => steps(from, to)).toThrow("loader: steps must be whole numbers");
    }
    const uneven = await loader({ sampler: { epoch: (epoch) => new Uint32Array(10 + epoch) } });
    await expect(collect(uneven.epoch(1))).rejects.toThrow("epoch 1 of the sampler must have 10 samples");
  });

  it("refuses a dataset that gives too few images", async () => {
    const dataset: OpenDataset = { size, read: async () => ({ images: [] }), close: async () => {} };
    await expect(collect((await loader({ dataset })).epoch(0))).rejects.toThrow(
      "the dataset must give an image for each of the 5 indices, got 0",
    );
  });

  it("throws a failed read at the batch that needed it", async () => {
    const dataset = openIndexed({
      who: "test",
      size,
      image: (index) => {
        if (index === 12) throw new Error("sample 12 is broken");
        return image(index);
      },
    });
    const { epoch } = await loader({ dataset, sampler: sequential().open(dataset, 1, 5), prefetch: 3 });
    const seen: number[] = [];
    const reading = async () => {
      for await (const batch of epoch(0)) seen.push(batch.step);
    };
    await expect(reading()).rejects.toThrow("sample 12 is broken");
    expect(seen).toEqual([0, 1]);
  });
});
