import { ContrastiveError, type OpenDataset, type Split } from "@contrastive/core";
import { listPaths } from "@contrastive/data/files";
import {
  arrange,
  createDecoder,
  type Decoding,
  type LabelledSample,
  limitTo,
  openImages,
  type SkippedImage,
  UnreadableImage,
} from "@contrastive/data-image-folder/decoding";
import { createRowGroupCache } from "./row-group-cache.js";
import { openTable, type Table } from "./table.js";

export interface TablesOfSplit extends Required<Decoding> {
  readonly who: string;
  readonly split: Split;
  readonly patterns: Readonly<Partial<Record<Split, readonly string[]>>>;
  readonly image: string;
  readonly label: string;
  readonly classes?: readonly string[];
  readonly testFraction: number;
  readonly keepBytes: number;
  readonly onError: "throw" | "skip";
  readonly onSkip: (skipped: SkippedImage) => void;
}

interface Row extends LabelledSample {
  readonly table: Table;
  /** Its row group in the file: where that begins and ends, and which of its rows it is. */
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

/** Files of which metadata and labels are read at a time. */
const most = 8;

export async function openTables(options: TablesOfSplit): Promise<OpenDataset> {
  const { who, split, patterns, image, testFraction, keepBytes, onError, onSkip } = options;
  const { size, fit, maxPixels } = options;
  const limited = limitTo(most);
  let { classes } = options;

  const arranged = await arrange({
    who,
    split,
    hasTest: patterns.test !== undefined,
    testFraction,
    // Known once the files are read, which is before they are asked for.
    get classes() {
      return classes;
    },
    async filesOf(split) {
      const paths = await listPaths(who, patterns[split] ?? []);
      const tables = await Promise.all(paths.map((path) => limited(() => openTable(who, path))));
      classes ??= tables.map((table) => table.classesOf(options.label)).find((names) => names !== undefined);
      const groups = await Promise.all(tables.map((table) => limited(() => rowsOf(options, table))));
      return groups.flat();
    },
  });
  const { samples, labels, shards } = arranged;
  const decoder = createDecoder({ who, size, fit, maxPixels });
  const cache = createRowGroupCache<readonly unknown[]>(keepBytes, (values) =>
    values.reduce<number>((sum, value) => sum + (bytesOf(value)?.length ?? 0), 0),
  );
  return openImages({
    who,
    samples: samples.map(({ name }, index) => ({ path: name, label: labels?.[index] ?? 0 })),
    classes: arranged.classes,
    labelled: labels !== undefined,
    shards,
    onError,
    onSkip,
    async load(index, signal) {
      const { name, table, start, end, row } = samples[index];
      const group = await cache.get(`${table.path} ${start}`, () =>
        limited(() => table.read(image, start, end)),
      );
      signal?.throwIfAborted();
      const bytes = bytesOf(group[row]);
      if (bytes === undefined) throw new UnreadableImage(whyNoBytes(group[row]));
      return decoder.decode({ name, bytes }, signal);
    },
    close() {
      decoder.close();
      cache.clear();
    },
  });
}

/** The rows of a file, by row group, with their labels. */
async function rowsOf(
  { who, image, label }: TablesOfSplit,
  table: Table,
): Promise<readonly (readonly Row[])[]> {
  const { path, columns, groups } = table;
  checkColumn(who, table, image, "image");
  if (label !== "none") checkColumn(who, table, label, "label");
  const isNamed = label !== "none" && columns.includes(label);
  const result: Row[][] = [];
  let start = 0;
  for (const count of groups) {
    const end = start + count;
    const values = isNamed ? await table.read(label, start, end) : [];
    result.push(
      Array.from({ length: count }, (_, row) => {
        const name = `${path} row ${start + row}`;
        return { name, table, start, end, row, ...(isNamed && { label: labelOf(who, name, values[row]) }) };
      }),
    );
    start = end;
  }
  return result;
}

function checkColumn(who: string, { path, columns }: Table, name: string, option: "image" | "label"): void {
  if (columns.includes(name)) return;
  throw new ContrastiveError({
    who,
    what: `${path} has no column "${name}", but ${columns.join(", ")}`,
    fix: `Set ${option} to one of these${option === "label" ? ', or to "none"' : ""}`,
  });
}

function labelOf(who: string, name: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new ContrastiveError({
    who,
    what: `the label of ${name} must be a number or a name`,
    got: value,
    fix: 'Mend it, or set label to another column, or to "none"',
  });
}

/** Of an image as Hugging Face has it, `{ bytes, path }`, or of a plain column. */
function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const bytes = value instanceof Uint8Array ? value : (value as Image | null | undefined)?.bytes;
  // What the reader makes stands in buffers that are not shared.
  return bytes instanceof Uint8Array && bytes.length > 0 ? (bytes as Uint8Array<ArrayBuffer>) : undefined;
}

function whyNoBytes(value: unknown): string {
  const path = (value as Image | null | undefined)?.path;
  return typeof path === "string" ? `it has no bytes, but a path, ${path}` : "it is empty";
}

interface Image {
  readonly bytes?: unknown;
  readonly path?: unknown;
}
