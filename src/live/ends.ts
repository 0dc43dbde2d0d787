import type { Registry } from "../kernel/context.ts";
import type { Host } from "../kernel/ports.ts";
import { iso, isoOrNull } from "../kernel/time.ts";
import { asSystem } from "./as-system.ts";
import type { Attendance, Live } from "./attendance.ts";
import { sessionEnd } from "./commands/session-end.ts";
import { sessionRecordAttendance } from "./commands/session-record-attendance.ts";
import type { RoomState } from "./room.ts";

type Present = {
  state(): RoomState;
  stays: {
    isWritten(): boolean;
    next(live: Live & { now: number }): { rows: Attendance[]; written(): void };
  };
};

/** Tells D1 of everybody whose attendance it does not know as it is, as many batches as that takes. */
export async function recordAttendance(
  host: Host,
  registry: Registry,
  { state, stays }: Present,
): Promise<void> {
  const { sessionId, orgId, startedAt = null, endedAt = null } = state();
  while (!stays.isWritten()) {
    const now = host.now();
    const { rows, written } = stays.next({ startedAt, endedAt, now });
    if (rows.length > 0) {
      const attendance = rows.map(({ firstJoinedAt, lastLeftAt, ...rest }) => ({
        ...rest,
        firstJoinedAt: iso(firstJoinedAt),
        lastLeftAt: isoOrNull(lastLeftAt),
      }));
      const payload = { sessionId, asOf: iso(now), attendance };
      const outcome = await asSystem(host, registry, {
        orgId,
        type: sessionRecordAttendance.type,
        payload,
      });
      if (!outcome.ok) {
        const { refused, detail } = outcome.refusal;
        host.log({ level: "error", unit: "attendance", sessionId, refused, error: detail });
      }
    }
    written();
  }
}

/** Ends a session that nobody is left in. */
export const endSession = (
  host: Host,
  registry: Registry,
  { orgId, sessionId }: RoomState,
): Promise<unknown> =>
  asSystem(host, registry, { orgId, type: sessionEnd.type, payload: { sessionId } });
