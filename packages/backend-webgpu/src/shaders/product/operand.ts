import { halves } from "../half.js";

/** Which factor of the product: `a`, whose outer axis has the rows, or `b`, whose outer axis has the columns. */
export type Side = "a" | "b";

/** How a factor lies in memory, as the loads of its tiles need to know it. */
export interface Operand {
  /** All that the code depends on. */
  readonly key: string;
  /** The axis along which neighbours lie side by side. */
  readonly contiguous: "outer" | "inner";
  /** Values in a load: 4 where they start at multiples of 4. */
  readonly width: 1 | 4;
  /** Whether its values are stored as halves, which takes loads of 4. */
  readonly half: boolean;
  /**
   * Statements that return the value, or the 4 from it on, at `outer` and `inner` of product `batch`, as a `ValueA` or `ValueB`, by
   * `stored_a(place)` or `stored_b(place)`, whose place counts loads. Both are within bounds.
   */
  readonly read: (side: Side) => string;
}

/** A matrix that is stored as it is, or the other way round. */
export function matrix(contiguous: "outer" | "inner", length: number, half = false): Operand {
  const width = widthOf(length);
  return {
    key: `matrix ${contiguous} ${storageKey(width, half)}`,
    contiguous,
    width,
    half,
    read(side) {
      const [outerSize, stride] = side === "a" ? ["rows", "batchA"] : ["columns", "batchB"];
      const index =
        contiguous === "outer" ? `inner * sizes.${outerSize} + outer` : "outer * sizes.inner + inner";
      return `return stored_${side}((batch * sizes.${stride} + ${index}) / ${width}u);`;
    },
  };
}

/** The width of loads along an axis of this length. */
export function widthOf(length: number): 1 | 4 {
  return length % 4 === 0 ? 4 : 1;
}

export const valueType = (width: 1 | 4) => (width === 4 ? "vec4f" : "f32");

/** The type of a load in a side's statements. */
export const valueAlias = (side: Side) => (side === "a" ? "ValueA" : "ValueB");

/** The type of an element of a buffer. */
export const storedType = (width: 1 | 4, half: boolean) => (half ? halves.element : valueType(width));

export const storageKey = (width: 1 | 4, half: boolean) => (half ? "halves" : String(width));
