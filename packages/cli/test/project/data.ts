import type { Dataset } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";

const shapes = synthetic({ classes: 2, size: 16, train: 16, test: 8 });

export function unlabelled(): Dataset {
  return {
    name: "unlabelled",
    options: {},
    source: { module: "./data.ts", export: "unlabelled" },
    open: async (split) => {
      const whole = await shapes.open(split);
      return {
        size: whole.size,
        read: async (indices, signal) => ({ images: (await whole.read(indices, signal)).images }),
        close: whole.close,
      };
    },
  };
}

/** With a class that no sample has. */
export function emptyClass(): Dataset {
  return {
    name: "empty-class",
    options: {},
    source: { module: "./data.ts", export: "emptyClass" },
    open: async (split) => ({ ...(await shapes.open(split)), classes: ["disc", "ring", "unicorn"] }),
  };
}
