import { newId } from "../src/kernel/id.ts";
import { iso } from "../src/kernel/time.ts";
import type { Close } from "../src/live/frames.ts";
import { fault, mannersFault, pacing } from "../src/live/manners.ts";
import type {
  AckData,
  ClientFrame,
  ErrorData,
  ParticipantsData,
  ReactionData,
} from "../src/live/protocol.ts";
import { type Identity, REMOVED_CLOSE, type RoomState } from "../src/live/room.ts";
import type { broadcastLog } from "./broadcasts.ts";
import type { chatStore } from "./chat-store.ts";
import type { crowdStore } from "./crowd-store.ts";
import type { handStore } from "./hand-store.ts";
import type { pollStore } from "./poll-store.ts";
import type { roomStore } from "./room-store.ts";

export type Stores = {
  room: ReturnType<typeof roomStore>;
  people: ReturnType<typeof crowdStore>;
  chat: ReturnType<typeof chatStore>;
  hands: ReturnType<typeof handStore>;
  polls: ReturnType<typeof pollStore>;
  log: ReturnType<typeof broadcastLog>;
};
type Around = {
  now: () => number;
  /** To everybody, at once; gives the number it has. */
  tell(type: string, data: unknown): number;
  tellState(): void;
  /** What is gathered has grown. */
  gather(): void;
  close(userId: string, close: Close): void;
};
type Acted = { ack: AckData } | { error: ErrorData } | { participants: ParticipantsData };
type Act<T extends ClientFrame["type"]> = (
  frame: Extract<ClientFrame, { type: T }>,
  who: Identity,
) => AckData | ErrorData | undefined;

const NO_POLL = fault("NOT_FOUND", "This poll is not open");
const NOBODY = fault("NOT_FOUND", "Nobody of this id is here");

/** What participants do, each act by the name of its frame. */
export function acts({ room, people, chat, hands, polls, log }: Stores, around: Around) {
  const { now, tell, tellState, gather, close } = around;
  const paceFault = pacing(now);
  /** Passing, so kept nowhere: an object that dies takes a quarter of a second of them along. */
  const reactions = new Map<string, number>();

  const done: { [T in Exclude<ClientFrame["type"], "participants">]: Act<T> } = {
    chat({ text }, { userId, name }) {
      const line = { lineId: newId(), userId, name, text, at: now() };
      const shown = { ...line, at: iso(line.at) };
      chat.add(line, tell("session:chat", { change: "line", line: shown }));
      return { lineId: line.lineId };
    },
    "chat:delete"({ lineId }) {
      const seq = chat.remove(lineId);
      if (seq === undefined) return fault("NOT_FOUND", "This line is not here");
      log.hide(seq);
      tell("session:chat", { change: "deleted", lineId });
      return undefined;
    },
    "hand:raise"(_, { userId, name }) {
      hands.raise(userId, name, now());
      gather();
      return undefined;
    },
    "hand:lower"({ userId }, who) {
      hands.lower([userId ?? who.userId]);
      gather();
      return undefined;
    },
    react({ reaction }) {
      reactions.set(reaction, (reactions.get(reaction) ?? 0) + 1);
      gather();
      return undefined;
    },
    "poll:open"({ question, options }) {
      if (polls.current()) return fault("CONFLICT", "Close the open poll first");
      const pollId = newId();
      polls.open({ pollId, question, options }, now());
      tell("session:poll", { change: "opened", poll: polls.current() });
      return { pollId };
    },
    "poll:vote"({ pollId, option }, { userId }) {
      const poll = polls.current();
      if (poll?.pollId !== pollId) return NO_POLL;
      if (option >= poll.options.length) {
        return fault("VALIDATION_FAILED", "The poll has no such option");
      }
      if (!polls.vote(pollId, userId, option)) {
        return fault("DUPLICATE", "You have voted; a vote is not changed");
      }
      gather();
      return { pollId };
    },
    "poll:close"({ pollId }) {
      const poll = polls.current();
      if (poll?.pollId !== pollId) return NO_POLL;
      const results = polls.close(pollId, poll.options.length, now());
      tell("session:poll", { change: "closed", ...results });
      return { pollId };
    },
    spotlight({ userId }) {
      const person = userId === null ? null : people.find(userId);
      if (person === undefined) return NOBODY;
      room.spotlight(person);
      tellState();
      return undefined;
    },
    mute({ muted }) {
      room.mute(muted);
      tellState();
      return undefined;
    },
    remove({ userId }, who) {
      const person = people.find(userId);
      if (!person) return NOBODY;
      if (person.role === "host" || userId === who.userId) {
        return fault("PERMISSION_DENIED", "A host cannot be removed, nor can you yourself");
      }
      room.remove(person);
      close(userId, REMOVED_CLOSE);
      return undefined;
    },
    readmit({ userId }) {
      room.readmit(userId);
      return undefined;
    },
  };

  return {
    act(frame: ClientFrame, who: Identity, { status }: RoomState): Acted {
      if (frame.type === "participants") return { participants: people.page(who, frame.after) };
      const error =
        mannersFault(frame, who, { status, chatMuted: room.set().chatMuted }) ??
        paceFault(frame.type, who.userId);
      if (error) return { error };
      // SAFETY: each act is kept under the type of the frame that it takes.
      const result = (done[frame.type] as Act<typeof frame.type>)(frame as never, who);
      return result && "code" in result ? { error: result } : { ack: result ?? {} };
    },
    /** How many of each since it was asked last. */
    reactions(): ReactionData | undefined {
      if (reactions.size === 0) return undefined;
      const counts = Object.fromEntries(reactions);
      reactions.clear();
      return { counts };
    },
  };
}
