import {
  signedReadAt,
  TAKEN,
  uploadAt,
  wrongHash,
  wrongSize,
  wrongType,
} from "../files/address.ts";
import { isPublicPurpose, placeOf } from "../files/file.ts";
import { ask } from "../kernel/ask.ts";
import type { Registry } from "../kernel/context.ts";
import { isRefusal, notFound, type Refusal } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import { type Actor, systemActor } from "../kernel/permission.ts";
import type { Host, Upload } from "../kernel/ports.ts";
import type { Env } from "./env.ts";
import { serve } from "./serve-file.ts";

type Unit = {
  env: Env;
  host: Host;
  registry: Registry;
  correlationId: string;
  /** The caller's actor, asked for only where no signature speaks. */
  actor(): Promise<Actor | Refusal>;
};

/** The key in `/files/<key>`; undefined where it is not well-formed. */
function keyIn(url: URL): string | undefined {
  try {
    return decodeURIComponent(url.pathname.slice("/files/".length));
  } catch {
    return undefined;
  }
}

/**
 * `PUT /files/<key>` by the address of `lms.upload.create`: the bucket takes it once, and checks it. What is
 * known no longer, as an erased learner's, is not kept.
 */
export async function putFile(request: Request, unit: Unit): Promise<Response | Refusal> {
  const url = new URL(request.url);
  const key = keyIn(url);
  const query = Object.fromEntries(url.searchParams);
  const check = { sign: unit.host.ports.sign, now: unit.host.now() };
  const upload = await uploadAt({ key, query }, check);
  if (isRefusal(upload)) return upload;
  const sentType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (sentType !== upload.contentType) return wrongType(upload);
  const length = request.headers.get("content-length");
  if (!request.body || (length !== null && Number(length) !== upload.size)) {
    return wrongSize(upload);
  }
  const put = await take(unit.env.FILES, request.body, upload);
  if (isRefusal(put)) return put;
  const finished = await dispatch(unit.host, unit.registry, {
    type: "lms.upload.finish",
    payload: { key: upload.key },
    actor: systemActor(placeOf(upload.key).orgId),
    correlationId: unit.correlationId,
  });
  if (!finished.ok && finished.refusal.refused === "NOT_FOUND") {
    await unit.env.FILES.delete(upload.key);
    return finished.refusal;
  }
  if (put === "taken") return TAKEN;
  if (!finished.ok) return finished.refusal;
  return Response.json(finished.answer, {
    status: 201,
    headers: { "cache-control": "no-store", location: url.pathname },
  });
}

/** `taken` where the key has its bytes: the row may still wait for them, where a Worker died between. */
async function take(
  bucket: R2Bucket,
  body: ReadableStream,
  upload: Upload,
): Promise<"put" | "taken" | Refusal> {
  const { readable, writable } = new FixedLengthStream(upload.size);
  const piped = body.pipeTo(writable).catch((error: unknown) => error);
  try {
    const object = await bucket.put(upload.key, readable, {
      sha256: upload.sha256,
      httpMetadata: { contentType: upload.contentType },
      onlyIf: { etagDoesNotMatch: "*" },
    });
    return object ? "put" : "taken";
  } catch (error) {
    const cut = await piped;
    if (cut instanceof Error) return wrongSize(upload);
    if (/sha-?256|checksum|10037/i.test(String(error))) return wrongHash();
    throw error;
  }
}

/** `GET /files/<key>`: by its signature, to an actor who may read it, or to everybody if it is public. */
export async function getFile(request: Request, unit: Unit): Promise<Response | Refusal> {
  const url = new URL(request.url);
  const key = keyIn(url);
  if (key === undefined) return notFound("File");
  const query = Object.fromEntries(url.searchParams);
  const check = { sign: unit.host.ports.sign, now: unit.host.now() };
  const signed = await signedReadAt({ key, query }, check);
  if (isRefusal(signed)) return signed;
  if (signed) {
    return serve(request, unit.env.FILES, { key, name: signed.name, keptFor: "reader" });
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
