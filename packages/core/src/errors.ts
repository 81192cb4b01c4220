export interface Complaint {
  /** Who speaks, as in `loss "supcon"`. */
  readonly who: string;
  /** What is wrong, in words that follow the colon: `temperature must be > 0`. */
  readonly what: string;
  readonly got?: unknown;
  /** How to mend it, as a sentence. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** An error that a user can mend: it says who speaks, what is wrong, what it got and what to do. */
export class ContrastiveError extends Error {
  override readonly name = "ContrastiveError";
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    const got = "got" in complaint ? `, got ${show(complaint.got)}` : "";
    const fix = complaint.fix === undefined ? "" : `. ${complaint.fix}`;
    super(`${complaint.who}: ${complaint.what}${got}${fix}`, { cause: complaint.cause });
    this.complaint = complaint;
  }
}

/** A backend has no room for a tensor. */
export class OutOfMemoryError extends ContrastiveError {
  /** That were asked for. */
  readonly bytes: number;
  /** Bytes that the backend may use in all. */
  readonly limit: number;

  constructor(complaint: Complaint, { bytes, limit }: { bytes: number; limit: number }) {
    super(complaint);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** A value as it would be typed, cut to one short line. */
export function show(value: unknown): string {
  if (typeof value === "function") return `a function`;
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "number" || value === undefined) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
