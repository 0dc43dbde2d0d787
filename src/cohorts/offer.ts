import type { Registry } from "../kernel/context.ts";
import type { Code } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import type { Outcome } from "../kernel/outcome.ts";
import { systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";

type Offer = { orgId: string; cohortId: string; courseId: string; learnerId: string };

/** The learner is not one to enroll: enrolled otherwise, gone, suspended, or waiting no more. */
const PASSED_OVER: readonly Code[] = ["DUPLICATE", "NOT_FOUND", "SUSPENDED", "RULE_FAILED"];
/** Nobody can enroll now. */
const LATER: readonly Code[] = ["INVALID_TRANSITION", "FEATURE_DISABLED"];

/** Enrolls the learner that a seat is offered to; what may end otherwise when tried again is thrown. */
export async function offerSeat(
  host: Host,
  registry: Registry,
  offer: Offer,
): Promise<"enrolled" | "passed over" | "later"> {
  const { cohortId, courseId, learnerId } = offer;
  const command = asSystem(host, registry, offer.orgId);
  const enrolling = { cohortId, courseId, learnerId, fromWaitingList: true };
  const outcome = await command("lms.enrollment.create", enrolling);
  if (outcome.ok) return "enrolled";
  const { refused, detail } = outcome.refusal;
  if (LATER.includes(refused)) return "later";
  if (!PASSED_OVER.includes(refused)) throw new Error(detail);
  const left = await command("lms.cohort.leaveWaitingList", { cohortId, learnerId });
  if (!left.ok && left.refusal.refused !== "NOT_FOUND") throw new Error(left.refusal.detail);
  return "passed over";
}

const asSystem =
  (host: Host, registry: Registry, orgId: string) =>
  (type: string, payload: unknown): Promise<Outcome> =>
    dispatch(host, registry, {
      type,
      payload,
      actor: systemActor(orgId),
      correlationId: host.id(),
    });
