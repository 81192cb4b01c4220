import { expect, test } from "vitest";
import * as z from "zod";
import { parseOptions } from "./options.js";

const schema = z.strictObject({
  temperature: z.number().positive().default(0.1),
  summation: z.enum(["outside", "inside"]).default("outside"),
  size: z.int().optional(),
  box: z.strictObject({ low: z.number().min(0) }).optional(),
  range: z.union([z.number().positive(), z.tuple([z.number(), z.number()])]).optional(),
});

const parse = (given: unknown) => parseOptions("loss", "demo", schema, given as z.input<typeof schema>);

test("defaults are filled in", () => {
  expect(parse({})).toEqual({ temperature: 0.1, summation: "outside" });
});

test.each([
  [{ temperature: -0.1 }, 'loss "demo": temperature must be > 0, got -0.1'],
  [{ temperature: Number.NaN }, 'loss "demo": temperature must be a number, got NaN'],
  [{ temperature: "hot" }, 'loss "demo": temperature must be a number, got "hot"'],
  [{ summation: "around" }, 'loss "demo": summation must be "outside" or "inside", got "around"'],
  [{ size: 1.5 }, 'loss "demo": size must be an integer, got 1.5'],
  [{ box: { low: -1 } }, 'loss "demo": box.low must be >= 0, got -1'],
  [{ range: "x" }, 'loss "demo": range must be a number or a tuple, got "x"'],
  [{ range: [1, "x"] }, 'loss "demo": range.1 must be a number, got "x"'],
  [
    { tempreature: 1 },
    'loss "demo": there is no option "tempreature". Did you mean "temperature"? It takes temperature, summation, size, box, range',
  ],
  [{ qqqq: 1 }, 'loss "demo": there is no option "qqqq". It takes temperature, summation, size, box, range'],
  [7, 'loss "demo": options must be an object, got 7'],
])("%j is answered with its name, what it takes and what it got", (given, message) => {
  expect(() => parse(given)).toThrow(expect.objectContaining({ name: "ContrastiveError", message }));
});
