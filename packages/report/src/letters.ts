/** Draws a point of a letter. */
export type Dot = (x: number, y: number) => void;

/** Pixels of a letter's box, and of the way to the next letter. */
export const LETTER = { height: 5, width: 3, advance: 4 } as const;

/** Writes a line in capitals, as much of it as fits a width; a letter that it has no picture of is a question mark. */
export function write(text: string, width: number, dot: Dot): void {
  const most = Math.floor((width + LETTER.advance - LETTER.width) / LETTER.advance);
  for (const [place, letter] of [...text.toUpperCase()].slice(0, Math.max(0, most)).entries()) {
    const rows = letters[letter] ?? letters["?"];
    for (let y = 0; y < LETTER.height; y++) {
      for (let x = 0; x < LETTER.width; x++) {
        if ((Number(rows[y]) >> (LETTER.width - 1 - x)) & 1) dot(place * LETTER.advance + x, y);
      }
    }
  }
}

/** Five rows from the top, each the number of its three bits. */
const letters: Readonly<Record<string, string>> = {
  A: "25755",
  B: "65656",
  C: "34443",
  D: "65556",
  E: "74647",
  F: "74644",
  G: "34553",
  H: "55755",
  I: "72227",
  J: "11152",
  K: "55655",
  L: "44447",
  M: "57755",
  N: "65555",
  O: "25552",
  P: "65644",
  Q: "25563",
  R: "65655",
  S: "34216",
  T: "72222",
  U: "55557",
  V: "55552",
  W: "55775",
  X: "55255",
  Y: "55222",
  Z: "71247",
  0: "75557",
  1: "26227",
  2: "61247",
  3: "61216",
  4: "55711",
  5: "74616",
  6: "34652",
  7: "71222",
  8: "25252",
  9: "25316",
  " ": "00000",
  "-": "00700",
  _: "00007",
  ".": "00002",
  ",": "00024",
  ":": "02020",
  "+": "02720",
  "=": "07070",
  "/": "11244",
  "(": "12221",
  ")": "42224",
  "%": "51245",
  "#": "57575",
  "?": "61202",
};
