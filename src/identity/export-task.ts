import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { type ExportPart, exportParts } from "../kernel/personal.ts";
import { found, type Reads, type Rows } from "../kernel/statement.ts";
import { type StepAsk, type StepRead, type StepResult, step, taskKind } from "../kernel/task.ts";
import { DAY, iso, MINUTE } from "../kernel/time.ts";
import { sessionsOfPerson } from "../live/statements.ts";
import {
  type ExportRow,
  exportById,
  exportIs,
  exportKeyOf,
  joined,
  pieceKeysOf,
} from "./export.ts";
import { lmsExports } from "./schema.ts";

const KEPT_MS = 7 * DAY;
/** Parts that one batch reads the next page of: most have no row of a learner, or a few. */
const PARTS_A_STEP = 8;
const SESSIONS_A_STEP = 20;
const LINES_A_CALL = 500;

const payload = z.strictObject({
  learnerId: z.string(),
  /** The part that comes next, and where its last page ended. */
  part: z.string().nullable().default(null),
  after: z
    .array(z.union([z.string(), z.number()]))
    .nullable()
    .default(null),
  /** The session whose chat was read last, once it is the chats' turn; and whether a line was found. */
  chat: z.object({ after: z.string(), any: z.boolean() }).default({ after: "", any: false }),
  pieces: z.int().default(0),
  bytes: z.int().default(0),
});
type Payload = z.infer<typeof payload>;
type Ask = StepAsk<Payload>;
type Read = StepRead<Payload>;

const readExport = ({ db, orgId, subject }: Read) => ({
  made: found("Export", exportById(db, orgId, subject)),
});

/** The parts that this step may come to, and how many are behind it. */
function partsAhead({ personal, payload: { part } }: Pick<Read, "personal" | "payload">) {
  const all = exportParts(personal);
  const from = part === null ? 0 : all.findIndex((one) => one.name === part);
  if (from < 0) throw new Error(`No part of an export is named ${part}`);
  return { all, from, parts: all.slice(from, from + PARTS_A_STEP) };
}

type Collected = { made: ExportRow } & Record<string, unknown>;

const collect = step({
  read: (ask: Read): Reads => {
    const { db, orgId, payload: at } = ask;
    const { learnerId: userId } = at;
    const email = sql`(select email from lms_members
      where organization_id = ${orgId} and user_id = ${userId})`;
    const pages = partsAhead(ask).parts.map((part, index) => [
      part.name,
      part.page(db, { orgId, userId, email }, index === 0 ? at.after : null),
    ]);
    return { ...readExport(ask), ...Object.fromEntries(pages) };
  },
  run: async (rows: Rows<Reads>, ask: Ask): Promise<StepResult> => {
    // SAFETY: the rows of read() just above.
    const { made, ...pages } = rows as Collected;
    if (made.state !== "pending") return { next: { step: "tidy" } };
    const { db, orgId, subject, payload: at } = ask;
    const { all, from, parts } = partsAhead(ask);
    const piece = pieceOf(parts, pages as Record<string, Row[]>, at);
    const done = from + piece.done;
    const isLast = done === all.length;
    const text = [at.pieces === 0 ? headOf(ask) : "", piece.text, isLast ? ',\n"chat":[' : ""];
    const behind = await putPiece(ask, text.join(""));
    const after = { ...behind, part: all[done]?.name ?? null, after: piece.after };
    return {
      writes: [
        db
          .update(lmsExports)
          .set({ partsDone: done, partsTotal: all.length })
          .where(exportIs(orgId, subject)),
      ],
      next: { step: isLast ? "chat" : "collect", payload: after },
    };
  },
});

/** The next piece of the file, and the payload with it behind. */
async function putPiece(
  { orgId, subject, payload: at, ports }: Ask,
  text: string,
): Promise<Payload> {
  const bytes = new TextEncoder().encode(text);
  const key = pieceKeysOf(orgId, subject, at.pieces + 1).at(-1) ?? "";
  await ports.files.put(key, bytes, "application/json");
  return { ...at, pieces: at.pieces + 1, bytes: at.bytes + bytes.length };
}

/** What the learner wrote in live sessions: their objects alone have it. */
const chat = step({
  read: (ask: Read) => ({
    ...readExport(ask),
    sessions: sessionsOfPerson(ask.db, ask.orgId, ask.payload.learnerId, {
      after: ask.payload.chat.after,
      limit: SESSIONS_A_STEP,
      joinable: false,
    }),
  }),
  run: async (
    { made, sessions }: Rows<ReturnType<typeof readExport>> & { sessions: { id: string }[] },
    ask: Ask,
  ): Promise<StepResult> => {
    if (made.state !== "pending") return { next: { step: "tidy" } };
    const { payload: at, ports } = ask;
    const lines: string[] = [];
    for (const { id } of sessions) lines.push(...(await linesOf(ports, id, at.learnerId)));
    const last = sessions[SESSIONS_A_STEP - 1];
    const comma = at.chat.any && lines.length > 0 ? ",\n" : "";
    const behind = await putPiece(ask, `${comma}${lines.join(",\n")}${last ? "" : "]\n}\n"}`);
    const any = at.chat.any || lines.length > 0;
    return {
      next: {
        step: last ? "chat" : "join",
        payload: { ...behind, chat: { after: last?.id ?? at.chat.after, any } },
      },
    };
  },
});

async function linesOf(
  { sessions }: Ask["ports"],
  sessionId: string,
  userId: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (let after = 0; ; ) {
    const page = await sessions.said({ sessionId, userId, after, limit: LINES_A_CALL });
    lines.push(...page.map(({ seq: _, ...line }) => JSON.stringify({ sessionId, ...line })));
    const last = page[LINES_A_CALL - 1];
    if (!last) return lines;
    after = last.seq;
  }
}

type Row = Readonly<Record<string, unknown>>;

/** The text of a step's pages: up to the first that has more to come, whose array stays open. */
function pieceOf(
  parts: readonly ExportPart[],
  pages: Readonly<Record<string, Row[]>>,
  { after }: Pick<Payload, "after">,
): { text: string; done: number; after: Payload["after"] } {
  let text = "";
  for (const [index, part] of parts.entries()) {
    const rows = pages[part.name] ?? [];
    const goesOn = index === 0 && after !== null;
    const lines = rows.map((row) => JSON.stringify(part.show(row))).join(",\n");
    text += goesOn ? `${rows.length > 0 ? ",\n" : ""}${lines}` : `,\n"${part.name}":[${lines}`;
    const last = rows[part.pageRows - 1];
    if (last) return { text, done: index, after: part.positionOf(last) };
    text += "]";
  }
  return { text, done: parts.length, after: null };
}

const headOf = ({ orgId, now, payload: { learnerId } }: Ask): string =>
  `{"format":"lyceum.export.v1","exportedAt":${JSON.stringify(iso(now))},` +
  `"organizationId":${JSON.stringify(orgId)},"learnerId":${JSON.stringify(learnerId)}`;

const join = step({
  read: readExport,
  run: async (
    { made }: Rows<ReturnType<typeof readExport>>,
    { db, orgId, subject, now, ports, payload: { pieces, bytes } }: Ask,
  ): Promise<StepResult> => {
    if (made.state !== "pending") return { next: { step: "tidy" } };
    const key = exportKeyOf(orgId, subject);
    const stream = joined(ports.files, pieceKeysOf(orgId, subject, pieces));
    await ports.files.put(key, { stream, size: bytes }, "application/json");
    const ready = { state: "ready" as const, key, size: bytes, readyAt: now, updatedAt: now };
    return {
      writes: [
        db
          .update(lmsExports)
          .set({ ...ready, expiresAt: now + KEPT_MS })
          .where(and(exportIs(orgId, subject), eq(lmsExports.state, "pending"))),
      ],
      next: { step: "tidy" },
    };
  },
});

/** The pieces go in any case; the file too where the learner was erased meanwhile. */
const tidy = step({
  read: readExport,
  run: async (
    { made }: Rows<ReturnType<typeof readExport>>,
    { orgId, subject, ports, payload: { pieces } }: Ask,
  ): Promise<StepResult> => {
    const isReady = made.state === "ready";
    const whole = isReady ? [] : [exportKeyOf(orgId, subject)];
    await deleteAll(ports, [...pieceKeysOf(orgId, subject, pieces + 1), ...whole]);
    return isReady ? { next: { step: "expire", delayMs: KEPT_MS } } : {};
  },
});

const expire = step({
  read: readExport,
  run: async (_: unknown, { db, orgId, subject, now, ports }: Ask): Promise<StepResult> => {
    await ports.files.delete([exportKeyOf(orgId, subject)]);
    return {
      writes: [
        db
          .update(lmsExports)
          .set({ state: "expired", key: null, updatedAt: now })
          .where(exportIs(orgId, subject)),
      ],
    };
  },
});

const DELETED_AT_ONCE = 1_000;

async function deleteAll({ files }: Ask["ports"], keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += DELETED_AT_ONCE) {
    await files.delete(keys.slice(from, from + DELETED_AT_ONCE));
  }
}

/** Pages through all that is known of a learner into one file; its subject is the export. */
export const memberExportTask = taskKind({
  kind: "identity.export",
  queue: "jobs",
  payload,
  attemptsMax: 8,
  timeoutMs: MINUTE,
  steps: { collect, chat, join, tidy, expire },
  death: ({ db, orgId, subject, now }) => [
    db
      .update(lmsExports)
      .set({ state: "failed", updatedAt: now })
      .where(and(exportIs(orgId, subject), eq(lmsExports.state, "pending"))),
  ],
});
