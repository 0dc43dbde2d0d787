import { MINUTE } from "../kernel/time.ts";
import type { RoomState } from "./room.ts";

export const WARNING_MINUTES = 5;
const OVERTIME_MS = 30 * MINUTE;
/** While somebody stays on past the overtime, the room looks again this often. */
export const LOOK_AGAIN_MS = 5 * MINUTE;

type Timed = Pick<RoomState, "status" | "plannedEnd">;

/** When those connected are told that the end is near; null where it is not, or no more. */
export const warningAt = ({ status, plannedEnd }: Timed, now: number): number | null => {
  const at = plannedEnd - WARNING_MINUTES * MINUTE;
  return status === "live" && at > now ? at : null;
};

/** From when on a session that nobody is left in ends by itself. */
export const overAt = ({ status, plannedEnd }: Timed): number | null =>
  status === "live" ? plannedEnd + OVERTIME_MS : null;
