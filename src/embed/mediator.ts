import { and, eq } from "drizzle-orm";
import { rolesOf } from "../identity/roles.ts";
import { member } from "../identity/schema.ts";
import { ask } from "../kernel/ask.ts";
import { dispatch } from "../kernel/mediator.ts";
import type { Outcome } from "../kernel/outcome.ts";
import { type Actor, publicActor, systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";
import { lms } from "../lms.ts";
import type { LMSPluginContext } from "./ports.ts";
import { LMSRefused } from "./refused.ts";

type Mediator = Pick<LMSPluginContext, "dispatch" | "query">;

/** `dispatch` and `query` by the kernel's own mediator; a refusal is thrown as LMSRefused. */
export function mediatorOn(host: Host): Mediator {
  return {
    async dispatch<R>({ actorId, orgId, actor, ...command }: Parameters<Mediator["dispatch"]>[0]) {
      const acting = actor ?? (await memberAs(host, orgId, actorId));
      return answerOf<R>(await dispatch(host, lms, { ...command, actor: acting }));
    },
    async query<R>({ actorId, orgId, actor, ...query }: Parameters<Mediator["query"]>[0]) {
      const acting = actor ?? (await memberAs(host, orgId, actorId));
      return answerOf<R>(await ask(host, lms, { ...query, actor: acting }));
    },
  };
}

function answerOf<R>(outcome: Outcome): R {
  if (!outcome.ok) throw new LMSRefused(outcome.refusal);
  // SAFETY: the caller names the answer of the command or query that it asks for.
  return outcome.answer as R;
}

/** Who an id is in an organization; a stranger acts with no role at all. */
async function memberAs(host: Host, orgId: string, id: string): Promise<Actor> {
  if (id === "system") return systemActor(orgId);
  if (id === "public") return publicActor(orgId);
  const { db, batch } = host.databaseFor(orgId);
  const [rows] = await batch([
    db
      .select({ role: member.role })
      .from(member)
      .where(and(eq(member.organizationId, orgId), eq(member.userId, id))),
  ]);
  // SAFETY: the rows of the one statement above.
  const [row] = rows as { role: string }[];
  return { id, type: "human", roles: row ? rolesOf(row.role) : [], orgId };
}
