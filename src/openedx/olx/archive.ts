import { createTarDecoder } from "modern-tar";
import type { ValidationIssue } from "./issue.ts";

/** What an archive of anybody's may hold, as the newest importer has it; texts are ours to read whole. */
export const LIMITS = {
  bytes: 2_000_000_000,
  members: 50_000,
  ratio: 200,
  textBytes: 32 * 1024 * 1024,
} as const;
export type Limits = { [K in keyof typeof LIMITS]: number };

export type Archive = {
  /** XML, HTML, JSON and SubRip by their paths below the top folder. */
  texts: Map<string, Uint8Array>;
  /** Bytes of all other files. */
  others: Map<string, number>;
  /** The folder of the first `course.xml`, with a slash, or empty. */
  top: string;
};

/** Why an archive is not read to its end. */
class ArchiveFault extends Error {
  readonly code: "INVALID_ARCHIVE" | "UNSAFE_ARCHIVE" | "ARCHIVE_TOO_LARGE";
  constructor(code: ArchiveFault["code"], message: string) {
    super(message);
    this.code = code;
  }
}

type Entry = { path: string; size: number; body: ReadableStream<Uint8Array> };

/** Reads a whole tar.gz; its texts are kept, of all else the size is. */
export async function readArchive(
  stream: ReadableStream<Uint8Array>,
  limits: Limits = LIMITS,
): Promise<Archive | { fault: ValidationIssue }> {
  const texts = new Map<string, Uint8Array>();
  const others = new Map<string, number>();
  let textBytes = 0;
  const fault = await walk(stream, limits, async ({ path, size, body }) => {
    if (!TEXT.test(path) || /(?:^|\/)static\//.test(path)) {
      others.set(path, size);
      return body.cancel();
    }
    textBytes += size;
    if (textBytes > limits.textBytes) {
      throw new ArchiveFault("ARCHIVE_TOO_LARGE", `Its texts have over ${limits.textBytes} bytes`);
    }
    texts.set(path, new Uint8Array(await new Response(body).arrayBuffer()));
  });
  if (fault) return { fault };
  const top = topOf([...texts.keys()]);
  const below = <T>(all: Map<string, T>) =>
    new Map(
      [...all].flatMap(([path, value]) =>
        path.startsWith(top) ? [[path.slice(top.length), value] as const] : [],
      ),
    );
  return { texts: below(texts), others: below(others), top };
}

/** Hands over the files that are asked for, one after another, each to be read before the next. */
export async function eachFile(
  stream: ReadableStream<Uint8Array>,
  wanted: (path: string) => boolean,
  take: (entry: Entry) => Promise<void>,
): Promise<ValidationIssue | undefined> {
  return walk(stream, LIMITS, (entry) => (wanted(entry.path) ? take(entry) : entry.body.cancel()));
}

const TEXT = /\.(?:xml|html?|json)$/i;
const SKIPPED = /(?:^|\/)(?:\._[^/]*|\.DS_Store|[^/]*~)$/;

async function walk(
  stream: ReadableStream<Uint8Array>,
  limits: Limits,
  each: (entry: Entry) => Promise<void>,
): Promise<ValidationIssue | undefined> {
  let members = 0;
  try {
    const tar = inflated(stream, limits).pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of entriesOf(tar)) {
      members += 1;
      if (members > limits.members) {
        throw new ArchiveFault("ARCHIVE_TOO_LARGE", `It has over ${limits.members} members`);
      }
      const path = safePath(header.name);
      const isFile = header.type === undefined || header.type === "file";
      if (!isFile && header.type !== "directory") {
        throw new ArchiveFault("UNSAFE_ARCHIVE", `${header.name} is a ${header.type}`);
      }
      if (isFile && !SKIPPED.test(path)) await each({ path, size: header.size, body });
      else await body.cancel();
    }
  } catch (error) {
    return issueOf(error);
  }
  if (members > 0) return undefined;
  return issueOf(new ArchiveFault("INVALID_ARCHIVE", "It is empty"));
}

async function* entriesOf<T>(stream: ReadableStream<T>): AsyncIterable<T> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Counted as it grows: a bomb is stopped, not unpacked. */
function inflated(
  stream: ReadableStream<Uint8Array>,
  limits: Limits,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let packed = 0;
  let whole = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      packed += chunk.length;
      // SAFETY: bytes of a stream are never shared memory.
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
  });
  const limited = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      whole += chunk.length;
      if (whole > limits.bytes) {
        throw new ArchiveFault("ARCHIVE_TOO_LARGE", `Unpacked it has over ${limits.bytes} bytes`);
      }
      if (whole > RATIO_FROM && whole > packed * limits.ratio) {
        throw new ArchiveFault(
          "UNSAFE_ARCHIVE",
          `It unpacks to over ${limits.ratio} times its size`,
        );
      }
      // SAFETY: as above.
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
  });
  return stream
    .pipeThrough(counted)
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(limited);
}

/** Little texts may well be worth a two-hundredth packed. */
const RATIO_FROM = 10_000_000;

function safePath(name: string): string {
  const path = name.replace(/^(?:\.\/)+/, "");
  const unsafe =
    path.startsWith("/") ||
    /[\\\p{Cc}]/u.test(path) ||
    /^[a-z]:/i.test(path) ||
    path.split("/").includes("..");
  if (unsafe) throw new ArchiveFault("UNSAFE_ARCHIVE", `The path ${JSON.stringify(name)}`);
  return path;
}

/** The shallowest wins, then the first in order. */
function topOf(paths: readonly string[]): string {
  const [first] = paths
    .filter((path) => /(?:^|\/)course\.xml$/.test(path))
    .sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  return first?.slice(0, -"course.xml".length) ?? "";
}

function issueOf(error: unknown): ValidationIssue {
  const fault =
    error instanceof ArchiveFault
      ? error
      : new ArchiveFault("INVALID_ARCHIVE", "It is no whole tar.gz");
  return {
    path: "",
    message: `The archive is refused: ${fault.message}`,
    severity: "error",
    code: fault.code,
  };
}
