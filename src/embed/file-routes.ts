import {
  signedReadAt,
  TAKEN,
  uploadAt,
  wrongHash,
  wrongSize,
  wrongType,
} from "../files/address.ts";
import { isPublicPurpose, placeOf } from "../files/file.ts";
import { fileHeaders, type Shown } from "../http/file-headers.ts";
import { isRefusal, notFound, type Refusal } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import { systemActor } from "../kernel/permission.ts";
import type { Host, Upload } from "../kernel/ports.ts";
import { lms } from "../lms.ts";
import type { LMSPluginContext } from "./ports.ts";
import { LMSRefused } from "./refused.ts";
import {
  headerOf,
  PLAIN,
  type RouteContext,
  type RouteDefinition,
  type RouteFile,
  whoOf,
} from "./route.ts";

type Running = () => { context: LMSPluginContext; host: Host };

/** Uploads and downloads by the addresses that the core signs, over the host's storage. */
export const fileRoutes = (running: Running): RouteDefinition[] => [
  {
    method: "PUT",
    path: "/files/*",
    handler: (ctx) => taken(running().host, ctx),
    metadata: {
      ...PLAIN,
      summary: "Upload the bytes of a file",
      public: true,
      successStatus: 201,
      refuses: ["INVALID_SIGNATURE", "VALIDATION_FAILED", "DUPLICATE", "NOT_FOUND"],
      file: true,
    },
  },
  {
    method: "GET",
    path: "/files/*",
    handler: (ctx) => given(running(), ctx),
    metadata: {
      ...PLAIN,
      summary: "Read a file",
      public: true,
      refuses: ["INVALID_SIGNATURE", "PERMISSION_DENIED", "NOT_FOUND"],
      file: true,
    },
  },
];

const keyOf = ({ params }: RouteContext): string => String(params?.["*"] ?? "");

const checked = (host: Host) => ({ sign: host.ports.sign, now: host.now() });

const orThrow = <T>(value: T | Refusal): T => {
  if (isRefusal(value)) throw new LMSRefused(value);
  return value;
};

/** What is known no longer, as an erased learner's, is not kept. */
async function taken(host: Host, ctx: RouteContext): Promise<unknown> {
  const address = { key: keyOf(ctx), query: ctx.query };
  const upload = orThrow(await uploadAt(address, checked(host)));
  const bytes = await announced(upload, ctx);
  const { files } = host.ports;
  const there = await files.get(upload.key);
  await there?.body.cancel();
  if (!there) await files.put(upload.key, bytes, upload.contentType);
  const finished = await dispatch(host, lms, {
    type: "lms.upload.finish",
    payload: { key: upload.key },
    actor: systemActor(placeOf(upload.key).orgId),
    correlationId: ctx.correlationId ?? crypto.randomUUID(),
  });
  if (!finished.ok && finished.refusal.refused === "NOT_FOUND") await files.delete([upload.key]);
  if (!finished.ok) throw new LMSRefused(finished.refusal);
  if (there) throw new LMSRefused(TAKEN);
  return finished.answer;
}

/** The request's bytes, if they are those that the address is for. */
async function announced(upload: Upload, ctx: RouteContext): Promise<Uint8Array<ArrayBuffer>> {
  const { rawBody = "" } = ctx;
  const bytes = new Uint8Array(
    typeof rawBody === "string" ? new TextEncoder().encode(rawBody) : rawBody,
  );
  const type = headerOf(ctx, "content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== upload.contentType) throw new LMSRefused(wrongType(upload));
  if (bytes.byteLength !== upload.size) throw new LMSRefused(wrongSize(upload));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (sha256 !== upload.sha256) throw new LMSRefused(wrongHash());
  return bytes;
}

async function given({ context, host }: ReturnType<Running>, ctx: RouteContext) {
  const key = keyOf(ctx);
  const shown = await shownTo(context, host, ctx, key);
  const stored = await host.ports.files.get(key);
  if (!stored) throw new LMSRefused(notFound("File"));
  const headers = fileHeaders(stored, shown);
  headers.delete("accept-ranges");
  headers.set("content-length", String(stored.size));
  const file: RouteFile = { body: stored.body, headers: Object.fromEntries(headers) };
  return file;
}

/** By its signature, to everybody if it is public, or to an actor who may read it. */
async function shownTo(
  context: LMSPluginContext,
  host: Host,
  ctx: RouteContext,
  key: string,
): Promise<Shown> {
  const signed = orThrow(await signedReadAt({ key, query: ctx.query }, checked(host)));
  if (signed) return { name: signed.name, keptFor: "reader" };
  const { orgId, purpose } = placeOf(key);
  if (isPublicPurpose(purpose)) return { keptFor: "everybody" };
  const who = whoOf(ctx);
  if (who.orgId !== orgId) throw new LMSRefused(notFound("File"));
  const params = { key };
  const { name } = await context.query<{ name: string }>({
    type: "lms.files.get",
    params,
    ...who,
  });
  return { name, keptFor: "reader" };
}
