/** How a class or a run is told apart in a picture: never by colour alone. */
export interface Mark {
  readonly color: string;
  readonly symbol: "circle" | "triangle" | "rect" | "diamond";
  /** Degrees. */
  readonly rotate: number;
  readonly dash: "solid" | readonly number[];
}

/**
 * Petroff 2021 (arXiv 2107.02270): ten colours chosen to stay apart under colour blindness, and to be liked.
 *
 * In an order that gives the ones most alike different shapes.
 */
const colors = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#832db6",
  "#92dadd",
  "#e76300",
  "#a96b59",
  "#94a4a2",
  "#717581",
  "#b9ac70",
];

const shapes = [
  { symbol: "circle", rotate: 0 },
  { symbol: "triangle", rotate: 0 },
  { symbol: "rect", rotate: 0 },
  { symbol: "diamond", rotate: 0 },
  { symbol: "triangle", rotate: 180 },
] as const;

const dashes = ["solid", [6, 3], [2, 2], [8, 3, 2, 3]] as const;

/** Ten colours and five shapes: 50 marks before one comes again. */
export function mark(index: number): Mark {
  return {
    color: colors[index % colors.length],
    // Each round of the colours starts one shape further, or they would meet the same ones.
    ...shapes[(index + Math.floor(index / colors.length)) % shapes.length],
    dash: dashes[index % dashes.length],
  };
}
