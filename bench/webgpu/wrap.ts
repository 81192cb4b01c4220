/** Lets `see` have the result and the arguments of each call of a method. */
export function wrap<T extends object, K extends keyof T & string>(
  prototype: T,
  method: K,
  see: T[K] extends (...args: infer A) => infer R ? (result: R, args: A) => void : never,
): void {
  const original = prototype[method] as (...args: unknown[]) => unknown;
  // The wrapped method is called with what the original's type says.
  (prototype as Record<string, unknown>)[method] = function (this: T, ...args: unknown[]) {
    const result = original.apply(this, args);
    (see as (result: unknown, args: unknown[]) => void)(result, args);
    return result;
  };
}
