import * as z from "zod";
import { type NewQuestion, newQuestions } from "../assessment/statements.ts";
import { type Fault, type Refusal, refuse } from "../kernel/error.ts";
import { html } from "../kernel/html.ts";
import { id } from "../kernel/id.ts";
import { line } from "../kernel/text.ts";
import type { MODULE_TYPES, SECTION_TYPES } from "./schema.ts";

const seconds = z
  .int()
  .min(1)
  .max(7 * 24 * 3_600);
const httpsUrl = z.url({ protocol: /^https$/ }).max(2_000);

const video = z
  .strictObject({
    youtubeId: z
      .string()
      .regex(/^[\w-]{11}$/, "The eleven characters of a YouTube id")
      .optional(),
    fileId: id.optional(),
    url: httpsUrl.optional(),
    durationSec: seconds,
    transcripts: z
      .array(z.strictObject({ language: line(35), fileId: id }))
      .max(40)
      .optional(),
  })
  .refine(
    (one) => [one.youtubeId, one.fileId, one.url].filter((source) => source).length === 1,
    "Give exactly one of youtubeId, fileId and url",
  );

const withHtml = z.strictObject({ html });

/** Its questions become rows of their own: the content that is kept is the rest. */
const quiz = z.strictObject({
  passingScore: z.number().min(0).max(100).describe("Percent"),
  timeLimitSec: seconds.optional(),
  maxAttempts: z.int().min(1).max(1_000).optional(),
  draw: z.int().min(1).max(500).optional(),
  shuffle: z.boolean().optional(),
  questions: newQuestions.optional(),
});

/** What a module or section holds, by its type. */
export const moduleContent = {
  article: withHtml,
  video,
  quiz,
  assignment: z.strictObject({ assignmentId: id.optional() }),
  "live-session": z.strictObject({ sessionId: id.optional() }),
  download: z.strictObject({ fileId: id }),
} satisfies Record<(typeof MODULE_TYPES)[number], z.ZodType>;

export const sectionContent = {
  text: withHtml,
  video,
  quiz,
  exercise: withHtml.extend({ questions: newQuestions.optional() }),
} satisfies Record<(typeof SECTION_TYPES)[number], z.ZodType>;

export const resources = z
  .array(
    z
      .strictObject({ title: line(200), url: httpsUrl.optional(), fileId: id.optional() })
      .refine((one) => (one.url === undefined) !== (one.fileId === undefined), {
        message: "Give either url or fileId",
      }),
  )
  .max(50);

/** Files that a content names, sanitized or not: each has to be usable, else it is not found. */
export function filesNamed(content: unknown): string[] {
  const { fileId, transcripts } = recordOf(content);
  const listed = Array.isArray(transcripts) ? transcripts : [];
  return [fileId, ...listed.map((one) => recordOf(one).fileId)].filter(isText);
}

/** The live session that a content leads to. */
export function sessionNamed(content: unknown): string | undefined {
  const { sessionId } = recordOf(content);
  return isText(sessionId) ? sessionId : undefined;
}

/** The assignment that a content asks for. */
export function assignmentNamed(content: unknown): string | undefined {
  const { assignmentId } = recordOf(content);
  return isText(assignmentId) ? assignmentId : undefined;
}

const isText = (value: unknown): value is string => typeof value === "string";
const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

export type Content = Record<string, unknown>;

/** A content without its questions, and they. */
export function apart(content: Content | null): {
  content: Content | null;
  questions?: NewQuestion[];
} {
  if (content === null || !("questions" in content)) return { content };
  const { questions, ...rest } = content;
  // SAFETY: only what a schema above has parsed has questions.
  return { content: rest, questions: questions as NewQuestion[] };
}

type Schemas = Readonly<Record<string, z.ZodType>>;

/** Content against the type that it is for: parsed, or what is wrong with it. */
export function contentFor(
  schemas: Schemas,
  type: string,
  content: unknown,
): { content: Content | null } | { faults: Fault[] } {
  if (content === undefined || content === null) return { content: null };
  const parsed = schemas[type]?.safeParse(content);
  if (parsed?.success) return { content: parsed.data as Content };
  return {
    faults: (parsed?.error.issues ?? []).flatMap(({ path, message, ...issue }) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
      const at = ["content", ...path.map(String)];
      return unknown.length === 0
        ? [{ path: at.join("."), message }]
        : unknown.map((key) => ({
            path: [...at, key].join("."),
            message: `A ${type} has no such field`,
          }));
    }),
  };
}

/** Holds a payload's content against the payload's own type. */
export const typedContent =
  (schemas: Schemas) =>
  <T extends { type: string; content?: unknown }>(
    input: T,
    ctx: z.RefinementCtx,
  ): Omit<T, "content"> & { content: Content | null } => {
    const checked = contentFor(schemas, input.type, input.content);
    if ("content" in checked) return { ...input, content: checked.content };
    for (const { path, message } of checked.faults) {
      ctx.addIssue({ code: "custom", path: path.split("."), message });
    }
    return z.NEVER;
  };

/** What becomes of a row's type and content: new content, or a new type, is held against both. */
export function contentChanged(
  schemas: Schemas,
  row: { type: string; content: Content | null },
  { type = row.type, content }: { type?: string | undefined; content?: Content | null | undefined },
): { content: Content | null } | Refusal<"VALIDATION_FAILED"> {
  const retyped = type !== row.type;
  if (content === undefined && !retyped) return { content: row.content };
  if (content === undefined && row.content !== null) {
    return refuse("VALIDATION_FAILED", "Correct content", {
      errors: [{ path: "content", message: `Give the content of a ${type}, or null` }],
    });
  }
  const checked = contentFor(schemas, type, content);
  if ("content" in checked) return checked;
  const named = checked.faults.map((one) => one.path).join(", ");
  return refuse("VALIDATION_FAILED", `Correct ${named}`, { errors: checked.faults });
}
