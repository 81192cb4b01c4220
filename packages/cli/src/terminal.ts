/** Where a program says how it is getting on. */
export interface Terminal {
  /** A line that stays. */
  print(line: string): void;
  /** What is going on now: on a terminal one line that is replaced, elsewhere a line every few seconds. */
  status(line: string): void;
}

/** The terminal that the program was started from; standard error, so that output can be piped. */
export function createTerminal(stream: NodeJS.WriteStream = process.stderr, secondsBetween = 5): Terminal {
  let shown = false;
  let last = -Infinity;
  const clear = () => {
    if (shown) stream.write("\r\u001B[K");
    shown = false;
  };
  return {
    print(line) {
      clear();
      stream.write(`${line}\n`);
    },
    status(line) {
      const now = performance.now() / 1000;
      if (stream.isTTY) {
        if (now - last < 0.1) return;
        clear();
        stream.write(line.slice(0, Math.max(20, stream.columns - 1)));
        shown = true;
      } else {
        if (now - last < secondsBetween) return;
        stream.write(`${line}\n`);
      }
      last = now;
    },
  };
}

/** Says nothing. */
export const silent: Terminal = { print() {}, status() {} };
