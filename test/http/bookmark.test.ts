import { expect, test } from "vitest";
import { http, newOrganization, ok } from "../harness/world.ts";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

test("an answer says where the database stands, and takes it back", async () => {
  const { learner } = await newOrganization();
  const first = await http("GET", "/lms/me", { as: learner });
  const bookmark = first.headers.get("x-d1-bookmark") ?? "";
  expect(bookmark).toMatch(FORM);
  expect(first.headers.get("set-cookie")).toBeNull();
  const headers = { "x-d1-bookmark": bookmark };
  expect((await http("GET", "/lms/me", { as: learner, headers })).status).toBe(200);
});

test("a browser keeps it as a cookie, so that it reads its own writes", async () => {
  const { learner } = await newOrganization();
  const answer = await http("GET", "/lms/me", { as: learner, headers: { cookie: "theme=dark" } });
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^lyceum-bookmark=[0-9a-f-]+; Path=\/; HttpOnly; SameSite=Lax/);
  const kept = { cookie: cookie.split(";")[0] ?? "" };
  ok(await http("GET", "/lms/me", { as: learner, headers: kept }));
});

test("what is no bookmark is passed over and breaks nothing", async () => {
  const { learner } = await newOrganization();
  for (const wrong of ["x", "'; drop table lms_courses", "0".repeat(500)]) {
    const headers = { "x-d1-bookmark": wrong };
    expect((await http("GET", "/lms/me", { as: learner, headers })).status).toBe(200);
  }
});
