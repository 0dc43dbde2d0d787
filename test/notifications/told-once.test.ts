import { describe, expect, test } from "vitest";
import { learning } from "../harness/learner.ts";
import { drain, rows } from "../harness/world.ts";

const told = (orgId: string) =>
  rows(
    `SELECT kind, member_id AS memberId, subject, payload FROM lms_notifications
     WHERE organization_id = ? ORDER BY id`,
    orgId,
  );

describe("a notice", () => {
  test("of an enrollment reaches its learner once, under its event's key", async () => {
    const { world, enrollmentId, courseId } = await learning();
    await drain(world.orgId);
    const [activated] = await rows<{ id: string }>(
      "SELECT event_id AS id FROM domain_event_log WHERE event_name = 'enrollment.activated' AND organization_id = ?",
      world.orgId,
    );
    expect(await told(world.orgId)).toEqual([
      {
        kind: "enrollment.confirmed",
        memberId: world.learner.id,
        subject: activated?.id,
        payload: JSON.stringify({ courseId, enrollmentId }),
      },
    ]);
    expect(
      await rows(
        "SELECT recipient_id, channel, event_id FROM lms_sends WHERE organization_id = ?",
        world.orgId,
      ),
    ).toEqual([{ recipient_id: world.learner.id, channel: "in-app", event_id: activated?.id }]);
  });
});
