/** A body, given whole or as a stream, as bytes of its own. */
export const bytesOf = async (
  body: Uint8Array | ReadableStream,
): Promise<Uint8Array<ArrayBuffer>> =>
  body instanceof Uint8Array
    ? new Uint8Array(body)
    : new Uint8Array(await new Response(body).arrayBuffer());
