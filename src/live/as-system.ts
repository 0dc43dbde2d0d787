import type { Registry } from "../kernel/context.ts";
import { dispatch } from "../kernel/mediator.ts";
import type { Outcome } from "../kernel/outcome.ts";
import { systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";

const AGAIN = ["CONFLICT", "OVERLOADED"];

/** What an alarm has done; what only came at a bad moment throws, so that the alarm rings again. */
export async function asSystem(
  host: Host,
  registry: Registry,
  { orgId, type, payload }: { orgId: string; type: string; payload: unknown },
): Promise<Outcome> {
  const actor = systemActor(orgId);
  const outcome = await dispatch(host, registry, {
    type,
    payload,
    actor,
    correlationId: host.id(),
  });
  if (!outcome.ok && AGAIN.includes(outcome.refusal.refused)) {
    throw new Error(outcome.refusal.detail);
  }
  return outcome;
}
