import type { ValidationIssue } from "./issue.ts";

/** A course of a foreign bundle in Lyceum's own terms; files stand as `/static/<name>` still. */
export type ImportedCourse = {
  title: string;
  description: string;
  language: string;
  code: string | null;
  completionThreshold: number;
  chapters: ImportedChapter[];
  /** What files of `static/` are called, by their names there. */
  fileNames: ReadonlyMap<string, string>;
  /** What did not come along, and why. */
  issues: ValidationIssue[];
};

export type ImportedChapter = { title: string; urlName: string | null; modules: ImportedModule[] };

export type ImportedModule = {
  title: string;
  urlName: string | null;
  type: "article" | "video" | "quiz" | "assignment" | "download";
  content: Content | null;
  questions: ImportedQuestion[];
  assignments: ImportedAssignment[];
  sections: ImportedSection[];
};

export type ImportedSection = {
  title: string;
  urlName: string | null;
  type: "text" | "video" | "quiz";
  content: Content;
  questions: ImportedQuestion[];
  resources: { title: string; url?: string; static?: string }[];
};

/** As the row's content, but `static` and `transcripts[].static` name files of the bundle. */
export type Content = Record<string, unknown>;

export type ImportedQuestion = {
  kind: "single" | "multiple" | "true-false" | "short-text" | "numeric";
  prompt: string;
  options: { id: string; text: string }[] | null;
  answer: unknown;
  points: number;
  explanation: string | null;
};

export type ImportedAssignment = {
  title: string;
  instructions: string;
  type: "text-response" | "file-upload" | "project" | "peer-review";
  maxScore: number;
  dueAt: number | null;
  peers: number | null;
  rubric: { title: string; maxScore: number; description?: string }[];
};
