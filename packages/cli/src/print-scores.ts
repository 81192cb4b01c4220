import { type Evaluation, judges } from "./evaluation.js";
import { formatShare, formatTable } from "./format.js";

/** Prints a table of an evaluation to standard output. */
export function printScores({ trained, untrained, onlineProbe, testSize }: Evaluation): void {
  const rows = (Object.keys(judges) as (keyof typeof judges)[]).map((key) => [
    judges[key],
    formatShare(trained[key].accuracy),
    formatShare(untrained[key].accuracy),
  ]);
  if (onlineProbe) rows.push(["online probe", formatShare(onlineProbe.accuracy), ""]);
  console.log(`\n${formatTable([`accuracy on ${testSize} test images`, "trained", "untrained"], rows)}\n`);
}
