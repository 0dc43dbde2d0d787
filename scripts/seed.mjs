// Two demo organizations with a member, a password and an API key for each role; run again it changes nothing.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hashPassword } from "better-auth/crypto";

const KEY_PREFIX = "lk_";
const ROLES = {
  admin: ["lms-admin", "Anna Admin"],
  orgAdmin: ["org-admin", "Omar Org"],
  instructor: ["instructor", "Ирина Инструктор"],
  reviewer: ["content-reviewer", "Rita Reviewer"],
  learner: ["learner", "Мария Кюри"],
};

/** UUID v7 of the present moment. */
function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const keyHash = (key) => createHash("sha256").update(key).digest("base64url");

/**
 * Makes what is missing and writes the credentials to `file`, readable by its owner alone.
 * @returns the content of `file`
 */
export async function seedDemo({ database, url, learners, file }) {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const demo = known ?? (await newDemo(database));
  while (demo.learners.length < learners) {
    const name = `Learner ${demo.learners.length + 1}`;
    demo.learners.push(await newPerson(database, demo.org, "learner", name));
  }
  demo.url = url;
  writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  return demo;
}

async function newDemo(database) {
  const org = await newOrganization(database, "Lyceum Demo", "demo");
  const other = await newOrganization(database, "Other School", "other");
  const people = await newPeople(database, org);
  const others = await newPeople(database, other);
  const of = (all, field) =>
    Object.fromEntries(Object.entries(all).map(([role, person]) => [role, person[field]]));
  return {
    url: "",
    org,
    keys: of(people, "key"),
    users: of(people, "id"),
    signIns: of(people, "signIn"),
    learners: [],
    other: { org: other, keys: of(others, "key"), users: of(others, "id") },
  };
}

async function newOrganization(database, name, slug) {
  const id = newId();
  await database
    .prepare("INSERT INTO organization (id, name, slug, created_at) VALUES (?, ?, ?, ?)")
    .bind(id, name, slug, Date.now())
    .run();
  return { id, slug };
}

async function newPeople(database, org) {
  const people = {};
  for (const [name, [role, displayName]] of Object.entries(ROLES)) {
    people[name] = await newPerson(database, org, role, displayName);
  }
  return people;
}

/** The library's rows and the domain's copy; the library's triggers have the log told of the member. */
async function newPerson(database, org, role, name) {
  const id = newId();
  const key = `${KEY_PREFIX}${randomBytes(24).toString("base64url")}`;
  const now = Date.now();
  const email = `${role}.${id.slice(-6)}@${org.slug}.example`;
  const password = randomBytes(9).toString("base64url");
  const metadata = JSON.stringify({ organizationId: org.id, roles: [role] });
  await database.batch([
    database
      .prepare(
        "INSERT INTO user (id, name, email, email_verified, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)",
      )
      .bind(id, name, email, now, now),
    database
      .prepare(
        "INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at) VALUES (?, ?, 'credential', ?, ?, ?, ?)",
      )
      .bind(newId(), id, id, await hashPassword(password), now, now),
    database
      .prepare(
        "INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES (?, ?, ?, ?, ?)",
      )
      .bind(newId(), org.id, id, role, now),
    database
      .prepare(
        `INSERT INTO lms_members (id, organization_id, user_id, display_name, email, roles, preferences,
          version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, '{}', 0, ?, ?)`,
      )
      .bind(newId(), org.id, id, name, email, JSON.stringify([role]), now, now),
    database
      .prepare(
        `INSERT INTO apikey (id, config_id, name, start, prefix, key, reference_id, enabled,
          rate_limit_enabled, request_count, created_at, updated_at, metadata)
         VALUES (?, 'default', 'demo', ?, ?, ?, ?, 1, 0, 0, ?, ?, ?)`,
      )
      .bind(newId(), key.slice(0, 6), KEY_PREFIX, keyHash(key), id, now, now, metadata),
  ]);
  return { id, key, signIn: { email, password } };
}
