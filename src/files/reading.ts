import * as z from "zod";
import type { QueryAsk } from "../kernel/query.ts";
import { MINUTE, SECOND } from "../kernel/time.ts";
import type { FileRow } from "./statements.ts";

const READ_SECONDS = (5 * MINUTE) / SECOND;

/** A file that a content names, with an address for its reader. */
export const fileToRead = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.int(),
  url: z.string().describe("Opens for five minutes"),
});

/** For a query that has checked its reader: addresses of the ready ones among the files. */
export const filesToRead = (
  files: readonly FileRow[],
  { signedUrl }: Pick<QueryAsk<unknown>, "signedUrl">,
): Promise<z.infer<typeof fileToRead>[]> =>
  Promise.all(
    files
      .filter((file) => file.status === "ready")
      .map(async ({ id, name, contentType, size, key }) => ({
        id,
        name,
        contentType,
        size,
        url: await signedUrl(key, { seconds: READ_SECONDS, name }),
      })),
  );
