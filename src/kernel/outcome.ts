import type * as z from "zod";
import { brokenConstraint, type Fault, type Refusal, refuse } from "./error.ts";

/** How a command or query ended. */
export type Outcome<A = unknown> =
  | { ok: true; answer: A; status: number; replayed: boolean }
  | { ok: false; refusal: Refusal };

export const refused = (refusal: Refusal): Outcome => ({ ok: false, refusal });

export const done = (answer: unknown, status: number, replayed: boolean): Outcome => ({
  ok: true,
  answer,
  status,
  replayed,
});

/** Every fault of an input with its path, as `sections.0.title`. */
export function invalid(error: z.ZodError): Refusal<"VALIDATION_FAILED"> {
  const errors: Fault[] = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join("."),
          message: "There is no such field",
        }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
  const named = errors.map((one) => one.path || "the payload").join(", ");
  return refuse("VALIDATION_FAILED", `Correct ${named}`, { errors });
}

export const BUSY = refuse("OVERLOADED", "The database is busy; try again", {
  retryAfterSeconds: 2,
});

/** A database that has too much to do is no fault of anybody's: its caller comes again. */
export async function unlessBusy<T>(reading: Promise<T>): Promise<T | typeof BUSY> {
  try {
    return await reading;
  } catch (error) {
    if (brokenConstraint(error).kind === "overloaded") return BUSY;
    throw error;
  }
}
