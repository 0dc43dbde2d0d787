import { expect, test } from "vitest";
import type { InstanceScript } from "../harness/open-edx.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { eventsOf, http, type Json, newOrganization, ok } from "../harness/world.ts";
import { connected, newInstance } from "./instance.ts";

const at = (id: string) => `/lms/openedx/configurations/${id}`;

/** A connection tried, and how the answer and its row look then. */
async function tried(script: InstanceScript, more: Json = {}, addresses: Json = {}) {
  const world = await newOrganization();
  const instance = await newInstance(script);
  const { id } = await connected(world, { ...instance, ...addresses }, more);
  const answer = ok(await http("POST", `${at(id)}/test`, { as: world.orgAdmin }));
  const row = ok(await http("GET", at(id), { as: world.orgAdmin }));
  expect(row.lastConnectionTest).toBe(answer.testedAt);
  expect(row.lastConnectionStatus).toBe(answer.success ? "success" : "failed");
  expect(answer.message).not.toContain("secret1");
  return { answer, instance, log: await eventsOf(id) };
}

test("a connection that works is told and kept as such, with the token that Studio takes", async () => {
  const { answer, instance, log } = await tried({});
  expect(answer).toMatchObject({ success: true, code: null });
  const { requests } = await instance.seen();
  expect(requests.map(({ on }) => on)).toEqual(["token", "heartbeat", "runs"]);
  expect(requests[1]?.authorization).toMatch(/^JWT /);
  expect(log.map(({ name, payload }) => [name, payload.success])).toEqual([
    ["configuration.created", undefined],
    ["configuration.tested", true],
  ]);
});

const html = { type: "text/html", body: "<html><title>Forbidden</title></html>" };

test.each<[string, InstanceScript, Json, string, RegExp]>([
  [
    "wrong credentials",
    {},
    { clientSecret: "secret1" },
    "INVALID_CREDENTIALS",
    /client id and secret/,
  ],
  ["no right to create courses", { staff: false }, {}, "INSUFFICIENT_ROLE", /staff/],
  [
    "no right at Studio",
    { faults: [{ on: "heartbeat", times: 9, status: 403 }] },
    { autoCreateCourse: false },
    "PERMISSION_ERROR",
    /course team/,
  ],
  [
    "a token that Studio does not take",
    { faults: [{ on: "heartbeat", times: 9, status: 401 }] },
    {},
    "AUTH_ERROR",
    /JWT settings/,
  ],
  [
    "tokens limited",
    { faults: [{ on: "token", times: 9, status: 403, ...html }] },
    {},
    "AUTH_ERROR",
    /wait a minute/,
  ],
  [
    "another system",
    { faults: [{ on: "token", times: 9, status: 404, ...html }] },
    {},
    "NETWORK_ERROR",
    /no Open edX/,
  ],
  [
    "a redirect",
    { faults: [{ on: "token", times: 9, status: 301, location: "https://elsewhere.test/x" }] },
    {},
    "NETWORK_ERROR",
    /https:\/\/elsewhere\.test/,
  ],
  [
    "a cut connection",
    { faults: [{ on: "token", times: 9, cut: "first" }] },
    {},
    "NETWORK_ERROR",
    /broke/,
  ],
  [
    "no answer",
    { faults: [{ on: "token", times: 9, hang: true }] },
    {},
    "TIMEOUT_ERROR",
    /in time/,
  ],
])("%s is told apart", async (_what, script, more, code, message) => {
  const { answer } = await tried(script, more);
  expect(answer).toMatchObject({ success: false, code });
  expect(answer.message).toMatch(message);
});

test.each([
  ["a host that refuses", "http://127.0.0.1:9", "CONNECTION_REFUSED"],
  ["an unknown host", "http://unknown-host.invalid", "DNS_ERROR"],
])("%s is told apart", async (_what, lmsUrl, code) => {
  const { answer } = await tried({}, {}, { lmsUrl });
  expect(answer).toMatchObject({ success: false, code });
});

test("a certificate that cannot be trusted is told apart", async () => {
  const instance = await newInstance();
  const lmsUrl = instance.lmsUrl.replace("http:", "https:");
  const { answer } = await tried({}, {}, { lmsUrl });
  expect(answer).toMatchObject({ success: false, code: "NETWORK_ERROR" });
  expect(answer.message).toMatch(/certificate/);
});

test.each(["moodle", "canvas"])("%s says that it is not supported yet", async (type) => {
  const { answer, instance } = await tried({}, { type });
  expect(answer).toMatchObject({ success: false, code: "NOT_SUPPORTED" });
  expect(answer.message).toMatch(/not supported yet.*Common Cartridge/);
  expect((await instance.seen()).requests).toEqual([]);
});

test("only who manages connections tries one; another organization's is missing", async () => {
  const world = await newOrganization();
  const other = await newOrganization();
  const { id } = await connected(world, await newInstance());
  const { id: foreign } = await connected(other, await newInstance());
  await expectRefused(world.orgId, { status: 403 }, () =>
    http("POST", `${at(id)}/test`, { as: world.instructor }),
  );
  await expectForeignIsMissing(foreign, "Configuration", (one) =>
    http("POST", `${at(one)}/test`, { as: world.admin }),
  );
});
