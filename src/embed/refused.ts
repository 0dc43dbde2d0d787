import { STATUS } from "../http/problems.ts";
import type { Code, Fault, Refusal } from "../kernel/error.ts";

/** A refusal as an exception, for systems that call a handler or a route as a function. */
export class LMSRefused extends Error {
  override readonly name = "LMSRefused";
  readonly code: Code;
  /** HTTP's, under the name that web frameworks look for. */
  readonly statusCode: number;
  readonly errors: readonly Fault[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** What else the problem says, as `blockingReason`. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.code = refusal.refused;
    this.statusCode = STATUS[refusal.refused];
    this.errors = refusal.errors;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
    this.more = refusal.more ?? {};
  }

  refusal(): Refusal {
    return {
      refused: this.code,
      detail: this.message,
      more: this.more,
      ...(this.errors ? { errors: this.errors } : {}),
      ...(this.retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: this.retryAfterSeconds }),
    };
  }
}
