import { expect, test } from "vitest";
import { peopleInOrder, type Room, told, voted, withPeople } from "../../src/browser/live/room.ts";
import type { Told } from "../../src/client/live-session.ts";
import type { WelcomeData } from "../../src/live/protocol.ts";

const AT = "2026-11-21T18:00:00.000Z";
const person = (userId: string, name = userId) => ({ userId, name });
const WELCOME: WelcomeData = {
  state: {
    status: "live",
    plannedEnd: AT,
    participantCount: 2,
    spotlight: null,
    chatMuted: false,
  },
  you: { ...person("me"), role: "learner", may: { speak: true, lead: false, moderate: false } },
  participants: { count: 2, page: [person("me"), { ...person("host"), role: "host" }], next: null },
  hands: [],
  chat: [],
  poll: null,
  seq: 1,
};
const OPENED = { pollId: "p", question: "Why?", options: ["a", "b"], openedAt: AT, votes: 0 };

let seq = 1;
const message = (type: string, data: unknown): Told => {
  seq += 1;
  return { type, channel: "c", data, timestamp: 0, seq } as Told;
};
const after = (...messages: Told[]): Room => {
  const room = [message("welcome", WELCOME), ...messages].reduce<Room | undefined>(told, undefined);
  if (!room) throw new Error("The welcome makes the room");
  return room;
};
const line = (lineId: string, text: string) =>
  message("session:chat", { change: "line", line: { lineId, ...person("a"), text, at: AT } });

test("nothing is known before the welcome, and a second one replaces all", () => {
  expect(told(undefined, line("1", "Early"))).toBeUndefined();
  const room = after(line("1", "Before"), message("welcome", { ...WELCOME, chat: [] }));
  expect(room.chat).toEqual([]);
});

test("who joins and leaves is known by what is told, and the count is the server's", () => {
  const room = after(
    message("session:presence", {
      changes: [
        { type: "join", ...person("a", "Anna") },
        { type: "leave", ...person("host") },
      ],
      count: 700,
    }),
  );
  expect([...room.people.keys()]).toEqual(["me", "a"]);
  expect(room.count).toBe(700);
  const more = withPeople(room, { count: 701, page: [person("z")], next: "z" });
  expect([more.people.size, more.next, more.count]).toEqual([3, "z", 701]);
});

test("a deleted line keeps its place and loses its words", () => {
  const room = after(
    line("1", "One"),
    line("2", "Two"),
    message("session:chat", { change: "deleted", lineId: "1" }),
  );
  expect(room.chat.map(({ text, isDeleted }) => [text, isDeleted])).toEqual([
    ["", true],
    ["Two", undefined],
  ]);
});

test("the instructor stands first, then hands in the order they went up, then names", () => {
  const raise = (userId: string) => ({ type: "raise", ...person(userId), raisedAt: AT });
  const room = after(
    message("session:presence", {
      changes: ["zoe", "adam", "bert"].map((name) => ({ type: "join", ...person(name) })),
      count: 5,
    }),
    message("session:hand", { changes: [raise("zoe"), raise("bert")], count: 2 }),
  );
  const order = (of: Room) => peopleInOrder(of, "en").map(({ userId }) => userId);
  expect(order(room)).toEqual(["host", "zoe", "bert", "adam", "me"]);
  const lowered = message("session:hand", {
    changes: [{ type: "lower", userId: "zoe" }],
    count: 1,
  });
  expect(order(told(room, lowered) as Room)).toEqual(["host", "bert", "adam", "me", "zoe"]);
});

test("a poll is open, voted in and closed; its results stand until the next opens", () => {
  const open = after(message("session:poll", { change: "opened", poll: OPENED }));
  expect(voted(open, "another", 1).poll?.yourVote).toBeNull();
  const mine = voted(open, "p", 1);
  const counted = told(
    mine,
    message("session:poll", { change: "votes", pollId: "p", votes: 3 }),
  ) as Room;
  expect(counted.poll).toMatchObject({ yourVote: 1, votes: 3 });
  const closing = { change: "closed", pollId: "p", results: [1, 2], votes: 3 };
  const closed = told(counted, message("session:poll", closing)) as Room;
  expect(closed.poll).toBeNull();
  expect(closed.results).toMatchObject({ question: "Why?", results: [1, 2] });
  const next = message("session:poll", { change: "opened", poll: { ...OPENED, pollId: "q" } });
  expect(told(closed, next)).toMatchObject({ poll: { pollId: "q" }, results: null });
});

test("reactions are there for one message alone", () => {
  const room = after(message("session:reaction", { counts: { heart: 3 } }));
  expect(room.reactions).toEqual({ heart: 3 });
  expect(told(room, line("1", "After"))?.reactions).toEqual({});
});
