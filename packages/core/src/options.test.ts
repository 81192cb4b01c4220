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
  // What is unknown comes first, wherever it is.
  [
    { temprature: 1, size: 1.5 },
    'loss "demo": there is no option "temprature". Did you mean "temperature"? It takes temperature, summation, size, box, range',
  ],
  [
    { size: 1.5, box: { lwo: 0 } },
    'loss "demo": there is no option "box.lwo". Did you mean "low"? It takes low',
  ],
  [7, 'loss "demo": options must be an object, got 7'],
])("%j is answered with its name, what it takes and what it got", (given, message) => {
  expect(() => parse(given)).toThrow(expect.objectContaining({ name: "ContrastiveError", message }));
});

const strict = z.strictObject({
  alpha: z.number(),
  memory: z.union([z.strictObject({ size: z.int(), keys: z.string() }), z.literal("none")]).default("none"),
  parts: z.array(z.strictObject({ weight: z.number() }).readonly()).optional(),
  pair: z.tuple([z.number(), z.strictObject({ low: z.number() })]).optional(),
});

test.each([
  [{}, "alpha must be a number, got undefined"],
  [{ allpha: 1 }, 'there is no option "allpha". Did you mean "alpha"? It takes alpha, memory, parts, pair'],
  [
    { alpha: 1, memory: { szie: 4 } },
    'there is no option "memory.szie". Did you mean "size"? It takes size, keys',
  ],
  [{ alpha: 1, memory: { size: 4 } }, "memory.keys must be a string, got undefined"],
  [
    { alpha: 1, parts: [{ weight: 1 }, { wieght: 1 }] },
    'there is no option "parts.1.wieght". Did you mean "weight"? It takes weight',
  ],
  [{ alpha: 1, pair: [1, { lo: 2 }] }, 'there is no option "pair.1.lo". Did you mean "low"? It takes low'],
  [{ memory: "some", qqqq: 1 }, 'there is no option "qqqq". It takes alpha, memory, parts, pair'],
])("%j: a name that is unknown comes before one that is missing", (given, message) => {
  expect(() => parseOptions("demo", "", strict, given as never)).toThrow(`demo: ${message}`);
});
