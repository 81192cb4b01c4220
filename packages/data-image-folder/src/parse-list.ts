import { ContrastiveError } from "@contrastive/core";

export interface ListedImage {
  readonly path: string;
  readonly name?: string;
}

/** The images of a list: JSON lines where its name ends so, and CSV otherwise. Throws with the line that is at fault. */
export function parseList(
  who: string,
  list: string,
  content: string,
  keys: { readonly path: string; readonly label: string },
): readonly ListedImage[] {
  const rows = /\.(jsonl|ndjson)$/i.test(list)
    ? parseJsonLines(who, list, content)
    : parseCsv(who, list, content, keys.path);
  if (rows.length === 0) throw new ContrastiveError({ who, what: `${list} names no images` });
  return rows.map(({ line, row }) => {
    const path = row[keys.path];
    const name = row[keys.label];
    if (typeof path !== "string" || path === "") {
      throw new ContrastiveError({
        who,
        what: `${list}, line ${line}: ${keys.path} must be a path`,
        got: path,
      });
    }
    if (name === undefined || name === null || name === "") return { path };
    if (typeof name === "string" || typeof name === "number") return { path, name: String(name) };
    throw new ContrastiveError({
      who,
      what: `${list}, line ${line}: ${keys.label} must be a name or a number`,
      got: name,
    });
  });
}

interface Row {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

function parseJsonLines(who: string, list: string, content: string): Row[] {
  return content.split("\n").flatMap((text, at) => {
    if (text.trim() === "") return [];
    try {
      return { line: at + 1, row: JSON.parse(text) as Record<string, unknown> };
    } catch (cause) {
      throw new ContrastiveError({ who, what: `${list}, line ${at + 1} must be JSON`, got: text, cause });
    }
  });
}

/** RFC 4180: fields may be quoted, and hold commas, line breaks and doubled quotes then. */
function parseCsv(who: string, list: string, content: string, needed: string): Row[] {
  const records: { line: number; fields: string[] }[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const text = content.replace(/^\uFEFF/, "");
  let line = 1;
  let fields: string[] = [];
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (match === null) {
      throw new ContrastiveError({
        who,
        what: `${list}, line ${line}: a field with quotes or commas must be in quotes, which are doubled within`,
      });
    }
    const [whole, quoted, plain, end] = match;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") {
      if (fields.length > 1 || fields[0] !== "") records.push({ line, fields });
      fields = [];
    }
    line += whole.split("\n").length - 1;
  }
  const [header, ...rows] = records;
  if (!header?.fields.includes(needed)) {
    throw new ContrastiveError({
      who,
      what: `${list} must begin with the names of its columns, "${needed}" among them`,
      got: header?.fields,
      fix: "Add a first line such as path,label, or name the column by the option path",
    });
  }
  return rows.map(({ line, fields }) => {
    if (fields.length !== header.fields.length) {
      throw new ContrastiveError({
        who,
        what: `${list}, line ${line} must have ${header.fields.length} fields, as the first one`,
        got: fields.length,
      });
    }
    return { line, row: Object.fromEntries(header.fields.map((name, at) => [name, fields[at]])) };
  });
}
