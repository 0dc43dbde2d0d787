import { expect, expectTypeOf, test } from "vitest";
import { frameOf, type Message, spend, tooLarge } from "../../src/live/frames.ts";
import type { ClientFrame } from "../../src/live/protocol.ts";

test("a frame of 16 KiB passes and one byte more closes with 1009, counted in UTF-8", () => {
  expect(tooLarge("a".repeat(16_384))).toBeUndefined();
  expect(tooLarge("a".repeat(16_385))).toMatchObject({ code: 1009 });
  expect(tooLarge("я".repeat(8_193))).toMatchObject({ code: 1009 });
  expect(tooLarge(new ArrayBuffer(16_385))).toMatchObject({ code: 1009 });
});

test("a known message is read, everything else is a fault that says what to send", () => {
  expect(frameOf('{"type":"participants","after":"u1"}')).toEqual({
    type: "participants",
    after: "u1",
  });
  for (const bad of ["", "{", "null", "[]", '{"type":"x"}', '{"type":"participants","x":1}']) {
    expect(frameOf(bad)).toMatchObject({ type: "fault" });
  }
  expect(frameOf(new ArrayBuffer(2))).toMatchObject({ type: "fault" });
});

test("twenty frames a second may go on for ever", () => {
  let allowance = spend(undefined, 0);
  for (let frame = 1; frame <= 2_000; frame++) {
    if ("code" in allowance) throw new Error(`closed at frame ${frame}`);
    allowance = spend(allowance, frame * 50);
  }
  expect(allowance).toHaveProperty("left");
});

test("a burst is forgiven once, a flood closes with 1008", () => {
  let allowance = spend(undefined, 0);
  let frames = 1;
  while ("left" in allowance) {
    allowance = spend(allowance, frames);
    frames += 1;
  }
  expect(allowance).toMatchObject({ code: 1008 });
  expect(frames).toBeGreaterThan(100);
  expect(frames).toBeLessThan(110);
});

test("the schema lets in what the protocol's types say, no more and no less", () => {
  expectTypeOf<Message>().toExtend<ClientFrame>();
  expectTypeOf<ClientFrame>().toExtend<Message>();
  const sent: ClientFrame[] = [
    { type: "chat", text: "Hello", ref: "1" },
    { type: "hand:lower", userId: "u" },
    { type: "poll:open", question: "Q?", options: ["a", "b"] },
    { type: "poll:vote", pollId: "p", option: 0 },
    { type: "spotlight", userId: null },
  ];
  for (const frame of sent) expect(frameOf(JSON.stringify(frame))).toEqual(frame);
});

test.each([
  { type: "chat", text: "" },
  { type: "chat", text: " \n " },
  { type: "chat", text: "x".repeat(1_001) },
  { type: "chat", text: "a\u0000b" },
  { type: "chat", text: "\ud800" },
  { type: "chat", text: 5 },
  { type: "react", reaction: "skull" },
  { type: "poll:open", question: "Q", options: ["one"] },
  { type: "poll:open", question: "Q", options: Array.from({ length: 11 }, (_, n) => `${n}`) },
  { type: "poll:vote", pollId: "p", option: -1 },
  { type: "poll:vote", pollId: "p", option: 0.5 },
  { type: "remove", userId: "" },
  { type: "mute", muted: "yes" },
  { type: "hand:raise", userId: "another" },
])("what nobody may say is a fault that names the frame: %j", (frame) => {
  const fault = frameOf(JSON.stringify({ ...frame, ref: "mine" }));
  expect(fault).toMatchObject({ type: "fault", ref: "mine" });
});
