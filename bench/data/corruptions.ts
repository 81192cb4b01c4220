// How long each corruption takes, at severity 3, the median of several images:
//
//     npm run corruptions -- --images 9
import { parseArgs } from "node:util";
import { createRng } from "@contrastive/core";
import { commonCorruptions, corrupt, extraCorruptions } from "@contrastive/corruptions";

const { values } = parseArgs({ options: { images: { type: "string", default: "9" } } });
const sides = [32, 224];

console.log(`ms an image     ${sides.map((side) => `${side} × ${side}`.padStart(12)).join("")}`);
for (const name of [...commonCorruptions, ...extraCorruptions]) {
  const medians = sides.map((side) => {
    const rng = createRng(side);
    const data = Uint8Array.from({ length: side * side * 3 }, () => rng.below(256));
    const image = { data, height: side, width: side, channels: 3 };
    const times = Array.from({ length: Number(values.images) }, (_, seed) => {
      const start = performance.now();
      corrupt(image, name, 3, seed);
      return performance.now() - start;
    });
    return times.toSorted((a, b) => a - b)[times.length >> 1];
  });
  console.log(`${name.padEnd(16)}${medians.map((median) => median.toFixed(2).padStart(12)).join("")}`);
}
