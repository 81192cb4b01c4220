import { ContrastiveError } from "@contrastive/core";
import type { RandomAccess } from "@contrastive/data/files";
import { samplesOf, type TarSample } from "./samples.js";
import { type Pieces, readTar, type TarMember, type TarReader } from "./tar-members.js";

/** Where in a shard the image of a sample is, and what its label is. */
export interface IndexedSample {
  /** The image's member. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly label?: string;
}

/** Which members of a sample are its image and its label. */
export interface MemberChoice {
  /** An extension; undefined: the one that is an image's. */
  readonly image?: string;
  /** An extension, or `"none"`. */
  readonly label: string;
  /** Of JSON labels. */
  readonly labelKey: string;
}

const imageExtensions = ["jpg", "jpeg", "png", "webp", "gif", "avif", "tif", "tiff", "bmp"];

/** Goes through a shard once. Throws for what is wrong in it, and names the sample. */
export async function indexShard(
  who: string,
  file: RandomAccess,
  choice: MemberChoice,
  pieces: Pieces,
): Promise<readonly IndexedSample[]> {
  const tar = readTar(who, file, pieces);
  const samples: IndexedSample[] = [];
  for await (const sample of samplesOf(who, file.path, tar.members)) {
    const about = { who, path: file.path, sample };
    const { name, offset, length } = imageOf(about, choice);
    const label = await labelOf(about, choice, tar);
    samples.push({ file: name, offset, length, ...(label !== undefined && { label }) });
  }
  return samples;
}

interface About {
  readonly who: string;
  readonly path: string;
  readonly sample: TarSample;
}

function imageOf(about: About, { image }: MemberChoice): TarMember {
  const { members } = about.sample;
  const extensions = image === undefined ? imageExtensions : [image];
  const found = extensions.filter((extension) => members.has(extension));
  if (found.length === 1) return members.get(found[0])!;
  if (found.length === 0) {
    const taken = extensions.map((extension) => `.${extension}`).join(", ");
    throw complaint(
      about,
      "has no image",
      `It takes ${taken}; set image to another extension that holds one`,
    );
  }
  throw complaint(about, "has more than one image", `Set image to one of ${found.join(", ")}`);
}

async function labelOf(
  about: About,
  { label, labelKey }: MemberChoice,
  tar: TarReader,
): Promise<string | undefined> {
  if (label === "none") return undefined;
  const member = about.sample.members.get(label);
  if (member === undefined) {
    throw complaint(
      about,
      `has no .${label}`,
      'Set label to the extension that holds its class, or to "none"',
    );
  }
  const text = (await tar.text(member)).trim();
  const value = /(^|\.)json$/.test(label) ? valueIn(about, label, text, labelKey) : text;
  if (value !== "" && !value.includes("\n")) return value;
  throw complaint(about, `must have one class in .${label}`, "It takes a number or a name", text);
}

function valueIn(about: About, label: string, text: string, key: string): string {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw complaint(about, `has no JSON in .${label}`, "Mend it", text, cause);
  }
  const value = (content as Readonly<Record<string, unknown>> | null)?.[key];
  if (typeof value === "string" || typeof value === "number") return String(value).trim();
  const fix = "Set labelKey to the key of its class, a number or a name";
  throw complaint(about, `has no "${key}" in .${label}`, fix, text);
}

function complaint(
  { who, path, sample }: About,
  what: string,
  fix: string,
  got: unknown = [...sample.members.keys()].map((extension) => `.${extension}`),
  cause?: unknown,
): ContrastiveError {
  return new ContrastiveError({ who, what: `sample "${sample.key}" of ${path} ${what}`, got, fix, cause });
}
