import type { Refusal } from "../kernel/error.ts";

/** A refusal of ours on its way out through the library, which knows exceptions alone. */
export class RefusedInside extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = "RefusedInside";
    this.refusal = refusal;
  }
}
