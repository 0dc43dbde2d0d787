import { expect, test } from "vitest";
import { expectRefused, said } from "../harness/refusals.ts";
import { command, eventsOf, http, newOrganization, ok, query, rows } from "../harness/world.ts";
import { connected, connection, newInstance } from "./instance.ts";

const create = "/lms/openedx/configurations";

test("a connection is kept with its secrets sealed, and no answer or event ever shows them", async () => {
  const world = await newOrganization();
  const instance = await newInstance();
  const sent = connection(instance, { clientId: "the-client", clientSecret: "hush-hush" });
  const made = await http("POST", create, { as: world.orgAdmin, body: sent });
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(`${create}/${made.body.id}`);
  expect(made.body).toMatchObject({
    type: "openedx",
    defaultRun: "self_paced",
    autoCreateCourse: true,
    importTimeoutSeconds: 300,
    maxRetries: 3,
    lastConnectionStatus: null,
    version: 1,
  });
  const one = ok(await http("GET", `${create}/${made.body.id}`, { as: world.instructor }));
  const all = ok(await http("GET", create, { as: world.instructor }));
  expect(all.data).toEqual([one]);
  const log = await eventsOf(world.orgId);
  expect(log.map(({ name }) => name)).toContain("configuration.created");
  const [row] = await rows("SELECT * FROM lms_configurations WHERE id = ?", made.body.id);
  for (const text of [made.body, one, all, log, row].map((part) => JSON.stringify(part))) {
    expect(text).not.toMatch(/hush-hush|the-client/);
  }
  expect(JSON.stringify([made.body, one, all])).not.toMatch(/client/i);
  expect(row?.client_secret).toMatch(/^v1\.second\./);
  expect(row?.client_secret).not.toBe(row?.client_id);
});

test("a repeated request with its key makes one connection", async () => {
  const world = await newOrganization();
  const sent = connection(await newInstance());
  const first = ok(await command("lms.openedx.configurationCreate", sent, world.admin, "once"));
  const again = await command("lms.openedx.configurationCreate", sent, world.admin, "once");
  expect(again.body.id).toBe(first.id);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
});

test("only who manages connections makes one", async () => {
  const world = await newOrganization();
  const body = connection(await newInstance());
  for (const as of [world.instructor, world.reviewer, world.learner]) {
    await expectRefused(
      world.orgId,
      {
        status: 403,
        code: "PERMISSION_DENIED",
        detail: "Permission denied: openedx:manage-configurations",
      },
      () => http("POST", create, { as, body }),
    );
  }
});

test("a name is one connection's in its organization, and free again once that is gone", async () => {
  const world = await newOrganization();
  const instance = await newInstance();
  const first = await connected(world, instance, { name: "Campus" });
  await expectRefused(world.orgId, { status: 409, code: "DUPLICATE" }, () =>
    http("POST", create, { as: world.admin, body: connection(instance, { name: "Campus" }) }),
  );
  const elsewhere = await newOrganization();
  await connected(elsewhere, instance, { name: "Campus" });
  ok(await http("DELETE", `${create}/${first.id}`, { as: world.admin }));
  await connected(world, instance, { name: "Campus" });
});

test("another organization's connection is as missing as none", async () => {
  const world = await newOrganization();
  const other = await newOrganization();
  const { id } = await connected(other, await newInstance());
  const foreign = said(await query("lms.openedx.configuration", { id }, world.admin));
  expect(foreign).toMatchObject({ status: 404, detail: "Configuration not found" });
});

test.each([
  ["lmsUrl", "ftp://lms.test"],
  ["lmsUrl", "https://user:pass@lms.test"],
  ["studioUrl", "https://studio.test/?a=b"],
  ["defaultOrg", "Мега"],
  ["defaultOrg", "a+b"],
  ["importTimeoutSeconds", 29],
  ["maxRetries", 6],
  ["clientSecret", ""],
])("%s %s is refused with its path", async (path, value) => {
  const world = await newOrganization();
  const body = connection(await newInstance(), { [path]: value });
  const answer = await http("POST", create, { as: world.admin, body });
  expect(answer).toMatchObject({
    status: 400,
    body: { code: "VALIDATION_FAILED", errors: [{ path }] },
  });
});
