const BLOCK = 512;
const NAME_MAX = 100;
const PREFIX_MAX = 155;
const encoder = new TextEncoder();

/** A regular file's header (POSIX.1-1988 ustar): mode 644, owner 0, time 0, so that bytes follow from content alone. */
export function tarHeader(path: string, size: number): Uint8Array {
  // A longer path is parted at a slash: its folders stand in a field of their own.
  const slash = path.length > NAME_MAX ? path.indexOf("/", path.length - NAME_MAX - 1) : -1;
  const name = path.slice(slash + 1);
  if (name.length > NAME_MAX || slash > PREFIX_MAX || !/^[\x20-\x7e]+$/.test(path)) {
    throw new RangeError(`No path for an archive: ${path}`);
  }
  const header = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => encoder.encodeInto(text, header.subarray(at));
  put(0, name);
  if (slash > 0) put(345, path.slice(0, slash));
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\0");
  put(263, "00");
  let sum = 0;
  for (const byte of header) sum += byte;
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** Bytes that fill a file's last block. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

export const END = new Uint8Array(2 * BLOCK);

/** As many bytes a chunk, whatever comes: so that the compressor always gets the same. */
export async function* inChunks(
  bytes: AsyncIterable<Uint8Array>,
  size = 64 * 1024,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(size);
  let at = 0;
  for await (const piece of bytes) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + size - at);
      chunk.set(part, at);
      at += part.length;
      from += part.length;
      if (at < size) continue;
      yield chunk;
      chunk = new Uint8Array(size);
      at = 0;
    }
  }
  if (at > 0) yield chunk.subarray(0, at);
}

export function streamOf(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
