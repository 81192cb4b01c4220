import { wasm } from "@contrastive/backend-wasm";
import { encoderConformance, headConformance } from "@contrastive/testing";
import { linearHead, projectionHead, resnet18, resnet50, resnet8 } from "./index.js";

const tooSmall = { height: 8, width: 3, channels: 3 };

encoderConformance("resnet8", () => resnet8({ width: 0.25 }), { factory: resnet8, refused: [tooSmall] });

encoderConformance("resnet8 of grey images, shortcut B", () => resnet8({ width: 0.25, shortcut: "B" }), {
  factory: resnet8,
  input: { height: 7, width: 5, channels: 1 },
});

encoderConformance("resnet18, stem cifar", () => resnet18({ width: 1 / 16, stem: "cifar" }), {
  factory: resnet18,
  refused: [tooSmall],
});

encoderConformance("resnet50, stem imagenet", () => resnet50({ width: 1 / 16 }), {
  factory: resnet50,
  input: { height: 32, width: 32, channels: 3 },
  refused: [{ height: 28, width: 28, channels: 3 }],
});

headConformance("linear", () => linearHead({ out: 5 }), { factory: linearHead });

headConformance("projection", () => projectionHead({ out: 5 }), { factory: projectionHead });

headConformance(
  "projection, 3 layers with batch normalisation",
  () => projectionHead({ hidden: 9, out: 5, layers: 3, batchNorm: true }),
  { factory: projectionHead },
);

encoderConformance("resnet18, stem imagenet", () => resnet18({ width: 1 / 16 }), {
  factory: resnet18,
  input: { height: 32, width: 32, channels: 3 },
  backend: wasm(),
});

headConformance("projection with batch normalisation", () => projectionHead({ out: 5, batchNorm: true }), {
  factory: projectionHead,
  backend: wasm(),
});
