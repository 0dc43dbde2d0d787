import * as z from "zod";
import { isPublicPurpose, placeOf, UPLOAD_BYTES_MAX } from "../files/file.ts";
import { mayRead, mayUpload } from "../files/signature.ts";
import { ask } from "../kernel/ask.ts";
import type { Registry } from "../kernel/context.ts";
import { isRefusal, notFound, type Refusal, refuse } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import { type Actor, systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";
import { configOf, type Env } from "./env.ts";
import { serve } from "./serve-file.ts";

type Unit = {
  env: Env;
  host: Host;
  registry: Registry;
  correlationId: string;
  /** The caller's actor, asked for only where no signature speaks. */
  actor(): Promise<Actor | Refusal>;
};

const BAD_SIGNATURE = refuse(
  "INVALID_SIGNATURE",
  "This address is wrong or too old; ask for a new one where you got it",
);
const TAKEN = refuse(
  "DUPLICATE",
  "This file has been uploaded already; upload another as a new one",
);

const wrongBytes = (path: string, message: string): Refusal =>
  refuse("VALIDATION_FAILED", message, { errors: [{ path, message }] });

/** The key in `/files/<key>`; undefined where it is not well-formed. */
function keyIn(url: URL): string | undefined {
  try {
    return decodeURIComponent(url.pathname.slice("/files/".length));
  } catch {
    return undefined;
  }
}

const uploadParams = z.object({
  size: z.coerce.number().int().min(1).max(UPLOAD_BYTES_MAX),
  type: z.string(),
  sha256: z.string(),
  expires: z.coerce.number().int(),
  signature: z.string(),
});

/**
 * `PUT /files/<key>` by the address of `lms.upload.create`: the bucket takes it once, and checks it. What is
 * known no longer, as an erased learner's, is not kept.
 */
export async function putFile(request: Request, unit: Unit): Promise<Response | Refusal> {
  const url = new URL(request.url);
  const key = keyIn(url);
  const params = uploadParams.safeParse(Object.fromEntries(url.searchParams));
  if (key === undefined || !params.success) return BAD_SIGNATURE;
  const { size, type, sha256, expires, signature } = params.data;
  const { SIGNING_KEY } = configOf(unit.env);
  const signed = { key, size, contentType: type, sha256, expiresAt: expires };
  if (!(await mayUpload(signed, { secret: SIGNING_KEY, now: unit.host.now(), signature }))) {
    return BAD_SIGNATURE;
  }
  const sentType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (sentType !== type) return wrongBytes("content-type", `Send it with Content-Type: ${type}`);
  const length = request.headers.get("content-length");
  if (!request.body || (length !== null && Number(length) !== size)) {
    return wrongBytes("content-length", `The file has to have the ${size} bytes announced`);
  }
  const put = await take(unit.env.FILES, key, request.body, { size, type, sha256 });
  if (isRefusal(put)) return put;
  const finished = await dispatch(unit.host, unit.registry, {
    type: "lms.upload.finish",
    payload: { key },
    actor: systemActor(placeOf(key).orgId),
    correlationId: unit.correlationId,
  });
  if (!finished.ok && finished.refusal.refused === "NOT_FOUND") {
    await unit.env.FILES.delete(key);
    return finished.refusal;
  }
  if (put === "taken") return TAKEN;
  if (!finished.ok) return finished.refusal;
  return Response.json(finished.answer, {
    status: 201,
    headers: { "cache-control": "no-store", location: url.pathname },
  });
}

type Announced = { size: number; type: string; sha256: string };

/** `taken` where the key has its bytes: the row may still wait for them, where a Worker died between. */
async function take(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream,
  { size, type, sha256 }: Announced,
): Promise<"put" | "taken" | Refusal> {
  const { readable, writable } = new FixedLengthStream(size);
  const piped = body.pipeTo(writable).catch((error: unknown) => error);
  try {
    const object = await bucket.put(key, readable, {
      sha256,
      httpMetadata: { contentType: type },
      onlyIf: { etagDoesNotMatch: "*" },
    });
    return object ? "put" : "taken";
  } catch (error) {
    const cut = await piped;
    if (cut instanceof Error) {
      return wrongBytes("content-length", `The file has to have the ${size} bytes announced`);
    }
    if (/sha-?256|checksum|10037/i.test(String(error))) {
      return wrongBytes("sha256", "The bytes are not those whose SHA-256 was announced");
    }
    throw error;
  }
}

const readParams = z.object({
  name: z.string(),
  expires: z.coerce.number().int(),
  signature: z.string(),
});

/** `GET /files/<key>`: by its signature, to an actor who may read it, or to everybody if it is public. */
export async function getFile(request: Request, unit: Unit): Promise<Response | Refusal> {
  const url = new URL(request.url);
  const key = keyIn(url);
  if (key === undefined) return notFound("File");
  const params = readParams.safeParse(Object.fromEntries(url.searchParams));
  if (params.success) {
    const { name, expires, signature } = params.data;
    const { SIGNING_KEY } = configOf(unit.env);
    const asked = { key, name, expiresAt: expires };
    const check = { secret: SIGNING_KEY, now: unit.host.now(), signature };
    if (!(await mayRead(asked, check))) return BAD_SIGNATURE;
    return serve(request, unit.env.FILES, { key, name, keptFor: "reader" });
  }
  const { orgId, purpose } = placeOf(key);
  if (isPublicPurpose(purpose)) {
    return serve(request, unit.env.FILES, { key, keptFor: "everybody" });
  }
  const actor = await unit.actor();
  if (isRefusal(actor)) return actor;
  if (actor.orgId !== orgId) return notFound("File");
  const file = await ask(unit.host, unit.registry, {
    type: "lms.files.get",
    params: { key },
    actor,
  });
  if (!file.ok) return file.refusal;
  const { name } = file.answer as { name: string };
  return serve(request, unit.env.FILES, { key, name, keptFor: "reader" });
}
