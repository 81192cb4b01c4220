import { ContrastiveError } from "@contrastive/core";
import type { ReadFile } from "@contrastive/data/files";
import { channelsLast, imageBytes, type Records, side } from "./records.js";
import { byteArray, type Pickled, readPickle } from "./pickle.js";

/** The author's Python format: a pickled dictionary with `data`, `[images, 3072]` in planes, and lists of labels. */
export interface BatchFormat {
  /** The key of the labels. */
  readonly labels: string;
  readonly classes: number;
}

/** The images of files, one after the other. Throws if one is damaged, or of another format, and says where. */
export function parseBatches(who: string, files: readonly ReadFile[], format: BatchFormat): Records {
  const batches = files.map((file) => parseBatch(who, file, format));
  const images = batches.flatMap(({ data }) =>
    Array.from({ length: data.length / imageBytes }, (_, i) =>
      data.subarray(i * imageBytes, (i + 1) * imageBytes),
    ),
  );
  return {
    labels: Int32Array.from(batches.flatMap(({ labels }) => labels)),
    image: (index) => ({ data: channelsLast(images[index]), height: side, width: side, channels: 3 }),
  };
}

function parseBatch(who: string, { path, bytes }: ReadFile, { labels: key, classes }: BatchFormat) {
  const wrong = (what: string, cause?: unknown) =>
    new ContrastiveError({
      who,
      what: `${path} ${what}`,
      fix: "It is damaged, or of another format: delete it, and download or unpack it again",
      cause,
    });
  const batch = read(bytes, wrong);
  if (!(batch instanceof Map)) throw wrong("must hold a dictionary");
  const data = byteArray(batch.get("data"));
  if (data === undefined || data.shape.length !== 2 || data.shape[1] !== imageBytes) {
    throw wrong(`must have "data", an array of uint8 of ${imageBytes} a row`);
  }
  const [count] = data.shape;
  if (data.bytes.length !== count * imageBytes) {
    throw wrong(`must have ${count * imageBytes} bytes of "data", and has ${data.bytes.length}`);
  }
  const labels: unknown = batch.get(key);
  if (!Array.isArray(labels) || labels.length !== count)
    throw wrong(`must have "${key}", a list of ${count} numbers`);
  const bad = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad !== -1)
    throw wrong(`must have labels in 0..${classes - 1}, and of image ${bad} has ${labels[bad]}`);
  return { data: data.bytes, labels: labels as readonly number[] };
}

function read(bytes: Uint8Array, wrong: (what: string, cause: unknown) => ContrastiveError): Pickled {
  try {
    return readPickle(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(`can't be read as a pickle of Python: ${why}`, cause);
  }
}
