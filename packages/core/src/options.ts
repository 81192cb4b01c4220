import * as z from "zod";
import { ContrastiveError, show } from "./errors.js";
import { knownKeys } from "./known-keys.js";

/**
 * Checks a factory's options and fills in the defaults.
 *
 * Throws an error that names the plugin, the option, what it got and what it takes. An unknown option comes before all else, since
 * what is missing may be there under a misspelt name; it is answered with the nearest known one.
 */
export function parseOptions<S extends z.ZodType>(
  kind: string,
  name: string,
  schema: S,
  given: z.input<S>,
): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const who = name === "" ? kind : `${kind} "${name}"`;
  const issue = deepest(gravest(result.error.issues));
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    const unknown = issue.keys[0];
    const near = nearest(unknown, known);
    throw new ContrastiveError({
      who,
      what: `there is no option "${[...issue.path, unknown].map(String).join(".")}"`,
      fix: `${near === undefined ? "" : `Did you mean "${near}"? `}It takes ${known.length === 0 ? "no options" : known.join(", ")}`,
    });
  }
  const path = issue.path.map(String).join(".");
  throw new ContrastiveError({
    who,
    what: `${path === "" ? "options" : path} must be ${expectation(issue)}`,
    got: at(given, issue.path),
  });
}

/** The known string that one would most likely have meant, if any is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

type Issue = z.core.$ZodIssue;

function gravest(issues: readonly Issue[]): Issue {
  return issues.find((issue) => isUnknownKey(deepest(issue))) ?? issues[0];
}

function isUnknownKey({ code }: Issue): boolean {
  return code === "unrecognized_keys";
}

/** Of a union's alternatives, the complaint of the one that got furthest. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const branches = issue.errors
    .filter((branch) => branch.length > 0)
    .map((branch) => deepest(gravest(branch)));
  const furthest = branches.reduce((a, b) => (depth(b) > depth(a) ? b : a), branches[0]);
  if (furthest === undefined || depth(furthest) === 0) return issue;
  return { ...furthest, path: [...issue.path, ...furthest.path] };
}

/** How far into the options an issue lies; a key that is unknown lies in the object that has it. */
function depth(issue: Issue): number {
  return issue.path.length + (isUnknownKey(issue) ? 1 : 0);
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return article(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => show(value)).join(" or ");
    case "too_small":
      return `${issue.inclusive === false ? ">" : ">="} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "<" : "<="} ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_union":
      return [...new Set(issue.errors.map((branch) => expectation(branch[0])))].join(" or ");
    case "custom":
      return issue.message;
    default:
      return `valid (${issue.message})`;
  }
}

function unit(origin: string): string {
  return origin === "array" || origin === "string" ? " long" : "";
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type === "int" ? "integer" : type}`.replace(
    "a integer",
    "an integer",
  );
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
