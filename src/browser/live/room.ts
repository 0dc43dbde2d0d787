import type { Told } from "../../client/live-session.ts";
import type {
  ChatLine,
  Hand,
  ParticipantsData,
  Person,
  PollResults,
  Reaction,
  StateData,
  WelcomeData,
} from "../../live/protocol.ts";

type Poll = NonNullable<WelcomeData["poll"]>;

/** What is known of a session. Each message makes the next of it. */
export type Room = {
  state: StateData;
  you: WelcomeData["you"];
  people: ReadonlyMap<string, Person>;
  count: number;
  /** Where the next page of people begins; null where all were read. */
  next: string | null;
  hands: readonly Hand[];
  chat: readonly (ChatLine & { isDeleted?: boolean })[];
  poll: Poll | null;
  /** Of the last poll, from its close to the opening of the next. */
  results: (PollResults & Pick<Poll, "question" | "options">) | null;
  removed: readonly Person[];
  /** What just came, and is gone with the next message. */
  reactions: Partial<Record<Reaction, number>>;
  seq: number;
};

const CHAT_KEPT = 500;

/** The room after a message; nothing before the first welcome. */
export function told(room: Room | undefined, message: Told): Room | undefined {
  if (message.type === "welcome") return welcomed(message.data, room);
  if (!room) return undefined;
  const next: Room = { ...room, seq: message.seq, reactions: {} };
  switch (message.type) {
    case "session:state":
      return { ...next, state: message.data, count: message.data.participantCount };
    case "session:presence":
      return present(next, message.data.changes, message.data.count);
    case "session:hand":
      return { ...next, hands: handsAfter(room.hands, message.data.changes) };
    case "session:reaction":
      return { ...next, reactions: message.data.counts };
    case "session:chat": {
      const { data } = message;
      return data.change === "line"
        ? { ...next, chat: [...room.chat, data.line].slice(-CHAT_KEPT) }
        : {
            ...next,
            chat: room.chat.map((one) =>
              one.lineId === data.lineId ? { ...one, text: "", isDeleted: true } : one,
            ),
          };
    }
    case "session:poll":
      return polled(next, message.data);
  }
}

function welcomed(data: WelcomeData, before: Room | undefined): Room {
  const { state, you, participants, hands, chat, poll, seq } = data;
  return {
    ...{ state, you, hands, chat, poll, seq },
    people: byId(participants.page),
    count: participants.count,
    next: participants.next,
    results: poll ? null : (before?.results ?? null),
    removed: data.removed ?? [],
    reactions: {},
  };
}

const byId = (people: readonly Person[]): Map<string, Person> =>
  new Map(people.map((one) => [one.userId, one]));

/** A further page of people, as it was asked for. */
export const withPeople = (room: Room, { page, next, count }: ParticipantsData): Room => ({
  ...room,
  people: new Map([...room.people, ...byId(page)]),
  next,
  count,
});

type Change = { type: "join" | "leave" } & Person;

function present(room: Room, changes: readonly Change[], count: number): Room {
  const people = new Map(room.people);
  for (const { type, ...person } of changes) {
    if (type === "join") people.set(person.userId, person);
    else people.delete(person.userId);
  }
  return { ...room, people, count };
}

type HandChange = ({ type: "raise" } & Hand) | { type: "lower"; userId: string };

const handsAfter = (hands: readonly Hand[], changes: readonly HandChange[]): Hand[] =>
  changes.reduce<Hand[]>(
    (up, change) => {
      const others = up.filter(({ userId }) => userId !== change.userId);
      if (change.type === "lower") return others;
      const { userId, name, raisedAt } = change;
      return [...others, { userId, name, raisedAt }];
    },
    [...hands],
  );

function polled(room: Room, data: Extract<Told, { type: "session:poll" }>["data"]): Room {
  switch (data.change) {
    case "opened":
      return { ...room, poll: { ...data.poll, yourVote: null }, results: null };
    case "votes":
      return room.poll?.pollId === data.pollId
        ? { ...room, poll: { ...room.poll, votes: data.votes } }
        : room;
    case "closed": {
      const { pollId, results, votes } = data;
      if (room.poll?.pollId !== pollId) return room;
      const { question, options } = room.poll;
      return { ...room, poll: null, results: { pollId, results, votes, question, options } };
    }
  }
}

export const voted = (room: Room, pollId: string, option: number): Room =>
  room.poll?.pollId === pollId ? { ...room, poll: { ...room.poll, yourVote: option } } : room;

export const withoutRemoved = (room: Room, userId: string): Room => ({
  ...room,
  removed: room.removed.filter((one) => one.userId !== userId),
});

export const withRemoved = (room: Room, person: Person): Room => ({
  ...room,
  removed: [...room.removed.filter(({ userId }) => userId !== person.userId), person],
});

/** Who leads first, then raised hands in their order, then all others by name. */
export function peopleInOrder({ people, hands }: Room, language: string): Person[] {
  const raised = new Map(hands.map(({ userId }, at) => [userId, at]));
  const rank = ({ userId, role }: Person): number =>
    role === "host" ? -1 : (raised.get(userId) ?? Number.POSITIVE_INFINITY);
  const names = new Intl.Collator(language);
  return [...people.values()].toSorted(
    (a, b) =>
      compare(rank(a), rank(b)) ||
      names.compare(a.name, b.name) ||
      names.compare(a.userId, b.userId),
  );
}

const compare = (a: number, b: number): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
