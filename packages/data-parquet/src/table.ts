import { ContrastiveError } from "@contrastive/core";
import { openRandomAccess } from "@contrastive/data/files";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** An open Parquet file. */
export interface Table {
  readonly path: string;
  /** How many rows each row group has, in order. */
  readonly groups: readonly number[];
  readonly columns: readonly string[];
  /** Of a column that Hugging Face's metadata has as a ClassLabel. */
  classesOf(column: string): readonly string[] | undefined;
  /** The values of a column, in these rows. Throws where it can't be read. */
  read(column: string, start: number, end: number): Promise<readonly unknown[]>;
}

/** Reads the metadata of a file, or one on a server that takes range requests. Throws for what is no Parquet. */
export async function openTable(who: string, path: string): Promise<Table> {
  const access = await openRandomAccess(who, path);
  const file: AsyncBuffer = {
    byteLength: access.size,
    slice: async (start, end = access.size) => (await access.read(start, end - start)).buffer,
  };
  const readable = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof ContrastiveError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ContrastiveError({
        who,
        what: `${path} can't be read as Parquet: ${why}`,
        fix: "It is cut short, damaged or of another format: download it again",
        cause,
      });
    }
  };

  if (access.size < 12) await readable(() => Promise.reject(new Error(`it has ${access.size} bytes`)));
  // Dates and places are of no use here.
  const metadata = await readable(() => parquetMetadataAsync(file, { geoparquet: false }));
  return {
    path,
    groups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
    columns: columnsOf(metadata),
    classesOf: (column) => classesIn(metadata, column),
    async read(column, rowStart, rowEnd) {
      const options = { file, metadata, columns: [column], rowStart, rowEnd, compressors, utf8: false };
      const rows = await readable(() => parquetReadObjects(options));
      return rows.map((row) => row[column]);
    },
  };
}

/** The schema lists the tree depth first, and of each node how many children it has. */
function columnsOf({ schema }: FileMetaData): readonly string[] {
  const columns: string[] = [];
  let next = 1;
  const skip = (): void => {
    const { num_children = 0 } = schema[next++];
    for (let child = 0; child < num_children; child++) skip();
  };
  while (next < schema.length) {
    columns.push(schema[next].name);
    skip();
  }
  return columns;
}

function classesIn({ key_value_metadata }: FileMetaData, column: string): readonly string[] | undefined {
  const text = key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  if (text === undefined) return undefined;
  try {
    const { info } = JSON.parse(text) as HuggingFace;
    const names = info?.features?.[column]?.names;
    return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
  } catch {
    return undefined;
  }
}

interface HuggingFace {
  readonly info?: { readonly features?: Readonly<Record<string, { readonly names?: unknown }>> };
}
