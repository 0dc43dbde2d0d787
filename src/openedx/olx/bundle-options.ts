import type { ValidationIssue } from "./issue.ts";

/** What a publication says of a course besides its content; instants in epoch milliseconds. */
export type BundleOptions = {
  /** `[A-Za-z0-9_.-]`, as code and run. */
  org: string;
  code: string;
  run: string;
  startDate?: number;
  enrollmentStart?: number;
  enrollmentEnd?: number;
  /** False where the instance lacks the block: instructions go as HTML. */
  openassessment?: boolean;
};

/** A course that passed every check, ready to be packed as often as wished, each time to the same bytes. */
export type Bundle = {
  /** ASCII, ends in `.tar.gz`. */
  fileName: string;
  warnings: ValidationIssue[];
  stream(): ReadableStream<Uint8Array>;
  /** Bytes and SHA-256 in hex of what `stream` gives: packs once to know. */
  measured(): Promise<{ size: number; sha256: string }>;
};
