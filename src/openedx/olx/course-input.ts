import type { Question } from "../../assessment/statements.ts";

/**
 * A course as any other system may take it (source 2, section 8): its outline whole, its content page by
 * page, so that a course of any length passes through little memory. `urlName` is null before the first
 * publication.
 */
export type CourseInput = {
  courseId: string;
  orgId: string;
  title: string;
  slug: string;
  description: string;
  language: string;
  learningObjectives: string[];
  prerequisites: string[];
  /** Percent, at which the course is completed. */
  completionThreshold: number;
  /** ASCII, kept from the first publication on; null before. */
  courseCode: string | null;
  isPublished: boolean;
  /** Epoch milliseconds. */
  publishedAt: number | null;
  thumbnailKey: string | null;
  chapters: ChapterInput[];
  /** Every unit once, in the order of the chapters; may be walked again. */
  contents(): AsyncIterable<UnitContent>;
  /** What the course has that no other system is told of. */
  left: { field: string; count: number }[];
};

type Named = { id: string; title: string; urlName: string | null };

export type ChapterInput = Named & { sections: SectionInput[] };

/** A module: a subsection, in Open edX's words. */
export type SectionInput = Named & {
  type: string;
  dueAt: number | null;
  graded: "quiz" | "assignment" | null;
  units: UnitInput[];
};

/** A section of a module, or the content of a module that has no sections. */
export type UnitInput = Named & { moduleId: string };

export type UnitContent = { unit: UnitInput; components: ComponentInput[] };

/** A file of the bucket that the course names. */
export type FileInput = {
  id: string;
  key: string;
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
};

type Component<K extends string, F> = { kind: K; id: string } & F;

export type ComponentInput =
  | Component<"html", { html: string }>
  | Component<
      "video",
      {
        youtubeId?: string;
        url?: string;
        file?: FileInput;
        transcripts: { language: string; file: FileInput }[];
      }
    >
  | Component<"problem", { question: Question; quiz: QuizInput }>
  | Component<"assignment", AssignmentInput>
  | Component<"download", { file: FileInput }>
  | Component<
      "session",
      { startsAt: number; durationMinutes: number; joinUrl?: string; recordingUrl?: string }
    >
  | Component<"resources", { links: { title: string; url?: string; file?: FileInput }[] }>
  /** What the unit names that is gone, as a deleted file. */
  | Component<"missing", { what: string }>;

export type QuizInput = {
  maxAttempts: number | null;
  passingScore: number;
  timeLimitSec: number | null;
  draw: number | null;
  shuffle: boolean;
};

export type AssignmentInput = {
  title: string;
  instructions: string;
  type: string;
  maxScore: number;
  passingScore: number;
  dueAt: number | null;
  peers: number | null;
  /** Its terms that no other system is told of. */
  left: string[];
  rubric: { id: string; title: string; maxScore: number; description?: string }[] | null;
};
