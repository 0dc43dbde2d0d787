import { expect, test } from "vitest";
import { withoutName } from "../../src/live/presence.ts";

test("one person's name goes out of what is kept, and nobody else's", () => {
  const kept = {
    changes: [
      { type: "join", userId: "a", name: "Ada" },
      { type: "join", userId: "b", name: "Boris" },
    ],
    count: 2,
  };
  expect(withoutName(kept, "a")).toEqual({
    changes: [
      { type: "join", userId: "a", name: "" },
      { type: "join", userId: "b", name: "Boris" },
    ],
    count: 2,
  });
});
