import { ContrastiveError, type Split } from "@contrastive/core";
import { byNumberOrName, holdOut } from "./layout.js";

/** A sample of a file that holds many. */
export interface LabelledSample {
  /** For errors: the file, and where in it. */
  readonly name: string;
  /** Its class, by number or name, as the file has it. */
  readonly label?: string;
}

export interface Arrangement<T extends LabelledSample> {
  readonly samples: readonly T[];
  /** One a sample; absent where there are none. */
  readonly labels?: readonly number[];
  readonly classes?: readonly string[];
  /** How many samples are left of each file. */
  readonly shards: readonly number[];
}

export interface ArrangeOptions<T extends LabelledSample> {
  readonly who: string;
  readonly split: Split;
  /** The samples of each file of a split. Those of test are asked for only if the classes can't be known without. */
  readonly filesOf: (split: Split) => Promise<readonly (readonly T[])[]>;
  /** Whether the test split has files of its own; otherwise an even share of each class is held out of those of train. */
  readonly hasTest: boolean;
  readonly testFraction: number;
  readonly classes?: readonly string[];
}

/**
 * The samples of a split, with their labels as numbers.
 *
 * Labels that are all integers are class indices. Others are names: those of `classes`, or by default all that there are, in
 * alphabetical order. Throws for labels that are not among the classes.
 */
export async function arrange<T extends LabelledSample>(options: ArrangeOptions<T>): Promise<Arrangement<T>> {
  const { who, split, filesOf, hasTest, testFraction } = options;
  const files = await filesOf(hasTest ? split : "train");
  const splitOf = holdOut(testFraction);
  const kept = hasTest ? files : files.map((file) => file.filter(({ label }) => splitOf(label) === split));
  const samples = kept.flat();
  const shards = kept.map(({ length }) => length).filter((length) => length > 0);
  if (files.every(({ length }) => length === 0))
    throw new ContrastiveError({ who, what: "there are no samples" });
  if (files.flat().every(({ label }) => label === undefined)) return { samples, shards };

  const areIndices = files.every((file) => file.every(({ label }) => /^-?\d+$/.test(label!)));
  if (areIndices) {
    const labels = samples.map(({ label }) => Number(label));
    const most = options.classes?.length ?? 2 ** 31;
    const beyond = labels.findIndex((label) => label < 0 || label >= most);
    if (beyond === -1) return { samples, shards, labels, classes: options.classes };
    throw unknownLabel(who, samples[beyond], `a class index in 0..${most - 1}`);
  }
  const others =
    options.classes === undefined && hasTest ? await filesOf(split === "train" ? "test" : "train") : [];
  const names = new Set([...files, ...others].flatMap((file) => file.map(({ label }) => label!)));
  const classes = options.classes ?? [...names].sort(byNumberOrName);
  const indices = new Map(classes.map((name, index) => [name, index]));
  const labels = samples.map((sample) => {
    const label = indices.get(sample.label!);
    if (label === undefined) throw unknownLabel(who, sample, "one of the classes");
    return label;
  });
  return { samples, shards, labels, classes };
}

function unknownLabel(who: string, { name, label }: LabelledSample, expected: string): ContrastiveError {
  return new ContrastiveError({
    who,
    what: `the label of ${name} must be ${expected}`,
    got: label,
    fix: "Mend it, or the option classes",
  });
}
