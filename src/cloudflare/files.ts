import type { Files, Ports } from "../kernel/ports.ts";

/** Objects of the deployment's bucket. */
export const filesIn = (bucket: R2Bucket): Files => ({
  put: async (key, body, contentType) => {
    const bytes =
      body instanceof Uint8Array ? body : body.stream.pipeThrough(new FixedLengthStream(body.size));
    await bucket.put(key, bytes, { httpMetadata: { contentType } });
  },
  get: async (key, range) => {
    const object = await bucket.get(key, range ? { range } : {});
    if (!object) return null;
    const stored = {
      body: object.body,
      size: object.size,
      contentType: object.httpMetadata?.contentType ?? "application/octet-stream",
      etag: object.httpEtag,
    };
    return range
      ? {
          ...stored,
          range: { offset: range.offset, length: range.length ?? object.size - range.offset },
        }
      : stored;
  },
  delete: async (keys) => {
    await bucket.delete(keys);
  },
});

/** Fonts travel with the deployment, as assets. */
export const fontsIn = (assets: Fetcher): Ports["fonts"] => ({
  load: async (name) => {
    const answer = await assets.fetch(`https://assets.local/fonts/${encodeURIComponent(name)}.ttf`);
    if (!answer.ok) throw new Error(`Font ${name} is not deployed (${answer.status})`);
    return answer.arrayBuffer();
  },
});
