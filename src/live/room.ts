import * as z from "zod";
import { refuse } from "../kernel/error.ts";
import type { SessionNews } from "../kernel/ports.ts";
import { iso, MINUTE } from "../kernel/time.ts";
import { CLOSE_CODES, type StateData } from "./protocol.ts";
import { SESSION_STATUSES } from "./schema.ts";
import type { SessionRow } from "./statements.ts";

export const roomState = z.object({
  sessionId: z.string().min(1),
  orgId: z.string().min(1),
  status: z.enum(SESSION_STATUSES),
  version: z.int().min(1),
  plannedEnd: z.int(),
  startedAt: z.int().nullish(),
  endedAt: z.int().nullish(),
});

/** News may also say when the learners are reminded next; null is never again, absent is as before. */
export const sessionNews = roomState.extend({ remindAt: z.int().nullish() });

/** A session as its object holds it for those connected. */
export type RoomState = z.infer<typeof roomState>;

/** Whom a ticket let in, and as what. */
export const identity = z.object({
  userId: z.string().min(1),
  name: z.string(),
  role: z.enum(["host", "learner", "observer"]),
  moderates: z.boolean(),
});
export type Identity = z.infer<typeof identity>;

export const sessionLeaver = z.object({
  sessionId: z.string().min(1),
  userId: z.string().min(1),
  forget: z.boolean(),
});

/** Those whose membership or enrollment is suspended or gone are let go with it. */
export const DROPPED_CLOSE = {
  code: CLOSE_CODES.dropped,
  reason: "Your access to this session has ended",
};
export const REMOVED_CLOSE = { code: CLOSE_CODES.removed, reason: "A moderator removed you" };

/** With what all are let go once a session is over. */
export const overClose = (status: RoomState["status"]) =>
  status === "cancelled"
    ? { code: CLOSE_CODES.cancelled, reason: "The session was cancelled" }
    : { code: CLOSE_CODES.ended, reason: "The session has ended" };

type Planned = Pick<SessionRow, "scheduledAt" | "durationMinutes">;

export const plannedEndOf = ({ scheduledAt, durationMinutes }: Planned): number =>
  scheduledAt + durationMinutes * MINUTE;

export const newsOf = (session: SessionRow): RoomState & SessionNews => ({
  sessionId: session.id,
  orgId: session.organizationId,
  status: session.status,
  version: session.version,
  plannedEnd: plannedEndOf(session),
  startedAt: session.startedAt,
  endedAt: session.endedAt ?? session.cancelledAt,
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
export const shownState = (
  { status, plannedEnd }: RoomState,
  rest: Pick<StateData, "participantCount" | "spotlight" | "chatMuted">,
): StateData => ({ status, plannedEnd: iso(plannedEnd), ...rest });

/** Only a session that is to come or under way is joined. */
export const joinFault = (status: RoomState["status"]) =>
  status === "scheduled" || status === "live"
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        `Live session must be in scheduled or live status to join; it is ${status}`,
        { more: { state: status } },
      );

/** How many broadcasts are kept for those who reconnect: minutes of a lively room. */
export const KEPT_BROADCASTS = 1_000;

/** Whether a client that has seen `since` can be given just what it missed. */
export const canCatchUp = (since: number | undefined, last: number): since is number =>
  since !== undefined && since <= last && since >= last - KEPT_BROADCASTS && last > 0;
