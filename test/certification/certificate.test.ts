import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { certified } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { said } from "../harness/refusals.ts";
import { advance, eventsOf, http, ok, rows } from "../harness/world.ts";

const verify = (code: string, headers: Record<string, string> = {}) =>
  http("GET", `/lms/verify/${encodeURIComponent(code)}`, { headers });

describe("a completed course", () => {
  test("gives a certificate by its listener and a PDF by its task, to be fetched by a signed address", async () => {
    const { world, certificate, enrollmentId, enrollment } = await certified();
    expect(certificate).toMatchObject({
      enrollmentId,
      learnerId: world.learner.id,
      status: "valid",
      documentReady: true,
    });
    expect(await eventsOf(certificate.id)).toMatchObject([
      { name: "certificate.issued", version: 1 },
    ]);
    expect(await enrollment()).toMatchObject({ certificateId: certificate.id });
    await assertLogAgrees(world.orgId);

    const download = ok(
      await http("GET", `/lms/certificates/${certificate.id}/download`, { as: world.learner }),
    );
    expect(download).toMatchObject({
      contentType: "application/pdf",
      fileName: `${certificate.verificationCode}.pdf`,
    });
    const { pathname, search } = new URL(download.url);
    const file = await http("GET", `${pathname}${search}`);
    expect(file.status).toBe(200);
    expect(file.headers.get("content-type")).toBe("application/pdf");
    expect(file.body.text.slice(0, 5)).toBe("%PDF-");
  });

  test("whose document is lost says so, and makes it again", async () => {
    const { world, certificate } = await certified();
    const path = `/lms/certificates/${certificate.id}/download`;
    const [row] = await rows<{ key: string }>(
      "SELECT document_key AS key FROM lms_certificates WHERE id = ?",
      certificate.id,
    );
    const before = await (await env.FILES.get(row?.key ?? ""))?.bytes();
    await env.FILES.delete(row?.key ?? "");
    const lost = await http("GET", path, { as: world.learner });
    expect(said(lost)).toMatchObject({ status: 409, code: "NOT_READY" });
    expect(Number(lost.headers.get("retry-after"))).toBeGreaterThan(0);
    await expect
      .poll(async () => env.FILES.head(row?.key ?? ""), { timeout: 10_000 })
      .not.toBeNull();
    ok(await http("GET", path, { as: world.learner }));
    const after = await (await env.FILES.get(row?.key ?? ""))?.bytes();
    expect(after?.length).toBe(before?.length);
    expect((await eventsOf(certificate.id)).map((one) => one.name)).toEqual(["certificate.issued"]);
  });

  test("whose document is not drawn yet is 409 with when to ask again", async () => {
    const { world, certificate } = await certified();
    await env.DB.prepare("UPDATE lms_certificates SET document_key = NULL WHERE id = ?")
      .bind(certificate.id)
      .run();
    const answer = await http("GET", `/lms/certificates/${certificate.id}/download`, {
      as: world.learner,
    });
    expect(said(answer)).toMatchObject({ status: 409, code: "NOT_READY" });
    expect(answer.headers.get("retry-after")).toBe("2");
  });
});

describe("anybody verifies a certificate by its code", () => {
  test("as JSON without naming an organization, typed as people type", async () => {
    const { certificate } = await certified();
    const valid = {
      valid: true,
      status: "valid",
      learnerName: "learner",
      courseTitle: "Основы баз данных",
      issuedAt: certificate.issuedAt,
    };
    const code: string = certificate.verificationCode;
    const spaced = ` ${code.slice(0, 9)} ${code.slice(9, 14)} ${code.slice(14)} `;
    for (const typed of [
      code,
      code.toLowerCase(),
      spaced,
      code.toLowerCase().replaceAll("0", "o").replaceAll("1", "l"),
    ]) {
      const answer = await verify(typed);
      expect(answer.body, typed).toEqual(valid);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("vary")).toContain("Accept");
    }
  });

  test("as a page for a browser", async () => {
    const { certificate } = await certified();
    const page = await verify(certificate.verificationCode, {
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
    });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toBeTruthy();
    expect(page.body.text).toContain("Основы баз данных");
    expect(page.body.text).toContain(certificate.verificationCode);
  });

  test("and one that nobody issued is unknown, whatever is typed", async () => {
    const unknown = {
      valid: false,
      status: "unknown",
      learnerName: null,
      courseTitle: null,
      issuedAt: null,
    };
    for (const code of ["CERT-00000000000000", "nonsense", "' OR 1=1 --", "%", "x".repeat(100)]) {
      expect(await verify(code)).toMatchObject({ status: 200, body: unknown });
    }
    expect(await verify("x".repeat(101))).toMatchObject({ status: 400 });
  });

  test("and one past its time is expired", async () => {
    const { world, certificate } = await certified();
    const expiresAt = Date.parse(certificate.issuedAt) + 24 * 3_600_000;
    await env.DB.prepare("UPDATE lms_certificates SET expires_at = ? WHERE id = ?")
      .bind(expiresAt, certificate.id)
      .run();
    expect((await verify(certificate.verificationCode)).body).toMatchObject({
      valid: true,
      expiresAt: new Date(expiresAt).toISOString(),
    });
    advance(24 * 3_600_000 + 60_000);
    expect((await verify(certificate.verificationCode)).body).toMatchObject({
      valid: false,
      status: "expired",
    });
    const read = ok(
      await http("GET", `/lms/certificates/${certificate.id}`, { as: world.learner }),
    );
    expect(read.status).toBe("expired");
  });
});
