import { Zip, ZipDeflate, ZipPassThrough } from "fflate";

export type ZipMember = { path: string; bytes: AsyncIterable<Uint8Array>; packed: boolean };

/** A zip as it is read: one member's chunk in memory at a time; always the same bytes for the same members. */
export async function* zipped(
  members: AsyncIterable<ZipMember>,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    // SAFETY: fflate allocates each chunk by itself.
    ready.push(chunk as Uint8Array<ArrayBuffer>);
  });
  for await (const { path, bytes, packed } of members) {
    const member = packed ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    // The first moment that the format knows, in whatever zone this runs.
    member.mtime = new Date(1980, 0, 1);
    zip.add(member);
    for await (const chunk of bytes) {
      member.push(chunk, false);
      yield* ready;
      ready = [];
    }
    member.push(new Uint8Array(), true);
    yield* ready;
    ready = [];
  }
  zip.end();
  yield* ready;
}
