import { describe, expect, test } from "vitest";
import { expectForeignIsMissing } from "../harness/refusals.ts";
import { command, http, newOrganization, ok, type Person, query, rows } from "../harness/world.ts";
import { inCohort, wish } from "./notices.ts";

const list = async (as: Person, ask = "") =>
  ok(await http("GET", `/lms/notifications?${ask}`, { as }));
const read = (as: Person, body: unknown) => http("POST", "/lms/notifications/read", { as, body });

/** Two notices of a learner's, one of them of her enrollment. */
async function told() {
  const world = await newOrganization();
  await inCohort(world);
  await rows(
    `INSERT INTO lms_notifications SELECT substr(id, 1, 35) || iif(substr(id, 36) = 'a', 'b', 'a'), organization_id, member_id, 'enrollment.nudge',
       subject, '{"courseTitle":"Alchemy","days":8,"progress":12.5,"path":"/lms/learn/x"}', NULL, created_at
     FROM lms_notifications WHERE organization_id = ? AND member_id = ?`,
    world.orgId,
    world.learner.id,
  );
  return world;
}

describe("one's own notices", () => {
  test("are said in the reader's language and zone as they are now, by pages, the newest first", async () => {
    const world = await told();
    await wish(world.learner.id, { locale: "ru", time_zone: "Asia/Tokyo" });
    const { data, unread, hasMore, nextCursor } = await list(world.learner, "limit=1");
    expect([data.length, unread, hasMore]).toEqual([1, 2, true]);
    const rest = await list(world.learner, `limit=1&cursor=${nextCursor}`);
    const both = [...data, ...rest.data];
    expect(new Set(both.map(({ kind }) => kind))).toEqual(
      new Set(["enrollment.confirmed", "enrollment.nudge"]),
    );
    expect(both.find(({ kind }) => kind === "enrollment.nudge")).toMatchObject({
      title: "Курс «Alchemy» ждёт вас",
      text: expect.stringMatching(
        /^Вы не заходили в курс «Alchemy» уже 8 дней\. Пройдено 12,5\s?%\./,
      ),
      link: expect.stringMatching(/^https?:\/\/[^/]+\/lms\/learn\/x$/),
      readAt: null,
    });
    expect((await list(world.instructor)).data).not.toEqual(expect.arrayContaining(data));
  });

  test("are read one by one or up to one of them, and counted as unread till then", async () => {
    const world = await told();
    const { data } = await list(world.learner);
    const [newest, oldest] = data;
    ok(await read(world.learner, { ids: [newest.id] }));
    expect(
      (await list(world.learner, "unread=true")).data.map(({ id }: { id: string }) => id),
    ).toEqual([oldest.id]);
    ok(await read(world.learner, { upTo: newest.id }));
    expect((await list(world.learner)).unread).toBe(0);
    const again = await list(world.learner);
    expect(again.data.every(({ readAt }: { readAt: string | null }) => readAt !== null)).toBe(true);
  });

  test("are marked by ids or up to one, never by both or neither, and by no one who is not signed in", async () => {
    const world = await told();
    const { data } = await list(world.learner);
    expect(await read(world.learner, {})).toMatchObject({ status: 400 });
    const both = { ids: [data[0].id], upTo: data[0].id };
    expect(await read(world.learner, both)).toMatchObject({ status: 400 });
    const anonymous = { headers: { "x-org-id": world.orgId } };
    expect(await http("GET", "/lms/notifications", anonymous)).toMatchObject({ status: 401 });
  });

  test("of another person or organization are 404, in the words for a missing one, and stay unread", async () => {
    const world = await told();
    const stranger = await newOrganization();
    const { data } = await list(world.learner);
    for (const as of [stranger.learner, world.admin]) {
      await expectForeignIsMissing(data[0].id, "Notification", (id) => read(as, { upTo: id }));
      await expectForeignIsMissing(data[0].id, "Notification", (id) => read(as, { ids: [id] }));
    }
    expect((await list(world.learner)).unread).toBe(2);
    expect(ok(await query("lms.notifications.list", {}, stranger.learner)).data).toEqual([]);
    expect(await command("lms.notification.read", { ids: [] }, world.learner)).toMatchObject({
      status: 400,
    });
  });
});
