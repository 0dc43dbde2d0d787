import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { secretsKeys, secretsOf } from "../../src/kernel/secrets.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { http, newOrganization, ok, rows } from "../harness/world.ts";
import { connected, newInstance } from "./instance.ts";

const at = (id: string) => `/lms/openedx/configurations/${id}`;

test("what is left out stays, the secrets too, and its ETag guards the change", async () => {
  const world = await newOrganization();
  const made = await connected(world, await newInstance());
  const secretOf = () => rows("SELECT client_secret FROM lms_configurations WHERE id = ?", made.id);
  const before = await secretOf();
  const body = { description: "The campus", isActive: false };
  const headers = { "if-match": `"v${made.version}"` };
  const changed = ok(await http("PATCH", at(made.id), { as: world.orgAdmin, body, headers }));
  expect(changed).toMatchObject({ ...body, name: made.name, version: 2 });
  expect(await secretOf()).toEqual(before);
  const stale = await http("PATCH", at(made.id), { as: world.orgAdmin, body, headers });
  expect(stale).toMatchObject({ status: 412, body: { code: "STALE_VERSION" } });
});

test("a secret is sealed for its own row, and a new one in front of the keys seals the next", async () => {
  const world = await newOrganization();
  const { id } = await connected(world, await newInstance());
  const keys = secretsKeys.parse(JSON.parse(env.SECRETS_KEYS));
  const old = secretsOf(keys.slice(1));
  const purpose = `lms_configurations:${world.orgId}:${id}:clientSecret`;
  const sealed = await old?.seal("secret", purpose);
  await rows("UPDATE lms_configurations SET client_secret = ? WHERE id = ?", sealed, id);
  expect(await secretsOf(keys)?.open(sealed ?? "", purpose)).toBe("secret");
  await expect(secretsOf(keys)?.open(sealed ?? "", `${purpose}2`)).rejects.toThrow();
  await expect(secretsOf(keys.slice(0, 1))?.open(sealed ?? "", purpose)).rejects.toThrow("first");
  ok(await http("PATCH", at(id), { as: world.admin, body: { clientSecret: "secret" } }));
  const [row] = await rows("SELECT client_secret AS text FROM lms_configurations WHERE id = ?", id);
  expect(row?.text).toMatch(/^v1\.second\./);
});

test("only who manages connections changes one; another organization's is missing", async () => {
  const world = await newOrganization();
  const other = await newOrganization();
  const { id } = await connected(world, await newInstance());
  const { id: foreign } = await connected(other, await newInstance());
  const body = { name: "Mine" };
  await expectRefused(world.orgId, { status: 403 }, () =>
    http("PATCH", at(id), { as: world.instructor, body }),
  );
  await expectForeignIsMissing(foreign, "Configuration", (one) =>
    http("PATCH", at(one), { as: world.admin, body }),
  );
});

test("a name that another connection has is refused", async () => {
  const world = await newOrganization();
  const instance = await newInstance();
  await connected(world, instance, { name: "One" });
  const { id } = await connected(world, instance, { name: "Two" });
  await expectRefused(world.orgId, { status: 409, code: "DUPLICATE" }, () =>
    http("PATCH", at(id), { as: world.admin, body: { name: "One" } }),
  );
});
