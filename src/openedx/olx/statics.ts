import type { Files } from "../../kernel/ports.ts";
import type { FileInput } from "./course-input.ts";
import { staticName } from "./course-names.ts";
import { legal } from "./xml.ts";

export type BundleFiles = Pick<Files, "get">;

/** A file of `static/` and where its bytes are; subtitles go as SubRip, which alone the platform plays. */
export type Static = { path: string; file: FileInput; toSubRip: boolean };

/** The images and files of ours in a text: their keys, as addresses under `/files/` name them. */
const FILE_ADDRESS = /(?:https?:\/\/[\w.:-]+)?\/files\/([\w%.-]+(?:\/[\w%.-]+){2,4})/g;
const PURPOSES = ["course", "thumbnail", "picture"];

/** What a course's bundle takes from the bucket, each file once. */
export class Statics {
  private readonly byPath = new Map<string, Static>();
  private readonly byKey = new Map<string, FileInput | null>();

  private readonly files: BundleFiles;
  private readonly orgId: string;

  constructor(files: BundleFiles, orgId: string) {
    this.files = files;
    this.orgId = orgId;
  }

  all(): Static[] {
    return [...this.byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** `static/<name>` of a file from now on in the bundle. */
  add(file: FileInput, toSubRip = false): string {
    const name = staticName(toSubRip ? { ...file, name: subRipName(file.name) } : file);
    const path = `static/${name}`;
    this.byPath.set(path, { path, file, toSubRip });
    return name;
  }

  /** Bytes of a file, or null where the bucket lacks it. */
  async sizeOf(key: string): Promise<{ size: number; contentType: string } | null> {
    const object = await this.files.get(key, { offset: 0, length: 1 });
    if (!object) return null;
    await object.body.cancel();
    return { size: object.size, contentType: object.contentType };
  }

  /** Looks up the files that a text names by address, so that `named` knows them. */
  async lookUp(text: string): Promise<void> {
    for (const [, path = ""] of text.matchAll(FILE_ADDRESS)) {
      const key = keyOf(path);
      if (key === undefined || this.byKey.has(key)) continue;
      const [orgId, purpose = "", id = "", name = ""] = key.split("/");
      const mine = orgId === this.orgId && PURPOSES.includes(purpose);
      const known = mine ? await this.sizeOf(key) : null;
      this.byKey.set(key, known && { id: id + name.slice(0, 6), key, name, ...known });
    }
  }

  /** The file behind an address of ours; null where there is none, undefined of any other address. */
  named(url: string): FileInput | null | undefined {
    const match = new RegExp(`^${FILE_ADDRESS.source}$`).exec(url);
    const key = match?.[1] === undefined ? undefined : keyOf(match[1]);
    return key === undefined ? undefined : (this.byKey.get(key) ?? null);
  }

  async open({
    file,
    toSubRip,
  }: Static): Promise<{ size: number; body: AsyncIterable<Uint8Array> }> {
    const object = await this.files.get(file.key);
    if (!object) throw new Error(`The bucket lost ${file.key}`);
    if (!toSubRip) return { size: object.size, body: chunksOf(object.body) };
    const bytes = new TextEncoder().encode(subRip(await new Response(object.body).text()));
    return { size: bytes.length, body: oneChunk(bytes) };
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function keyOf(path: string): string | undefined {
  try {
    return path.split("/").map(decodeURIComponent).join("/");
  } catch {
    return undefined;
  }
}

const subRipName = (name: string): string => name.replace(/\.\w{1,8}$/, "").concat(".srt");

const TIMES =
  /^((?:\d{2,}:)?\d{2}:\d{2})[.,](\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?\d{2}:\d{2})[.,](\d{3})/;

/** WebVTT, or SubRip as it is, as SubRip: numbered cues, hours, and a comma before milliseconds. */
export function subRip(text: string): string {
  const hours = (time: string): string => (time.length < 8 ? `00:${time}` : time);
  const cues = legal(text)
    .replace(/^\uFEFF/, "")
    .split(/(?:\r\n?|\n)(?:[ \t]*(?:\r\n?|\n))+/)
    .flatMap((block) => {
      const rows = block.split(/\r\n?|\n/);
      const at = rows.findIndex((row) => TIMES.test(row));
      const times = TIMES.exec(rows[at] ?? "");
      if (!times) return [];
      const [, from = "", fromMs, to = "", toMs] = times;
      return [[`${hours(from)},${fromMs} --> ${hours(to)},${toMs}`, ...rows.slice(at + 1)]];
    });
  return cues.map((rows, index) => `${index + 1}\n${rows.join("\n").trimEnd()}\n`).join("\n");
}
