import { ContrastiveError, type Dataset, type RawImage } from "@contrastive/core";
import { fromArrays, type LabelledImages } from "@contrastive/data";

/** A file of a folder, with its path from there: `cats/7.jpg`. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

export interface ImageFolder {
  readonly data: Dataset;
  /** Paths of files that no image could be read from. */
  readonly skipped: readonly string[];
}

export interface ImageFolderOptions {
  /** Images are cut to a square around the centre, and scaled to this many pixels. */
  readonly size: number;
  /** Whether the loss needs classes. */
  readonly labelled: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

const who = "folder of images";
const isImage = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;

/**
 * Decodes a folder of images: subfolders are classes, and every fifth image of a class is held out for the test split.
 *
 * Where the folder holds `train` and `val` or `test`, with the classes below, those are the splits. A folder that holds nothing
 * but one other stands for that one. Files that can't be decoded are left out, and named. Throws where there are no images, none
 * of them can be read, or the loss needs more classes than there are.
 */
export async function readImageFolder(
  files: readonly PickedFile[],
  { size, labelled, onProgress = () => {} }: ImageFolderOptions,
): Promise<ImageFolder> {
  const images = inSplits(belowCommon(files.filter(({ path }) => isImage.test(path) && !isHidden(path))));
  if (images.length === 0) {
    throw new ContrastiveError({
      who,
      what: `there are no images in it, among ${files.length} files`,
      fix: "Choose one whose subfolders hold JPEG, PNG, WebP, AVIF, GIF or BMP files",
    });
  }
  const samples: Sample[] = [];
  const skipped: string[] = [];
  const canvas = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true })!;
  for (const [done, { path, name, file, isTest }] of images.entries()) {
    if (done % 25 === 0) onProgress(done, images.length);
    try {
      samples.push({ name, isTest, image: await decode(file, canvas) });
    } catch {
      skipped.push(path);
    }
  }
  const classes = [...new Set(samples.map(({ name }) => name))].sort();
  check(classes, skipped, labelled);
  const part = (isTest: boolean): LabelledImages => {
    const chosen = samples.filter((sample) => sample.isTest === isTest);
    return {
      images: chosen.map(({ image }) => image),
      labels: chosen.map(({ name }) => classes.indexOf(name)),
    };
  };
  return { data: fromArrays({ ...part(false), test: part(true), classes }), skipped };
}

interface Placed extends PickedFile {
  /** Of the class. */
  readonly name: string;
  readonly isTest: boolean;
}

interface Sample extends Pick<Placed, "name" | "isTest"> {
  readonly image: RawImage;
}

/** The class of images that lie in no subfolder. */
const noClass = "images";

function classOf(path: string): string {
  const [first, ...rest] = path.split("/");
  return rest.length === 0 ? noClass : first;
}

/** In the order of their paths, which begin below the folders that hold nothing but one other. */
function belowCommon(files: readonly PickedFile[]): PickedFile[] {
  const folders = new Set(files.map(({ path }) => path.slice(0, path.indexOf("/") + 1)));
  const [only] = folders;
  const below = files.map(({ path, file }) => ({ path: path.slice(only?.length), file }));
  // The last folder is a class, even if it is the only one.
  const isAbove = folders.size === 1 && only !== "" && below.some(({ path }) => path.includes("/"));
  if (isAbove) return belowCommon(below);
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const train = /^train(ing)?\//i;
const test = /^(val|valid|validation|test|testing)\//i;

function inSplits(files: readonly PickedFile[]): Placed[] {
  const isSplit = files.some(({ path }) => train.test(path));
  if (isSplit && files.every(({ path }) => train.test(path) || test.test(path))) {
    return files.map((file) => ({
      ...file,
      name: classOf(file.path.replace(/^.*?\//, "")),
      isTest: test.test(file.path),
    }));
  }
  const seen = new Map<string, number>();
  return files.map((file) => {
    const name = classOf(file.path);
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return { ...file, name, isTest: before % 5 === 4 };
  });
}

function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}

async function decode(file: File, canvas: OffscreenCanvasRenderingContext2D): Promise<RawImage> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const side = Math.min(width, height);
  const { width: size } = canvas.canvas;
  canvas.imageSmoothingQuality = "high";
  // What is transparent becomes white.
  canvas.fillStyle = "white";
  canvas.fillRect(0, 0, size, size);
  canvas.drawImage(bitmap, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
  bitmap.close();
  const { data } = canvas.getImageData(0, 0, size, size);
  const rgb = new Uint8Array(size * size * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[4 * Math.floor(i / 3) + (i % 3)];
  return { data: rgb, height: size, width: size, channels: 3 };
}

function check(classes: readonly string[], skipped: readonly string[], labelled: boolean): void {
  if (classes.length === 0) {
    throw new ContrastiveError({
      who,
      what: `none of its ${skipped.length} images can be read`,
      got: skipped[0],
      fix: "They are damaged, or of a kind that this browser does not know",
    });
  }
  if (labelled && classes.length === 1) {
    throw new ContrastiveError({
      who,
      what: "there must be two classes at least",
      got: classes,
      fix: "Put the images of each class into a subfolder of its own, or take SimCLR, which needs no classes",
    });
  }
}
