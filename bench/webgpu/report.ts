import { writeFileSync } from "node:fs";

/** What a benchmark found. */
export interface Report {
  readonly title: string;
  /** Machine, versions, and whatever holds for all rows. */
  readonly notes: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** What the rows were made of. */
  readonly details?: unknown;
}

/** Prints a table, and writes all of it to a file of JSON where one is asked for. */
export function report(found: Report, file: string | undefined): void {
  console.log([found.title, ...found.notes].join("\n"));
  if (found.rows.length > 0) console.table(found.rows);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
}

/** A section of a Markdown page. */
export function markdown({ title, notes, rows }: Report): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
  ];
  return [`## ${title}`, ...notes, ...(rows.length > 0 ? [table.join("\n")] : [])].join("\n\n");
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}
