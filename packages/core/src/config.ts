import * as z from "zod";
import type {
  Augmentation,
  Backend,
  ChannelStatistics,
  Dataset,
  Encoder,
  GradientTransform,
  Head,
  Loss,
  Mix,
  Monitor,
  Precision,
  Sampler,
  Schedule,
} from "./contracts.js";
import { isPlugin } from "./describe.js";
import { parseOptions } from "./options.js";
import type { Plugin, PluginReference } from "./plugin.js";

/** A training run, complete but for the defaults. */
export interface Config {
  /** Default: the tfjs backend that is active. */
  readonly backend?: Backend;
  readonly data: Dataset;
  /** One policy a view. */
  readonly views: readonly Augmentation[];
  /**
   * Mixes the samples of each batch, and their labels with them (`mixUp()`, `cutMix()`), for losses that take mixed labels. Default:
   * none.
   */
  readonly mix?: Mix;
  readonly encoder: Encoder;
  /** Between the representation and a loss on the projection; thrown away after training. */
  readonly head?: Head;
  readonly loss: Loss;
  readonly optimizer: GradientTransform;
  /** Default: every sample once an epoch, in random order. */
  readonly sampler?: Sampler;
  readonly monitors?: readonly Monitor[];
  readonly epochs: number;
  /** Samples a step, each with all its views. */
  readonly batchSize: number;
  /** Samples that go through the encoder at a time; default: the whole batch. Smaller needs less memory. */
  readonly chunkSize?: number;
  /**
   * Default `"float32"`. `"mixed"` stores activations and their gradients in 16 bits, where the backend can (webgpu), which halves the
   * memory that they take and move; sums, weights and the optimizer's state are of 32 bits. The gradient is scaled on its way back,
   * by as much as does not overflow, and a step on which it does is left out.
   */
  readonly precision?: Precision;
  /** Default 0. */
  readonly seed?: number;
  /** Train on this many samples, chosen at random from the seed; default: all. */
  readonly limit?: number;
  /** What is subtracted from images, and divided by, channel by channel; default: the dataset's own. */
  readonly normalize?: ChannelStatistics;
  /** Scale r to length 1 before the head (paper, section 3.1); default true. */
  readonly normalizeRepresentation?: boolean;
  /**
   * Keeps a second copy of encoder and head that follows the trained one slowly: after each step
   * `momentum = decay * momentum + (1 - decay) * weights`. Losses with targets get its embeddings (MoCo, BYOL); it is kept
   * for any loss. Default: none, or a decay of 0.996 where the loss needs targets.
   */
  readonly momentumEncoder?: MomentumEncoder;
}

export interface MomentumEncoder {
  /** In [0, 1], by default 0.996; a schedule may raise it to 1, as BYOL does. MoCo has 0.999. */
  readonly decay?: number | Schedule;
}

type Slot<T> = T extends readonly (infer P extends Plugin)[]
  ? readonly (P | PluginReference | string)[]
  : T extends Plugin
    ? T | PluginReference | string
    : T;

/** A config as a user writes it: each plugin an object, a reference `{ use, ...options }`, or a name. */
export type ConfigInput = {
  readonly [K in keyof Config]: Slot<NonNullable<Config[K]>> | Extract<Config[K], undefined>;
};

const plugin = (what: string): z.ZodType<Plugin | PluginReference | string> =>
  z.custom<Plugin | PluginReference | string>(
    (value) =>
      (typeof value === "string" && value !== "") ||
      isPlugin(value) ||
      (typeof value === "object" && value !== null && typeof (value as PluginReference).use === "string"),
    `${what}: a plugin object, { "use": "name", ...options }, or a name`,
  );

const perChannel = z.array(z.number()).min(1);
const positiveInteger = z.int().positive();

const schema = z.strictObject({
  backend: plugin("a backend").optional(),
  data: plugin("a dataset"),
  views: z.array(plugin("an augmentation")).min(1),
  mix: plugin("a mix").optional(),
  encoder: plugin("an encoder"),
  head: plugin("a head").optional(),
  loss: plugin("a loss"),
  optimizer: plugin("an optimizer"),
  sampler: plugin("a sampler").optional(),
  monitors: z.array(plugin("a monitor")).default([]),
  epochs: positiveInteger,
  batchSize: positiveInteger,
  chunkSize: positiveInteger.optional(),
  precision: z.enum(["float32", "mixed"]).default("float32"),
  seed: z.int().nonnegative().default(0),
  limit: positiveInteger.optional(),
  normalize: z.strictObject({ mean: perChannel, std: z.array(z.number().positive()).min(1) }).optional(),
  normalizeRepresentation: z.boolean().default(true),
  momentumEncoder: z
    .strictObject({ decay: z.union([z.number().min(0).max(1), plugin("a schedule")]).default(0.996) })
    .optional(),
});

/** A config with its defaults filled in and every plugin an object. */
export type CompleteConfig = Config &
  Required<Pick<Config, "monitors" | "precision" | "seed" | "normalizeRepresentation">> & {
    readonly momentumEncoder?: Required<MomentumEncoder>;
  };

/**
 * Types and checks a config: an unknown option, a wrong type or a missing part throws at once, by name.
 *
 * Plugins may still be references; what loads the config turns them into objects.
 */
export function defineConfig<const C extends ConfigInput>(config: C): C {
  parse(config);
  return config;
}

/** Checks a config whose plugins are objects, and fills in the defaults. */
export function completeConfig(config: Config): CompleteConfig {
  const { loss, momentumEncoder } = config;
  return parse({
    ...config,
    ...(momentumEncoder === undefined && loss?.needs?.targets && { momentumEncoder: {} }),
  }) as CompleteConfig;
}

/** The slots' types are erased: a schema can tell a plugin from a number, not a loss from an encoder. */
function parse(config: unknown): unknown {
  return parseOptions("config", "", schema as z.ZodType<unknown, unknown>, config);
}
