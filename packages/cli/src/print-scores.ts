import { type CorruptionScores, mean } from "./corruption-scores.js";
import { type Evaluation, judges } from "./evaluation.js";
import { formatShare, formatTable } from "./format.js";

/** Prints a table of an evaluation to standard output. */
export function printScores({ trained, untrained, onlineProbe, testSize, corruptions }: Evaluation): void {
  const rows = (Object.keys(judges) as (keyof typeof judges)[]).map((key) => [
    judges[key],
    formatShare(trained[key].accuracy),
    formatShare(untrained[key].accuracy),
  ]);
  if (onlineProbe) rows.push(["online probe", formatShare(onlineProbe.accuracy), ""]);
  console.log(`\n${formatTable([`accuracy on ${testSize} test images`, "trained", "untrained"], rows)}\n`);
  if (corruptions) printCorruptions(corruptions);
}

function printCorruptions({ testSize, clean, accuracies, meanError, relative }: CorruptionScores): void {
  const rows = Object.entries(accuracies).map(([name, at]) => [
    name,
    formatShare(mean(at)),
    ...at.map(formatShare),
  ]);
  const headings = ["mean", ...[1, 2, 3, 4, 5].map((severity) => `severity ${severity}`)];
  console.log(`${formatTable([`linear probe on ${testSize} corrupted images`, ...headings], rows)}\n`);
  console.log(`images as they are: ${formatShare(clean)}`);
  console.log(`mean corruption error of the first fifteen (mCE): ${formatShare(meanError)}`);
  if (relative) console.log(`the same by the errors of ${relative.baseline}: ${formatShare(relative.mean)}`);
  console.log();
}
