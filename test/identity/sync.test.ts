import { describe, expect, it } from "vitest";
import { createAuth } from "../../src/identity/auth.ts";
import { signedToken } from "../../src/identity/credential.ts";
import { settleSyncs } from "../../src/identity/sync.ts";
import { newId } from "../../src/kernel/id.ts";
import { relay } from "../../src/kernel/outbox.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { newWorld, ORIGIN, registry, rows } from "./world.ts";

const world = newWorld();

/** The library alone, as if the Worker died the moment it had written. */
async function libraryAlone(path: string, body: object, token: string): Promise<{ id: string }> {
  const host = world.host();
  const auth = createAuth({
    database: host.databaseFor("*"),
    secret: world.config.secret,
    origin: ORIGIN,
    trustedOrigins: [],
    names: [],
    id: host.id,
    mail: async () => undefined,
  });
  const cookie = `__Secure-lyceum.session_token=${await signedToken(token, world.config.secret)}`;
  const headers = { cookie, origin: ORIGIN, "content-type": "application/json" };
  const request = new Request(`${ORIGIN}/auth${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return (await auth.handler(request)).json();
}

const relayed = () => relay(world.host(), (kind) => registry.tasks.get(kind)?.queue);
const membersOf = (orgId: string) =>
  rows("select * from lms_members where organization_id = ?", orgId);

describe("a Worker that dies after the library's write", () => {
  it("leaves the task that the relay runs, once: the member comes, with one event", async () => {
    const { token } = await world.verified("Survivor");
    const made = await libraryAlone(
      "/organization/create",
      { name: "Late", slug: `late-${newId()}` },
      token,
    );
    expect(await membersOf(made.id)).toEqual([]);
    await relayed();
    await world.drain();
    await relayed();
    await world.drain();
    expect(await membersOf(made.id)).toEqual([
      expect.objectContaining({
        display_name: "Survivor",
        roles: '["lms-admin","org-admin"]',
        version: 1,
      }),
    ]);
    const events = await rows("select * from domain_event_log where organization_id = ?", made.id);
    expect(events.length).toBe(1);
    const [task] = await rows("select * from lms_tasks where organization_id = ?", made.id);
    expect(task).toMatchObject({ kind: "identity.sync", state: "done" });
    expect(task?.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("in the middle of the copy leaves it to be copied again, with one event", async () => {
    const { token } = await world.verified("Twice");
    const made = await libraryAlone(
      "/organization/create",
      { name: "T", slug: `t-${newId()}` },
      token,
    );
    const [task] = await rows("select id from lms_tasks where organization_id = ?", made.id);
    const dying = world.host();
    const database = dying.databaseFor("*");
    let batches = 0;
    const host = {
      ...dying,
      databaseFor: () => ({
        ...database,
        batch: async (statements: Parameters<typeof database.batch>[0]) => {
          batches += 1;
          if (batches === 3) throw new Error("D1 went away before the commit");
          return database.batch(statements);
        },
      }),
    };
    const verdict = await runTask(host, registry, {
      id: String(task?.id),
      orgId: made.id,
      queue: "jobs",
    });
    expect(verdict.again).toBe(true);
    expect(await membersOf(made.id)).toEqual([]);
    await rows("update lms_tasks set next_at = 0 where id = ?", task?.id);
    await settleSyncs(world.host(), registry, newId());
    expect((await membersOf(made.id)).length).toBe(1);
    const events = await rows("select * from domain_event_log where organization_id = ?", made.id);
    expect(events.length).toBe(1);
  });
});

describe("a copy that another request has taken up", () => {
  it("is waited for, so that nobody is answered before the member is there", async () => {
    const { token } = await world.verified("Shared");
    const made = await libraryAlone(
      "/organization/create",
      { name: "S", slug: `s-${newId()}` },
      token,
    );
    const requests = [1, 2, 3].map(async () => {
      await settleSyncs(world.host(), registry, newId());
      return (await membersOf(made.id)).length;
    });
    expect(await Promise.all(requests)).toEqual([1, 1, 1]);
  });
});

describe("a renamed person", () => {
  it("is renamed in every organization that she belongs to", async () => {
    const first = await world.founded();
    const second = await world.post(
      "/organization/create",
      { name: "Second", slug: `second-${newId()}` },
      first.founder.token,
    );
    await world.post("/update-user", { name: "Renamed" }, first.founder.token);
    for (const orgId of [first.orgId, second.body.id]) {
      expect((await membersOf(orgId))[0]).toMatchObject({ display_name: "Renamed", version: 2 });
    }
  });
});

describe("a mail's task that runs twice", () => {
  it("leaves one mail in the box", async () => {
    const { email } = await world.signUp();
    const [ref] = world.sent;
    await world.drain();
    await rows("update lms_tasks set state = 'ready', next_at = 0 where id = ?", ref?.id);
    await runTask(world.host(), registry, ref ?? { id: "", orgId: "", queue: "notifications" });
    expect((await rows("select id from lms_mailbox where recipient = ?", email)).length).toBe(1);
  });
});
