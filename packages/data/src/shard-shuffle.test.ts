import { samplerConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { shardShuffle } from "./index.js";

samplerConformance("shard-shuffle", () => shardShuffle({ buffer: 5 }), { factory: shardShuffle });
samplerConformance("shard-shuffle, everything in the buffer", () => shardShuffle({ buffer: 1000 }));

describe("shard-shuffle", () => {
  const shards = Array<number>(20).fill(50);
  const dataset = { size: 1000, shards };

  it("has no more shards underway than the buffer reaches", () => {
    const order = shardShuffle({ buffer: 60 }).open(dataset, 7, 10).epoch(3);
    const places = new Map<number, number[]>();
    order.forEach((index, place) => {
      const shard = Math.floor(index / 50);
      places.set(shard, [...(places.get(shard) ?? []), place]);
    });
    // A sample enters the buffer no more than 60 places before its shard's turn; few of them stay for long.
    const begins = [...places.values()].map((of) => Math.min(...of)).sort((a, b) => a - b);
    begins.forEach((begin, turn) => expect(begin).toBeGreaterThanOrEqual(turn * 50 - 60));
    const medians = [...places.values()].map((of) => of[25]).sort((a, b) => a - b);
    medians.forEach((median, turn) => expect(Math.abs(median - turn * 50 - 25)).toBeLessThan(100));
  });

  it("takes every shard as the first one equally often", () => {
    const open = shardShuffle({ buffer: 1 }).open(dataset, 1, 10);
    const counts = new Int32Array(20);
    for (let epoch = 0; epoch < 1000; epoch++) counts[Math.floor(open.epoch(epoch)[0] / 50)]++;
    // 50 each; 7 standard deviations would be below 1 and above 98.
    for (const count of counts) expect(Math.abs(count - 50)).toBeLessThan(48);
  });

  it("refuses a dataset without shards", () => {
    expect(() => shardShuffle().open({ size: 10 }, 1, 2)).toThrow(
      'sampler "shard-shuffle": the dataset has no shards. Take shuffle()',
    );
  });
});
