import { type Allowance, refilled } from "./frames.ts";
import type { ClientFrame, ClientFrameType, ErrorData, May } from "./protocol.ts";
import { type Identity, joinFault, type RoomState } from "./room.ts";
import { mayOf } from "./room-role.ts";

/** What a frame takes; a participant's page is open to all. */
const NEEDS: Readonly<Record<ClientFrameType, keyof May | undefined>> = {
  participants: undefined,
  chat: "speak",
  "chat:delete": "moderate",
  "hand:raise": "speak",
  "hand:lower": "speak",
  react: "speak",
  "poll:open": "lead",
  "poll:vote": "speak",
  "poll:close": "lead",
  spotlight: "lead",
  mute: "lead",
  remove: "moderate",
  readmit: "moderate",
};

/** A person's pace, whatever tabs it has open; what has none is bounded by the socket's alone. */
const PACES: Partial<Record<ClientFrameType, { perSecond: number; burst: number }>> = {
  chat: { perSecond: 1, burst: 5 },
  react: { perSecond: 3, burst: 10 },
  "hand:raise": { perSecond: 0.5, burst: 5 },
  "hand:lower": { perSecond: 2, burst: 50 },
};
/** What a room takes of all its people together: each line goes to everybody. */
const ROOM_PACE = { perSecond: 50, burst: 100 };

export const fault = (code: string, detail: string): ErrorData => ({ code, detail });

/** Why one may not do this here and now; nothing where it may. */
export function mannersFault(
  frame: ClientFrame,
  who: Identity,
  room: { status: RoomState["status"]; chatMuted: boolean },
): ErrorData | undefined {
  const needed = NEEDS[frame.type];
  const may = mayOf(who);
  if (needed && !may[needed]) return fault("PERMISSION_DENIED", `Permission denied: ${frame.type}`);
  if (frame.type === "hand:lower" && !may.lead && (frame.userId ?? who.userId) !== who.userId) {
    return fault("PERMISSION_DENIED", "Lower your own hand; another's is the host's to lower");
  }
  if (frame.type === "chat" && room.chatMuted && !may.lead) {
    return fault("PERMISSION_DENIED", "The chat is muted: only hosts may write");
  }
  const over = needed && joinFault(room.status);
  return over
    ? fault(over.refused, "The session is over: nothing more can be said in it")
    : undefined;
}

/** How fast each may go on. What is known is lost in hibernation: who was idle so long starts anew. */
export function pacing(now: () => number) {
  const allowances = new Map<string, Allowance>();
  function take(key: string, pace: { perSecond: number; burst: number }): boolean {
    const left = refilled(allowances.get(key), now(), pace);
    if (left < 1) return false;
    allowances.set(key, { left: left - 1, at: now() });
    return true;
  }
  return (type: ClientFrameType, userId: string): ErrorData | undefined => {
    const pace = PACES[type];
    if (!pace) return undefined;
    if (!take(`${type} ${userId}`, pace))
      return fault("RATE_LIMITED", "You are too fast; wait a moment");
    return type === "chat" && !take("room", ROOM_PACE)
      ? fault("RATE_LIMITED", "Many are writing at once; send it again in a moment")
      : undefined;
  };
}
