import { type Refusal, refuse } from "../kernel/error.ts";
import { iso } from "../kernel/time.ts";
import { type AttemptRow, isOverdue } from "./quiz-attempt.ts";

/** Why an attempt takes no more answers. */
export function closedAttempt(
  attempt: Pick<AttemptRow, "status" | "deadlineAt">,
  now: number,
): Refusal<"INVALID_TRANSITION"> | undefined {
  if (isOverdue(attempt, now)) {
    return refuse(
      "INVALID_TRANSITION",
      `The time of this attempt was up at ${iso(attempt.deadlineAt ?? now)}; what was saved before counts`,
      { more: { state: "submitted" } },
    );
  }
  return attempt.status === "open"
    ? undefined
    : refuse("INVALID_TRANSITION", "This attempt is handed in; read it for its result", {
        more: { state: attempt.status },
      });
}
