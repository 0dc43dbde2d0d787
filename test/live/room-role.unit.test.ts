import { expect, test } from "vitest";
import type { Role } from "../../src/kernel/permission.ts";
import { admittedAs } from "../../src/live/room-role.ts";

const joining = (roles: Role[], { leads = false, enrolled = false } = {}) =>
  admittedAs({
    member: { userId: "me", roles },
    led: [{ instructorId: "other" }, undefined, { instructorId: leads ? "me" : "other" }],
    enrolled,
  });

test("who leads the session, its cohort or its course, and still is an instructor, is its host", () => {
  expect(joining(["instructor"], { leads: true })).toEqual({ role: "host", moderates: true });
  expect(joining(["instructor"], { leads: true, enrolled: true })).toMatchObject({ role: "host" });
  expect(joining(["learner"], { leads: true })).toBeUndefined();
  expect(joining(["learner"], { leads: true, enrolled: true })).toMatchObject({ role: "learner" });
});

test("an enrolled member is a learner; an admin moderates whatever else it is, and else looks on", () => {
  expect(joining(["learner"], { enrolled: true })).toEqual({ role: "learner", moderates: false });
  expect(joining(["lms-admin"], { enrolled: true })).toEqual({ role: "learner", moderates: true });
  expect(joining(["lms-admin"])).toEqual({ role: "observer", moderates: true });
});

test("nobody else has a place there", () => {
  for (const role of ["org-admin", "instructor", "content-reviewer", "learner"] as const) {
    expect(joining([role])).toBeUndefined();
  }
});
