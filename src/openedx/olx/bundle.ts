import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { MadeNames } from "../../catalog/statements.ts";
import type { Bundle, BundleOptions } from "./bundle-options.ts";
import { BundleCheck } from "./check.ts";
import type { CourseInput } from "./course-input.ts";
import { courseNames } from "./course-names.ts";
import { isError, type ValidationIssue } from "./issue.ts";
import { courseLossesOf } from "./losses.ts";
import { courseMembers, type Member, membersOf } from "./members.ts";
import { assetsJson, gradingPolicyJson, policyJson } from "./policies.ts";
import { type BundleFiles, chunksOf, Statics } from "./statics.ts";
import { END, inChunks, paddingOf, streamOf, tarHeader } from "./tar.ts";
import { element } from "./xml.ts";

const TOP = "course";
/** What a proxy in front of Studio lets through, in bytes. */
export const BUNDLE_BYTES_MAX = 250_000_000;
/** Files of a small course are kept from the check for the packing, in characters. */
const KEPT_MAX = 4_000_000;
const encoder = new TextEncoder();

export type CourseBundle = Bundle & {
  /** What the rows of the course have yet to keep. */
  names: MadeNames;
};

/**
 * A course as an OLX bundle. All of it is made and checked first, then packed as it is read: one page of
 * units, or one file's chunk, is in memory at a time. Without errors there is a bundle.
 */
export async function bundleOf(
  input: CourseInput,
  files: BundleFiles,
  options: BundleOptions,
): Promise<{ issues: ValidationIssue[] } | CourseBundle> {
  const names = courseNames(input);
  const issues: ValidationIssue[] = [];
  const statics = new Statics(files, input.orgId);
  const membersWith = (note: (issue: ValidationIssue) => void) =>
    membersOf({ input, names, options, statics, note });
  const { kept, found } = await checked(membersWith((issue) => issues.push(issue)));
  issues.push(...found, ...courseLossesOf(input), ...tooLarge(statics));
  if (issues.some(isError)) return { issues };
  const members = () => kept ?? membersWith(() => undefined);
  return packed(members, { options, statics, warnings: issues, names: names.made });
}

/** The bundle that takes a course's place where it is to be gone: empty, and not to begin in our time. */
export const FAR_FUTURE = Date.UTC(2100, 0, 1);

export function emptyShell(
  input: Pick<CourseInput, "orgId" | "title" | "language">,
  options: BundleOptions,
): Bundle {
  const shell = { ...input, description: "", publishedAt: null };
  const texts = [
    ["about/overview.html", `${element("p", {}, "This course is no longer offered.")}\n`],
    ["policies/assets.json", assetsJson([])],
    [`policies/${options.run}/grading_policy.json`, gradingPolicyJson({ ...EMPTY, ...shell })],
    [
      `policies/${options.run}/policy.json`,
      policyJson(shell, { ...options, startDate: FAR_FUTURE }, undefined),
    ],
  ] as const;
  const members: Member[] = [
    ...courseMembers(options, []),
    ...texts.map(([path, text]) => ({ path, text })),
  ];
  const statics = new Statics({ get: async () => null }, input.orgId);
  return packed(() => members, { options, statics, warnings: [], names: NO_NAMES });
}

const NO_NAMES: MadeNames = { chapters: [], modules: [], sections: [] };
const EMPTY: CourseInput = {
  courseId: "",
  orgId: "",
  title: "",
  slug: "",
  description: "",
  language: "en",
  learningObjectives: [],
  prerequisites: [],
  completionThreshold: 100,
  courseCode: null,
  isPublished: false,
  publishedAt: null,
  thumbnailKey: null,
  chapters: [],
  left: [],
  async *contents() {},
};

async function checked(members: AsyncIterable<Member>) {
  const check = new BundleCheck();
  let kept: Member[] | undefined = [];
  let characters = 0;
  for await (const member of members) {
    if ("text" in member) {
      check.add(member.path, member.text, member.moduleId);
      characters += member.text.length;
    } else check.addStatic(member.path, member.moduleId);
    if (characters > KEPT_MAX) kept = undefined;
    kept?.push(member);
  }
  return { kept, found: check.finish() };
}

function tooLarge(statics: Statics): ValidationIssue[] {
  const all = statics.all();
  const bytes = all.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes <= BUNDLE_BYTES_MAX) return [];
  const [largest] = all.sort((a, b) => b.file.size - a.file.size);
  const message = `The files have ${bytes} bytes; Studio takes ${BUNDLE_BYTES_MAX}. Link large media instead, as ${largest?.file.name}`;
  return [{ path: "static", message, severity: "error", code: "BUNDLE_TOO_LARGE" }];
}

type Packing = {
  options: BundleOptions;
  statics: Statics;
  warnings: ValidationIssue[];
  names: MadeNames;
};

function packed(
  members: () => Iterable<Member> | AsyncIterable<Member>,
  { options, statics, warnings, names }: Packing,
): CourseBundle {
  const stream = () =>
    streamOf(inChunks(tarred(members(), statics))).pipeThrough(new CompressionStream("gzip"));
  return {
    fileName: `${options.code}-${options.run}.tar.gz`.replace(/[^\w.-]/g, "_"),
    warnings,
    names,
    stream,
    measured: async () => {
      const hash = sha256.create();
      let size = 0;
      for await (const chunk of chunksOf(stream())) {
        hash.update(chunk);
        size += chunk.length;
      }
      return { size, sha256: bytesToHex(hash.digest()) };
    },
  };
}

async function* tarred(
  members: Iterable<Member> | AsyncIterable<Member>,
  statics: Statics,
): AsyncIterable<Uint8Array> {
  for await (const member of members) {
    const path = `${TOP}/${member.path}`;
    if ("text" in member) {
      const bytes = encoder.encode(member.text);
      yield tarHeader(path, bytes.length);
      yield bytes;
      yield END.subarray(0, paddingOf(bytes.length));
      continue;
    }
    const { size, body } = await statics.open(member.source);
    yield tarHeader(path, size);
    let written = 0;
    for await (const chunk of body) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new Error(`${member.source.file.key} changed while it was read`);
    yield END.subarray(0, paddingOf(size));
  }
  yield END;
}
