import { ContrastiveError, type Split } from "@contrastive/core";

export interface Sample {
  /** As it was given, so that the file can be found. */
  readonly path: string;
  /** 0 for all where there are no classes. */
  readonly label: number;
}

export interface Layout {
  /** In alphabetical order; absent where no image lies in a subfolder. */
  readonly classes?: readonly string[];
  readonly splits: Readonly<Record<Split, readonly Sample[]>>;
}

const isImage = /\.(jpe?g|png|webp|gif|bmp|avif|tiff?)$/i;

/**
 * Which of a folder's files are images of which class and split; `paths` are from the folder, with `/` between.
 *
 * Subfolders are classes. Where the folder holds `train` and `val` or `test`, with the classes below, those are the splits;
 * otherwise an even share of each class is held out. A folder that holds nothing but one other stands for that one. Hidden
 * files are left alone. Throws where there are no images, or some lie beside the classes.
 */
export function layOut(who: string, paths: readonly string[], testFraction: number): Layout {
  const images = paths.filter((path) => isImage.test(path) && !isHidden(path)).sort(byCodeUnits);
  if (images.length === 0) {
    throw new ContrastiveError({
      who,
      what: `there are no images in it, among ${paths.length} files`,
      fix: "Its subfolders, one a class, must hold JPEG, PNG, WebP, AVIF, TIFF or GIF files",
    });
  }
  const skip = commonPrefix(images);
  const placed = images.map((path) => place(path, path.slice(skip)));
  const isSplit =
    placed.some(({ split }) => split === "train") && placed.every(({ split }) => split !== undefined);
  const named = placed.map(({ path, split, parts }) => ({
    path,
    split: isSplit ? split : undefined,
    name: classOf(isSplit ? parts.slice(1) : parts),
  }));
  const loose = named.find(({ name }) => name === undefined);
  if (loose === undefined || named.every(({ name }) => name === undefined))
    return divide(named, testFraction);
  throw new ContrastiveError({
    who,
    what: "all images must lie in subfolders, one a class, or none",
    got: loose.path,
    fix: "Move it into a class, or out of the folder",
  });
}

export interface NamedImage {
  readonly path: string;
  /** Its class. */
  readonly name?: string;
  /** Undefined where nothing says. */
  readonly split?: Split;
}

/** Numbers the classes, and holds out every so many-th image of each where nothing says what is test. */
export function divide(images: readonly NamedImage[], testFraction: number): Layout {
  const names = new Set(images.map(({ name }) => name).filter((name) => name !== undefined));
  const classes = [...names].sort(byNumberOrName);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const splits: Record<Split, Sample[]> = { train: [], test: [] };
  const splitOf = holdOut(testFraction);
  for (const { path, name, split } of images) {
    const drawn = splitOf(name);
    splits[split ?? drawn].push({ path, label: labels.get(name!) ?? 0 });
  }
  return { ...(classes.length > 0 && { classes }), splits };
}

/** Tells, for the class of each sample in turn, which split it is in: every so many-th of a class is held out. */
export function holdOut(testFraction: number): (name: string | undefined) => Split {
  const seen = new Map<string | undefined, number>();
  return (name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    const isHeldOut =
      Math.floor((before + 1) * testFraction + 1e-9) > Math.floor(before * testFraction + 1e-9);
    return isHeldOut ? "test" : "train";
  };
}

interface Placed {
  readonly path: string;
  readonly parts: readonly string[];
  /** What its first folder says. */
  readonly split?: Split;
}

function place(path: string, below: string): Placed {
  const parts = below.split("/");
  const [first] = parts;
  if (parts.length === 1) return { path, parts };
  if (/^train(ing)?$/i.test(first)) return { path, parts, split: "train" };
  if (/^(val|valid|validation|test|testing)$/i.test(first)) return { path, parts, split: "test" };
  return { path, parts };
}

function classOf(parts: readonly string[]): string | undefined {
  return parts.length === 1 ? undefined : parts[0];
}

/** How much of every path is folders that hold nothing but one other. */
function commonPrefix(paths: readonly string[]): number {
  let skip = 0;
  for (;;) {
    const end = paths[0].indexOf("/", skip) + 1;
    if (end === 0) return skip;
    const prefix = paths[0].slice(skip, end);
    const isCommon = paths.every((path) => path.startsWith(prefix, skip));
    // The last folder is a class, even if it is the only one.
    if (!isCommon || !paths.some((path) => path.includes("/", end))) return skip;
    skip = end;
  }
}

function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}

/** The same on every machine, whatever its language. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers by their value; the same on every machine. */
export function byNumberOrName(a: string, b: string): number {
  const [x, y] = [a, b].map((name) => (/^\d+$/.test(name) ? Number(name) : NaN));
  return Number.isNaN(x) || Number.isNaN(y) ? byCodeUnits(a, b) : x - y;
}
