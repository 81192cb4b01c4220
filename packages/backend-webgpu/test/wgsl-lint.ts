/** A variable that Tint does not set to zero anew in each round of a loop. */
export interface Finding {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The `var`s without an initial value in bodies of loops. By the language they are zero in each round; Tint (Dawn 0.6.2,
 * Chromium 156) leaves them as they were in the last one.
 */
export function uninitializedInLoops(code: string): Finding[] {
  const tokens = [
    ...withoutComments(code).matchAll(/\n|[\p{XID_Start}_]\p{XID_Continue}*|[^\s\p{XID_Start}_]/gu),
  ];
  const findings: Finding[] = [];
  /** Of each open brace, whether it is within a loop. */
  const blocks: boolean[] = [];
  let line = 1;
  let parentheses = 0;
  let loopFollows = false;
  /** The declaration that is being read; its name comes behind an address space, if there is one. */
  let declared: { name?: string; line: number; inTemplate: boolean } | undefined;
  for (const [token] of tokens) {
    if (token === "\n") line++;
    else if (token === "(") parentheses++;
    else if (token === ")") parentheses--;
    else if (token === "{") {
      blocks.push(loopFollows || blocks.at(-1) === true);
      loopFollows = false;
    } else if (token === "}") blocks.pop();
    else if (parentheses === 0 && /^(for|while|loop)$/.test(token)) loopFollows = true;
    else if (token === "var" && blocks.at(-1) === true) declared = { line, inTemplate: false };
    else if (declared === undefined) continue;
    else if (token === "=") declared = undefined;
    else if (token === ";") {
      findings.push({ name: declared.name ?? "", line: declared.line });
      declared = undefined;
    } else if (declared.name === undefined) {
      if (token === "<") declared.inTemplate = true;
      else if (token === ">") declared.inTemplate = false;
      else if (!declared.inTemplate) declared.name = token;
    }
  }
  return findings;
}

/** Blank but for line ends where there were comments; those of blocks nest. */
function withoutComments(code: string): string {
  let depth = 0;
  let inLine = false;
  return code.replaceAll(/\/\*|\*\/|\/\/|\n|[^\n]/g, (token) => {
    if (token === "\n") {
      inLine = false;
      return token;
    }
    if (inLine) return " ";
    if (token === "/*") depth++;
    else if (token === "*/" && depth > 0) {
      depth--;
      return " ";
    } else if (token === "//" && depth === 0) inLine = true;
    return depth > 0 || inLine ? " " : token;
  });
}
