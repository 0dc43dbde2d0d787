import type { AssignmentRow, QuestionRow } from "../../assessment/statements.ts";
import { asked, termsOf } from "../../assessment/statements.ts";
import type { contentOfModules, contentOfSections } from "../../catalog/statements.ts";
import type { FileRow } from "../../files/statements.ts";
import type { RowOf } from "../../kernel/statement.ts";
import type { SessionRow } from "../../live/statements.ts";
import type { ComponentInput, FileInput, UnitInput } from "./course-input.ts";

type Row = RowOf<ReturnType<typeof contentOfModules>>;
type SectionContent = RowOf<ReturnType<typeof contentOfSections>>;

export type PageRows = {
  moduleContents: Row[];
  sectionContents: SectionContent[];
  questions: QuestionRow[];
  assignments: AssignmentRow[];
};

/** The content of a page of units, by the ids of their rows. */
export type PageContent = {
  modules: ReadonlyMap<string, Row>;
  sections: ReadonlyMap<string, SectionContent>;
  questions: ReadonlyMap<string, QuestionRow[]>;
  assignments: ReadonlyMap<string, AssignmentRow>;
};

type Line = { id: string; type: string };
/** What is known of the whole course. */
export type Facts = {
  modules: ReadonlyMap<string, Line & { assignmentId: string | null; size: number }>;
  sections: ReadonlyMap<string, Line & { size: number }>;
  /** The modules that have sections. */
  sectioned: ReadonlySet<string>;
  /** The assignments that hang on each module. */
  attached: ReadonlyMap<string, readonly { id: string }[]>;
  files: ReadonlyMap<string, FileRow>;
  sessions: ReadonlyMap<string, SessionRow>;
};

type Content = Record<string, unknown>;

/** What a section, a module's own content, or an assignment of a module with sections is made of. */
export function componentsOf(unit: UnitInput, page: PageContent, facts: Facts): ComponentInput[] {
  const section = facts.sections.get(unit.id);
  if (section) {
    const row = page.sections.get(unit.id);
    return [
      ...contentOf(section, row?.content ?? null, page, facts),
      ...resourcesOf(unit.id, row?.resources ?? [], facts),
    ];
  }
  const module = facts.modules.get(unit.id);
  if (!module) return assignmentOf(unit.id, page);
  const attached = facts.sectioned.has(module.id) ? [] : (facts.attached.get(module.id) ?? []);
  const named = module.assignmentId === null ? [] : [module.assignmentId];
  const assignments = new Set([...named, ...attached.map((one) => one.id)]);
  return [
    ...contentOf(module, page.modules.get(unit.id)?.content ?? null, page, facts),
    ...[...assignments].flatMap((id) => assignmentOf(id, page)),
  ];
}

function contentOf(
  { id, type }: Line,
  content: Content | null,
  page: PageContent,
  facts: Facts,
): ComponentInput[] {
  const problems = questionsOf(id, type, content, page);
  if (content === null) return problems;
  switch (type) {
    case "article":
    case "text":
    case "exercise":
      return [{ kind: "html", id, html: textIn(content, "html") ?? "" }, ...problems];
    case "video":
      return videoOf(id, content, facts);
    case "download": {
      const file = fileNamed(content, facts);
      return [file ? { kind: "download", id, file } : gone(id, "file")];
    }
    case "live-session":
      return [sessionOf(id, content, facts)];
    default:
      return problems;
  }
}

const gone = (id: string, what: string): ComponentInput => ({ kind: "missing", id, what });

function questionsOf(
  id: string,
  type: string,
  content: Content | null,
  page: PageContent,
): ComponentInput[] {
  const terms = termsOf(type, content);
  if (!terms) return [];
  const quiz = {
    maxAttempts: terms.attemptsMax ?? null,
    passingScore: terms.passingPct,
    timeLimitSec: terms.timeLimitSec,
    draw: terms.draw,
    shuffle: terms.shuffle,
  };
  return (page.questions.get(id) ?? []).map((row) => ({
    kind: "problem",
    id: row.id,
    question: asked(row),
    quiz,
  }));
}

/** A quiz that stands as an assignment is its questions. */
function assignmentOf(id: string, page: PageContent): ComponentInput[] {
  const row = page.assignments.get(id);
  if (!row) return [gone(id, "assignment")];
  if (row.type === "quiz") {
    const passingScore = row.maxScore === 0 ? 0 : (100 * row.passingScore) / row.maxScore;
    const quiz = {
      maxAttempts: row.maxAttempts,
      passingScore,
      timeLimitSec: null,
      draw: null,
      shuffle: false,
    };
    return (page.questions.get(id) ?? []).map((one) => ({
      kind: "problem",
      id: one.id,
      question: asked(one),
      quiz,
    }));
  }
  const { title, instructions, type, maxScore, passingScore, peers, rubric } = row;
  const dueAt = row.absoluteDueDate;
  return [
    {
      kind: "assignment",
      id,
      title,
      instructions,
      type,
      maxScore,
      passingScore,
      peers,
      rubric,
      dueAt,
      left: [
        ...(row.maxAttempts === null ? [] : ["number of attempts"]),
        ...(row.allowLateSubmission ? ["acceptance of late work"] : []),
        ...(row.dueHoursAfterEnrollment === null ? [] : ["due time after the enrollment"]),
      ],
    },
  ];
}

function videoOf(id: string, content: Content, facts: Facts): ComponentInput[] {
  const youtubeId = textIn(content, "youtubeId");
  const url = textIn(content, "url");
  const file = fileNamed(content, facts);
  if (youtubeId === undefined && url === undefined && !file) return [gone(id, "file")];
  const listed = Array.isArray(content.transcripts) ? content.transcripts : [];
  const transcripts = listed.flatMap((one: Content) => {
    const transcript = fileNamed(one, facts);
    const language = textIn(one, "language");
    return transcript && language ? [{ language, file: transcript }] : [];
  });
  const video: ComponentInput = {
    kind: "video",
    id,
    ...(youtubeId === undefined ? {} : { youtubeId }),
    ...(url === undefined ? {} : { url }),
    ...(file ? { file } : {}),
    transcripts,
  };
  return transcripts.length < listed.length ? [video, gone(id, "transcript")] : [video];
}

function sessionOf(id: string, content: Content, facts: Facts): ComponentInput {
  const session = facts.sessions.get(textIn(content, "sessionId") ?? "");
  if (!session) return gone(id, "session");
  return {
    kind: "session",
    id,
    startsAt: session.scheduledAt,
    durationMinutes: session.durationMinutes,
    ...(session.meetingUrl === null ? {} : { joinUrl: session.meetingUrl }),
    ...(session.recordingUrl === null ? {} : { recordingUrl: session.recordingUrl }),
  };
}

function resourcesOf(
  id: string,
  resources: SectionContent["resources"],
  facts: Facts,
): ComponentInput[] {
  if (resources.length === 0) return [];
  type Link = { title: string; url?: string; file?: FileInput };
  const links = resources.flatMap(({ title, url, fileId }): Link[] => {
    if (url !== undefined) return [{ title, url }];
    const file = fileOf(fileId, facts);
    return file ? [{ title, file }] : [];
  });
  const missing = resources.length - links.length;
  return [
    ...(links.length > 0 ? [{ kind: "resources" as const, id, links }] : []),
    ...(missing > 0 ? [gone(id, "file")] : []),
  ];
}

const textIn = (content: Content, field: string): string | undefined => {
  const value = content[field];
  return typeof value === "string" ? value : undefined;
};

const fileNamed = (content: Content, facts: Facts): FileInput | undefined =>
  fileOf(textIn(content, "fileId"), facts);

function fileOf(id: string | undefined, { files }: Facts): FileInput | undefined {
  const file = files.get(id ?? "");
  if (file?.status !== "ready") return undefined;
  const { key, name, contentType, size } = file;
  return { id: file.id, key, name, contentType, size };
}
