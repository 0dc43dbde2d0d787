import { describe, expect, test } from "vitest";
import { certified } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { eventsOf, http, newOrganization, ok } from "../harness/world.ts";

const verify = (code: string, headers: Record<string, string> = {}) =>
  http("GET", `/lms/verify/${encodeURIComponent(code)}`, { headers });

describe("revoking a certificate", () => {
  test("keeps the reason in the row and out of the log; the code then says revoked", async () => {
    const { world, certificate } = await certified();
    const path = `/lms/admin/certificates/${certificate.id}/revoke`;
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: certificate:revoke" },
        () => http("POST", path, { as, body: { reason: "no" } }),
      );
    }
    for (const body of [{}, { reason: " " }]) {
      await expectRefused(world.orgId, { status: 400, errors: [{ path: "reason" }] }, () =>
        http("POST", path, { as: world.admin, body }),
      );
    }
    const reason = "Somebody else sat the exam";
    expect(ok(await http("POST", path, { as: world.admin, body: { reason } }))).toMatchObject({
      status: "revoked",
      revokedReason: reason,
      version: 2,
    });
    const told = await eventsOf(certificate.id);
    expect(told).toMatchObject([
      { name: "certificate.issued" },
      { name: "certificate.revoked", version: 2 },
    ]);
    expect(JSON.stringify(told)).not.toContain("exam");
    expect((await verify(certificate.verificationCode)).body).toMatchObject({
      valid: false,
      status: "revoked",
    });
    await expectRefused(world.orgId, { status: 409, code: "INVALID_TRANSITION" }, () =>
      http("POST", path, { as: world.admin, body: { reason } }),
    );
    await assertLogAgrees(world.orgId);
  });

  test("and reading it, of another organization's, is 404 in the words for a missing one", async () => {
    const { world, certificate } = await certified();
    const stranger = await newOrganization();
    await expectForeignIsMissing(certificate.id, "Certificate", (id) =>
      http("POST", `/lms/admin/certificates/${id}/revoke`, {
        as: stranger.admin,
        body: { reason: "x" },
      }),
    );
    for (const path of ["", "/download"]) {
      await expectForeignIsMissing(certificate.id, "Certificate", (id) =>
        http("GET", `/lms/certificates/${id}${path}`, { as: stranger.admin }),
      );
      const other = await world.newPerson("learner");
      expect(
        await http("GET", `/lms/certificates/${certificate.id}${path}`, { as: other }),
      ).toMatchObject({ status: 403 });
    }
    expect(ok(await http("GET", "/lms/certificates", { as: stranger.learner })).data).toEqual([]);
  });
});
