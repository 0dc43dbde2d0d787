import * as z from "zod";
import { refuse } from "../kernel/error.ts";
import type { SessionNews } from "../kernel/ports.ts";
import { iso, MINUTE } from "../kernel/time.ts";
import { SESSION_STATUSES } from "./schema.ts";
import type { SessionRow } from "./statements.ts";

export const roomState = z.object({
  sessionId: z.string().min(1),
  orgId: z.string().min(1),
  status: z.enum(SESSION_STATUSES),
  version: z.int().min(1),
  plannedEnd: z.int(),
});

/** News may also say when the learners are reminded next; null is never again, absent is as before. */
export const sessionNews = roomState.extend({ remindAt: z.int().nullish() });

/** A session as its object holds it for those connected. */
export type RoomState = z.infer<typeof roomState>;

/** Whom a ticket let in. */
export const identity = z.object({ userId: z.string().min(1), name: z.string() });
export type Identity = z.infer<typeof identity>;

export const sessionLeaver = z.object({
  sessionId: z.string().min(1),
  userId: z.string().min(1),
  forget: z.boolean(),
});

/** Those whose membership is suspended or gone are let go with it. */
export const DROPPED_CLOSE = { code: 4403, reason: "Your access to this organization has ended" };

/** Those connected are let go with it when the session is cancelled. */
export const CANCELLED_CLOSE = { code: 4409, reason: "The session was cancelled" };

type Planned = Pick<SessionRow, "scheduledAt" | "durationMinutes">;

export const plannedEndOf = ({ scheduledAt, durationMinutes }: Planned): number =>
  scheduledAt + durationMinutes * MINUTE;

export const newsOf = (session: SessionRow): RoomState & SessionNews => ({
  sessionId: session.id,
  orgId: session.organizationId,
  status: session.status,
  version: session.version,
  plannedEnd: plannedEndOf(session),
});

/** What news change; nothing where they are late or doubled. `told` says whether those connected hear it. */
export function heard(
  known: RoomState | undefined,
  news: RoomState,
): { state: RoomState; told: boolean } | undefined {
  if (known && news.version <= known.version) return undefined;
  const moved =
    known !== undefined && (known.status !== news.status || known.plannedEnd !== news.plannedEnd);
  return { state: news, told: moved };
}

/** What those connected are told of it. */
export const shownState = ({ status, plannedEnd }: RoomState, participantCount: number) => ({
  status,
  plannedEnd: iso(plannedEnd),
  participantCount,
});

/** Only a session that is to come or under way is joined. */
export const joinFault = (status: RoomState["status"]) =>
  status === "scheduled" || status === "live"
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        `Live session must be in scheduled or live status to join; it is ${status}`,
        { more: { state: status } },
      );

export const sessionChannel = (orgId: string, sessionId: string): string =>
  `org:${orgId}:lms:session:${sessionId}`;

/** How many broadcasts are kept for those who reconnect. */
export const KEPT_BROADCASTS = 200;

/** Whether a client that has seen `since` can be given just what it missed. */
export const canCatchUp = (
  since: number | undefined,
  kept: { first: number; last: number },
): since is number =>
  since !== undefined && since <= kept.last && since >= kept.first - 1 && kept.last > 0;
