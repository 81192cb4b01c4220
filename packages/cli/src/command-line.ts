import { parseArgs, type ParseArgsConfig } from "node:util";
import { ContrastiveError, nearest } from "@contrastive/core";
import type { ArgsDef } from "citty";

/** Flags that every command takes. */
export const commonFlags = {
  stack: { type: "boolean", description: "Show where an error comes from" },
  help: { type: "boolean", alias: "h", description: "Show this" },
} as const satisfies ArgsDef;

/** Throws for a flag that a command does not take, one without its value, and a word too many or too few. */
export function checkArguments(command: string, args: readonly string[], definition: ArgsDef): void {
  const who = `contrastive ${command}`;
  const known = Object.keys(definition).filter((name) => definition[name].type !== "positional");
  const places = Object.keys(definition).filter((name) => definition[name].type === "positional");
  const { tokens } = tokenize(args, definition);
  let words = 0;
  for (const token of tokens) {
    if (token.kind === "positional" && ++words > places.length) {
      const takes = places.length === 0 ? "flags only" : places.map((name) => name.toUpperCase()).join(" ");
      throw new ContrastiveError({ who, what: `takes ${takes}`, got: token.value, fix: helpFor(command) });
    }
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const positive = name.startsWith("no-") ? name.slice(3) : name;
    const flag = definition[name] ?? definition[positive];
    if (flag === undefined || (flag !== definition[name] && flag.type !== "boolean")) {
      const near = nearest(positive, known);
      const fix = near === undefined ? helpFor(command) : `Did you mean --${near}? ${helpFor(command)}`;
      throw new ContrastiveError({ who, what: `there is no flag ${rawName}`, fix });
    }
    // What begins with a dash is the next flag, unless it was joined by "=".
    const given = value !== undefined && value !== "" && (token.inlineValue || !value.startsWith("-"));
    if (flag.type === "string" && !given) {
      throw new ContrastiveError({ who, what: `${rawName} needs a value`, fix: helpFor(command) });
    }
    if (flag.type === "boolean" && value !== undefined) {
      throw new ContrastiveError({
        who,
        what: `${rawName} takes no value`,
        got: value,
        fix: helpFor(command),
      });
    }
  }
  const missing = places.slice(words).filter((name) => definition[name].required !== false);
  if (missing.length > 0) {
    throw new ContrastiveError({
      who,
      what: `needs ${missing.map((name) => name.toUpperCase()).join(" and ")}`,
      fix: helpFor(command),
    });
  }
}

/** Every value of a flag that may be given more than once. */
export function valuesOf(flag: string, args: readonly string[], definition: ArgsDef): readonly string[] {
  return tokenize(args, definition).tokens.flatMap((token) =>
    token.kind === "option" && token.name === flag && token.value !== undefined ? [token.value] : [],
  );
}

function tokenize(args: readonly string[], definition: ArgsDef) {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, ...rest }] of Object.entries(definition)) {
    if (type === "positional") continue;
    const { alias } = rest as { alias?: string };
    options[name] = {
      type: type === "boolean" ? "boolean" : "string",
      multiple: true,
      ...(alias && { short: alias }),
    };
  }
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
}

function helpFor(command: string): string {
  return `See: contrastive ${command} --help`;
}
