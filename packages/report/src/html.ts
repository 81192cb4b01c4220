const markup = Symbol("markup");

/** Text that is HTML already. Only this module makes it, so that no other text can pass unescaped. */
export interface Html {
  readonly [markup]: string;
}

type Part = Html | string | number | undefined | readonly Part[];

/** A template of HTML: what is put in is escaped unless it is `Html`; arrays are joined, `undefined` is nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(literals.reduce((text, literal, i) => text + render(parts[i - 1]) + literal));
}

/** Marks as HTML what was made as HTML, such as a chart's SVG. */
export function trusted(text: string): Html {
  return { [markup]: text };
}

export function toText(value: Html): string {
  return value[markup];
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escape(String(part));
  if (markup in part) return part[markup];
  return part.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
