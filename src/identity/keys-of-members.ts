import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { desc, eq } from "drizzle-orm";
import * as z from "zod";
import { refuse } from "../kernel/error.ts";
import type { Database } from "../kernel/ports.ts";
import { keyMetadata } from "./key.ts";
import { RefusedInside } from "./refused.ts";
import { apikey } from "./schema.ts";

/**
 * What the library's keys lack: an organization's admins list and revoke the keys of its members.
 * The guard has judged the caller and the organization before either is reached.
 */
export const keysOfMembers = ({ db, batch }: Database) => ({
  id: "keys-of-members" as const,
  endpoints: {
    listMembersKeys: createAuthEndpoint(
      "/organization/list-keys",
      {
        method: "GET",
        use: [sessionMiddleware],
        query: z.object({
          organizationId: z.string(),
          limit: z.coerce.number(),
          offset: z.coerce.number(),
        }),
      },
      async (ctx) => {
        const { organizationId, limit, offset } = ctx.query;
        const [rows] = await batch([
          db
            .select({
              id: apikey.id,
              name: apikey.name,
              start: apikey.start,
              userId: apikey.referenceId,
              metadata: apikey.metadata,
              enabled: apikey.enabled,
              expiresAt: apikey.expiresAt,
              createdAt: apikey.createdAt,
            })
            .from(apikey)
            .where(eq(apikey.organizationId, organizationId))
            .orderBy(desc(apikey.id))
            .limit(limit)
            .offset(offset),
        ]);
        const apiKeys = (rows as { metadata: string | null }[]).map(({ metadata, ...key }) => ({
          ...key,
          metadata: keyMetadata(metadata),
        }));
        return ctx.json({ apiKeys, limit, offset });
      },
    ),
    revokeMembersKey: createAuthEndpoint(
      "/organization/revoke-key",
      {
        method: "POST",
        use: [sessionMiddleware],
        body: z.object({ keyId: z.string() }),
      },
      async (ctx) => {
        const [rows] = await batch([
          db.delete(apikey).where(eq(apikey.id, ctx.body.keyId)).returning({ id: apikey.id }),
        ]);
        if ((rows as unknown[]).length === 0) {
          throw new RefusedInside(refuse("NOT_FOUND", "Key not found"));
        }
        return ctx.json({ success: true });
      },
    ),
  },
});
