import type { Dispatch } from "./dispatch.js";
import { each, eachWritten, rowShader } from "./row-tile.js";

/** `logits` → `y`: e^x / Σ e^x along each row, or its logarithm. */
export function softmax(rows: number, features: number, logarithm: boolean): Dispatch {
  return rowShader({
    name: logarithm ? "log-softmax" : "softmax",
    rows,
    features,
    reads: { logits: "Vector" },
    writes: { y: "Vector" },
    body: /* wgsl */ `
  var maximum = Vector(-3.4028234e38);
  ${each("maximum = max(maximum, logits[at]);")}
  let shift = largestOfRow(maximum, thread);
  var sum = Vector();
  ${each("sum += exponential(logits[at] - shift);")}
  let rowSum = sumOfRow(sum, thread);
  ${
    logarithm
      ? `let logSum = logarithm(rowSum); ${eachWritten("y[at] = logits[at] - shift - logSum;")}`
      : eachWritten("y[at] = exponential(logits[at] - shift) / rowSum;")
  }`,
  });
}

/** `y`, `dy` → `dx`: of the softmax y · (dy − Σ y·dy), of its logarithm dy − e^y · Σ dy. */
export function softmaxGradient(rows: number, features: number, logarithm: boolean): Dispatch {
  return rowShader({
    name: `${logarithm ? "log-softmax" : "softmax"}/gradient`,
    rows,
    features,
    reads: { y: "Vector", dy: "Vector" },
    writes: { dx: "Vector" },
    body: /* wgsl */ `
  var sum = Vector();
  ${each(logarithm ? "sum += dy[at];" : "sum += y[at] * dy[at];")}
  let rowSum = sumOfRow(sum, thread);
  ${eachWritten(logarithm ? "dx[at] = dy[at] - exponential(y[at]) * rowSum;" : "dx[at] = y[at] * (dy[at] - rowSum);")}`,
  });
}
