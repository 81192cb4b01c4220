export type BlockKind = "basic" | "bottleneck";
export type Stem = "imagenet" | "cifar";

/** A convolution and the batch normalisation after it, under the names of their modules in torchvision. */
export interface Layer {
  readonly convolution: string;
  readonly norm: string;
  readonly kernel: number;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
}

export type Shortcut =
  | { readonly kind: "identity" }
  | { readonly kind: "projection"; readonly layer: Layer }
  /** Every `stride`-th pixel, between channels of zeros. */
  | {
      readonly kind: "padded-identity";
      readonly stride: number;
      readonly inputs: number;
      readonly outputs: number;
    };

export interface Block {
  readonly layers: readonly Layer[];
  readonly shortcut: Shortcut;
}

/** A ResNet as data: what there is to initialise, and to run. */
export interface Plan {
  readonly stem: Layer;
  readonly maxPool: boolean;
  readonly blocks: readonly Block[];
  /** Channels of the last block. */
  readonly dim: number;
  /** How many pixels of the image one pixel of the last block stands for, in each direction. */
  readonly stride: number;
}

export interface Architecture {
  readonly block: BlockKind;
  /** Blocks in each stage. */
  readonly depths: readonly number[];
  /** Channels in each stage, before a bottleneck's expansion by 4. */
  readonly widths: readonly number[];
  readonly stem: Stem;
  /** Where a block changes the shape. */
  readonly shortcut: "projection" | "padded-identity";
}

export function planResNet({ block, depths, widths, stem, shortcut }: Architecture, channels: number): Plan {
  const large = stem === "imagenet";
  const expansion = block === "basic" ? 1 : 4;
  const blocks: Block[] = [];
  let inputs = widths[0];
  depths.forEach((depth, stage) => {
    for (let i = 0; i < depth; i++) {
      const name = `layer${stage + 1}.${i}`;
      const stride = stage > 0 && i === 0 ? 2 : 1;
      const outputs = widths[stage] * expansion;
      blocks.push({
        layers: convolutions(block, name, inputs, widths[stage], stride),
        shortcut:
          stride === 1 && inputs === outputs
            ? { kind: "identity" }
            : shortcut === "padded-identity"
              ? { kind: shortcut, stride, inputs, outputs }
              : { kind: shortcut, layer: downsample(name, inputs, outputs, stride) },
      });
      inputs = outputs;
    }
  });
  return {
    stem: {
      convolution: "conv1",
      norm: "bn1",
      kernel: large ? 7 : 3,
      stride: large ? 2 : 1,
      inputs: channels,
      outputs: widths[0],
    },
    maxPool: large,
    blocks,
    dim: inputs,
    stride: (large ? 4 : 1) * 2 ** (depths.length - 1),
  };
}

function convolutions(
  block: BlockKind,
  name: string,
  inputs: number,
  width: number,
  stride: number,
): readonly Layer[] {
  const layer = (i: number, shape: Pick<Layer, "kernel" | "stride" | "inputs" | "outputs">): Layer => ({
    convolution: `${name}.conv${i}`,
    norm: `${name}.bn${i}`,
    ...shape,
  });
  if (block === "basic") {
    return [
      layer(1, { kernel: 3, stride, inputs, outputs: width }),
      layer(2, { kernel: 3, stride: 1, inputs: width, outputs: width }),
    ];
  }
  // The stride is on the 3×3, not on the first 1×1 as in the paper: torchvision's "v1.5".
  return [
    layer(1, { kernel: 1, stride: 1, inputs, outputs: width }),
    layer(2, { kernel: 3, stride, inputs: width, outputs: width }),
    layer(3, { kernel: 1, stride: 1, inputs: width, outputs: width * 4 }),
  ];
}

function downsample(name: string, inputs: number, outputs: number, stride: number): Layer {
  return {
    convolution: `${name}.downsample.0`,
    norm: `${name}.downsample.1`,
    kernel: 1,
    stride,
    inputs,
    outputs,
  };
}
