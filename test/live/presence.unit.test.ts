import { expect, test } from "vitest";
import { withoutPerson } from "../../src/live/presence.ts";

test("one person's name and words go out of what is kept, and nobody else's", () => {
  const kept = {
    changes: [
      { type: "join", userId: "a", name: "Ada" },
      { type: "join", userId: "b", name: "Boris" },
    ],
    count: 2,
  };
  expect(withoutPerson(kept, "a")).toEqual({
    changes: [
      { type: "join", userId: "a", name: "" },
      { type: "join", userId: "b", name: "Boris" },
    ],
    count: 2,
  });
});

test("what somebody said goes with the name, however deep it lies", () => {
  const kept = { change: "line", line: { lineId: "1", userId: "a", name: "Ada", text: "Hello" } };
  expect(withoutPerson(kept, "a")).toEqual({
    change: "line",
    line: { lineId: "1", userId: "a", name: "", text: "" },
  });
  expect(withoutPerson(kept, "b")).toEqual(kept);
});
