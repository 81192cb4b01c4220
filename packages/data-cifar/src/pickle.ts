/** What a pickle holds: plain values, and what was to be called for others. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Pickled[]
  | ReadonlyMap<string, Pickled>
  | Made;

/** Python would call `callee`, a dotted name, and then give `state` to the result. Nothing is called here. */
export interface Made {
  readonly callee: string;
  readonly args: readonly Pickled[];
  state?: Pickled;
}

const text = new TextDecoder();

/**
 * Reads a pickle of dictionaries, lists, tuples, texts, bytes, numbers and NumPy arrays, of the protocols 2 to 5.
 *
 * Byte strings that are keys become texts. Throws a plain error for any other instruction: it is data that is read here, not a
 * program that is run.
 */
export function readPickle(bytes: Uint8Array): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stack: Pickled[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Pickled>();
  let at = 0;

  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length)
      throw new Error(`it ends at byte ${bytes.length}, in the middle of a value`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const uint8 = () => take(1)[0];
  const int32 = () => view.getInt32((take(4), at - 4), true);
  const uint64 = () => Number(view.getBigUint64((take(8), at - 8), true));
  const line = () => {
    const start = at;
    while (uint8() !== 10);
    return text.decode(bytes.subarray(start, at - 1));
  };
  const pop = (): Pickled => {
    const value = stack.pop();
    if (value === undefined) throw new Error(`byte ${at} needs a value, and there is none`);
    return value;
  };
  const sinceMark = (): Pickled[] => {
    const mark = marks.pop();
    if (mark === undefined) throw new Error(`byte ${at} needs a mark, and there is none`);
    return stack.splice(mark);
  };
  const last = () => stack[stack.length - 1];
  const put = (items: readonly Pickled[]) => {
    const map = last();
    if (!(map instanceof Map)) throw new Error(`byte ${at} needs a dictionary`);
    for (let i = 0; i + 1 < items.length; i += 2) map.set(keyOf(items[i]), items[i + 1]);
  };
  const append = (items: readonly Pickled[]) => {
    const list = last();
    if (!Array.isArray(list)) throw new Error(`byte ${at} needs a list`);
    list.push(...items);
  };

  const instructions: Readonly<Record<string, () => void>> = {
    "\x80": () => void uint8(),
    "\x95": () => void uint64(),
    "(": () => void marks.push(stack.length),
    N: () => void stack.push(null),
    "\x88": () => void stack.push(true),
    "\x89": () => void stack.push(false),
    K: () => void stack.push(uint8()),
    M: () => void stack.push(uint8() + 256 * uint8()),
    J: () => void stack.push(int32()),
    "\x8a": () => void stack.push(littleEndian(take(uint8()))),
    U: () => void stack.push(take(uint8())),
    C: () => void stack.push(take(uint8())),
    T: () => void stack.push(take(int32())),
    B: () => void stack.push(take(int32() >>> 0)),
    "\x8e": () => void stack.push(take(uint64())),
    "\x96": () => void stack.push(take(uint64())),
    "\x8c": () => void stack.push(text.decode(take(uint8()))),
    X: () => void stack.push(text.decode(take(int32() >>> 0))),
    "]": () => void stack.push([]),
    ")": () => void stack.push([]),
    "}": () => void stack.push(new Map()),
    t: () => void stack.push(sinceMark()),
    "\x85": () => void stack.push([pop()]),
    "\x86": () => void stack.push([pop(), pop()].toReversed()),
    "\x87": () => void stack.push([pop(), pop(), pop()].toReversed()),
    a: () => append([pop()]),
    e: () => append(sinceMark()),
    s: () => put([pop(), pop()].toReversed()),
    u: () => put(sinceMark()),
    q: () => void memo.set(uint8(), last()),
    r: () => void memo.set(int32(), last()),
    "\x94": () => void memo.set(memo.size, last()),
    h: () => void stack.push(recall(uint8())),
    j: () => void stack.push(recall(int32())),
    c: () => void stack.push(`${line()}.${line()}`),
    "\x93": () => void stack.push([pop(), pop()].toReversed().map(String).join(".")),
    R: () => {
      const [args, callee] = [pop(), String(pop())];
      stack.push(make(callee, args as readonly Pickled[]));
    },
    b: () => {
      const state = pop();
      (last() as Made).state = state;
    },
  };

  function recall(key: number): Pickled {
    const value = memo.get(key);
    if (value === undefined) throw new Error(`byte ${at} recalls a value that was not kept`);
    return value;
  }

  for (;;) {
    const code = String.fromCharCode(uint8());
    if (code === ".") return pop();
    const instruction = instructions[code];
    if (instruction === undefined) throw new Error(`byte ${at - 1} is an instruction that is not known here`);
    instruction();
  }
}

function littleEndian(bytes: Uint8Array): number {
  const unsigned = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return (bytes.at(-1) ?? 0) < 128 ? unsigned : unsigned - 256 ** bytes.length;
}

function keyOf(key: Pickled): string {
  return key instanceof Uint8Array ? text.decode(key) : String(key);
}

function make(callee: string, args: readonly Pickled[]): Pickled {
  // How Python 3 writes bytes for Python 2: each as a letter of Latin 1.
  if (callee !== "_codecs.encode" || typeof args[0] !== "string") return { callee, args };
  return Uint8Array.from(args[0], (letter) => letter.charCodeAt(0));
}

/** The bytes and the shape of an array of bytes; undefined for what is none. */
export function byteArray(
  value: Pickled | undefined,
): { readonly bytes: Uint8Array; readonly shape: readonly number[] } | undefined {
  if (value === undefined || value === null || typeof value !== "object" || !("callee" in value))
    return undefined;
  const { callee, args, state } = value;
  // numpy.core in the author's files, numpy._core in those of later versions.
  const [bytes, type, shape] = callee.endsWith("._frombuffer")
    ? args
    : callee.endsWith("._reconstruct") && Array.isArray(state) && !state[3]
      ? [state[4], state[2], state[1]]
      : [];
  const isOfBytes =
    type !== undefined && (type as Made).args?.[0] !== undefined && keyOf((type as Made).args[0]) === "u1";
  if (!(bytes instanceof Uint8Array) || !Array.isArray(shape) || !isOfBytes) return undefined;
  return { bytes, shape: shape as number[] };
}
