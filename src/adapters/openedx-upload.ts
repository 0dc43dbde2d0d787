import type { Bundle } from "../kernel/lms-adapter.ts";
import type { Wire } from "./openedx-request.ts";

/** The one field that the import reads. */
const FIELD = "course_data";

export type Multipart = {
  contentType: string;
  /** A new body each time; `begun` tells whether any byte of one was taken. */
  bodyOf(): Promise<ReadableStream<Uint8Array>>;
  begun(): boolean;
};

/** The bundle as a form's file: streamed, with its length told, so that nothing of it stays in memory. */
export function multipartOf(wire: Pick<Wire, "fixedLength">, bundle: Bundle): Multipart {
  const boundary = `lyceum-${crypto.randomUUID()}`;
  const head = utf8(
    `--${boundary}\r\ncontent-disposition: form-data; name="${FIELD}"; filename="${bundle.fileName}"\r\ncontent-type: application/gzip\r\n\r\n`,
  );
  const tail = utf8(`\r\n--${boundary}--\r\n`);
  let taken = false;
  const pump = async (into: WritableStream<Uint8Array>): Promise<void> => {
    const body = await bundle.body();
    const writer = into.getWriter();
    await writer.write(head);
    taken = true;
    writer.releaseLock();
    await body.pipeTo(into, { preventClose: true });
    const last = into.getWriter();
    await last.write(tail);
    await last.close();
  };
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    begun: () => taken,
    async bodyOf() {
      const { readable, writable } = wire.fixedLength(head.length + bundle.size + tail.length);
      // A request that ends early cancels its body; the request's own outcome says what became of it.
      pump(writable).catch((error) => writable.abort(error).catch(() => undefined));
      return readable;
    },
  };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
