import { sessionChannel } from "../src/live/channels.ts";
import { WARNING_MINUTES } from "../src/live/ending.ts";
import type { Close, Fault } from "../src/live/frames.ts";
import { fault } from "../src/live/manners.ts";
import type { ClientFrame, StateData, WelcomeData } from "../src/live/protocol.ts";
import {
  canCatchUp,
  heard,
  type Identity,
  KEPT_BROADCASTS,
  overClose,
  type RoomState,
  shownState,
} from "../src/live/room.ts";
import { mayOf } from "../src/live/room-role.ts";
import { acts } from "./acts.ts";
import { ALARM_TABLE } from "./alarm-table.ts";
import { BROADCAST_TABLE, type Broadcast, broadcastLog } from "./broadcasts.ts";
import { CHAT_TABLES, chatStore } from "./chat-store.ts";
import { type Conn, CROWD_TABLES, crowdStore } from "./crowd-store.ts";
import { HAND_TABLES, handStore } from "./hand-store.ts";
import { PLACE_TABLES } from "./place-store.ts";
import { POLL_TABLES, pollStore } from "./poll-store.ts";
import { ROOM_TABLES, roomStore, STAGE_TABLES } from "./room-store.ts";
import { STAY_TABLES, stayStore } from "./stay-store.ts";

/** The tables of a room in the order in which they came to be. */
export const ROOM_STEPS = [
  ROOM_TABLES,
  BROADCAST_TABLE,
  ALARM_TABLE,
  STAGE_TABLES,
  CROWD_TABLES,
  STAY_TABLES,
  CHAT_TABLES,
  HAND_TABLES,
  POLL_TABLES,
  PLACE_TABLES,
];

type Around = {
  now: () => number;
  /** A broadcast, as those connected get it. */
  push(seq: number, text: string): void;
  /** Ends the connections of one person, or of all. */
  close(close: Close, userId?: string): void;
  /** There is something to be told in a quarter of a second. */
  gather(): void;
  /** D1 has to be told of attendance. */
  attendance(): void;
};

/** One session's room: who is there, what is said and done, and what everybody is told of it. */
export function room(storage: DurableObjectStorage, around: Around) {
  const { now, push, close, gather, attendance } = around;
  const stores = {
    room: roomStore(storage),
    people: crowdStore(storage),
    chat: chatStore(storage),
    hands: handStore(storage),
    polls: pollStore(storage),
    log: broadcastLog(storage),
  };
  const { people, chat, hands, polls, log } = stores;
  const stays = stayStore(storage);
  const performed = acts(stores, {
    now,
    tell,
    tellState,
    gather,
    close: (userId, how) => close(how, userId),
  });

  function state(): RoomState {
    const known = stores.room.state();
    if (!known) throw new Error("This session is not known here");
    return known;
  }

  function framed({
    type,
    data,
    timestamp,
    ...rest
  }: Omit<Broadcast, "seq"> & { seq?: number; ref?: string | undefined }) {
    const { orgId, sessionId } = state();
    return JSON.stringify({
      type,
      channel: sessionChannel(orgId, sessionId),
      data,
      timestamp,
      ...rest,
    });
  }

  /** To one alone, outside the sequence. */
  const reply = (type: string, data: unknown, ref?: string) =>
    framed({ type, data, timestamp: now(), ref });

  function tell(type: string, data: unknown, { passing = false } = {}): number {
    const broadcast = log.add(type, data, { timestamp: now(), passing });
    push(broadcast.seq, framed(broadcast));
    return broadcast.seq;
  }

  const stateShown = (): StateData =>
    shownState(state(), { participantCount: people.present(), ...stores.room.set() });

  function tellState(warning?: StateData["warning"]): void {
    tell("session:state", { ...stateShown(), ...(warning && { warning }) });
  }

  function welcome(who: Identity): string {
    const participants = people.page(who);
    const poll = polls.current();
    const seq = log.last();
    const data: WelcomeData = {
      state: { ...stateShown(), participantCount: participants.count },
      you: { userId: who.userId, name: who.name, role: who.role, may: mayOf(who) },
      participants,
      hands: hands.up(),
      chat: chat.last(),
      poll: poll ? { ...poll, yourVote: polls.voteOf(poll.pollId, who.userId) } : null,
      ...(who.moderates && { removed: stores.room.removed() }),
      seq,
    };
    return framed({ type: "welcome", data, timestamp: now(), seq });
  }

  function leave(conns: readonly string[], at: number, { cut = false } = {}): void {
    if (conns.length === 0) return;
    const gone = people.take(conns);
    const learners = gone.filter(({ role }) => role === "learner").map(({ userId }) => userId);
    if (learners.length > 0) {
      stays.close(learners, at, { cut });
      attendance();
    }
    gather();
  }

  return {
    state,
    channel: () => sessionChannel(state().orgId, state().sessionId),
    stays,
    people,
    log,
    known: () => stores.room.state(),
    isRemoved: stores.room.isRemoved,
    alive: stores.room.alive,
    aliveAt: stores.room.aliveAt,
    chatOf: chat.of,
    leave,

    /** A socket said that it is gone; one that was thought to have died with the room before had not. */
    gone({ conn, userId, role }: Pick<Conn, "conn" | "userId" | "role">, at: number): void {
      if (role === "learner" && !people.isHere(userId) && stays.mend(userId, at)) attendance();
      leave([conn], at);
    },
    /** What D1 has; late and doubled news change nothing. True where they were new. */
    hear(news: RoomState): boolean {
      const before = stores.room.state();
      const change = heard(before, news);
      if (!change) return false;
      stores.room.setState(change.state);
      if (change.told) tellState();
      const isOther = (["startedAt", "endedAt"] as const).some(
        (moment) => (before?.[moment] ?? null) !== (news[moment] ?? null),
      );
      if (isOther) stays.allChanged();
      if (!stays.isWritten()) attendance();
      if (change.state.status !== "scheduled" && change.state.status !== "live") {
        close(overClose(change.state.status));
      }
      return true;
    },
    enter(conn: Conn): void {
      people.add(conn, now());
      if (conn.role === "learner") {
        stays.open(conn.userId, now());
        attendance();
      }
      stores.room.alive(now());
      gather();
    },
    /** What one is sent on joining: what it missed, or all there is. */
    greeting(who: Identity, since: number | undefined): string[] {
      if (!canCatchUp(since, log.last())) return [welcome(who)];
      return log.after(since).map(framed);
    },
    /** What a frame comes to, as its sender is told; nothing where it gave the frame no name. */
    act(frame: ClientFrame, who: Identity): string | undefined {
      stores.room.alive(now());
      const { ref } = frame;
      const acted = performed.act(frame, who, state());
      if ("participants" in acted) return reply("participants", acted.participants, ref);
      if ("error" in acted) return reply("error", acted.error, ref);
      return ref === undefined ? undefined : reply("ack", acted.ack, ref);
    },
    /** The same of what came over a socket, valid or not. */
    answer(frame: ClientFrame | Fault, who: Identity): string | undefined {
      if (frame.type !== "fault") return this.act(frame, who);
      return reply("error", fault("VALIDATION_FAILED", frame.detail), frame.ref);
    },
    /** Tells what was gathered. */
    announce(): void {
      const presence = people.announce();
      if (presence) {
        tell("session:presence", presence);
        const left = presence.changes.filter(({ type }) => type === "leave");
        hands.lower(left.map(({ userId }) => userId));
      }
      const raised = hands.announce();
      if (raised) tell("session:hand", raised);
      const reactions = performed.reactions();
      if (reactions) tell("session:reaction", reactions, { passing: true });
      const votes = polls.announce();
      if (votes) tell("session:poll", { change: "votes", ...votes }, { passing: true });
    },
    warn: () => tellState({ minutesLeft: WARNING_MINUTES }),
    forget(userId: string): void {
      for (const store of [stores.room, people, chat, hands, log]) store.forget(userId);
    },
    /** What an object beside lacks; nothing where too much of it is gone. */
    missed(after: number): { last: number; items?: { seq: number; text: string }[] } {
      const last = log.last();
      if (after < last - KEPT_BROADCASTS) return { last };
      return { last, items: log.after(after).map((one) => ({ seq: one.seq, text: framed(one) })) };
    },
  };
}
