import {
  holderOf,
  joinHolder,
  type Known,
  keyByHash,
  knownHolder,
  knownKey,
  knownSession,
  type Membership,
  organizationNamed,
  sessionByToken,
} from "../identity/callers.ts";
import {
  refuseForeignOrigin,
  type Shown,
  shownBy,
  unknownCredential,
} from "../identity/credential.ts";
import { keyHash } from "../identity/key.ts";
import { suspended } from "../identity/statements.ts";
import { settleSyncs } from "../identity/sync.ts";
import { type Issuer, type TokenClaims, tokenReader } from "../identity/token.ts";
import { brokenConstraint, isRefusal, notFound, type Refusal, refuse } from "../kernel/error.ts";
import { type Actor, publicActor } from "../kernel/permission.ts";
import { addressOf } from "./address.ts";
import type { Platform } from "./platform.ts";
import { shortMemory } from "./short-memory.ts";
import type { Caller } from "./variables.ts";

export type AuthenticateConfig = {
  /** What session cookies are signed with. */
  secret: string;
  origin: string;
  trustedOrigins: readonly string[];
  issuers: readonly Issuer[];
  /** Host name → organization's slug, for callers without an actor. */
  hosts: Readonly<Record<string, string>>;
};

const KEPT_MS = 30_000;
const KEPT_MAX = 5_000;

/** Where an actor matters. Elsewhere callers are judged on the spot: sessions, the operator, providers. */
const JUDGED = /^[a-z]+:\/\/[^/?#]*\/(?:lms|files)(?:[/?#]|$)/;

/**
 * Finds who calls by at most one SQL, and by none for 30 s afterwards. A credential that is wrong or
 * has ended is refused, never passed over.
 */
export function authenticate(config: AuthenticateConfig) {
  const known = shortMemory<Known>({ keptMs: KEPT_MS, max: KEPT_MAX });
  const organizations = shortMemory<string>({ keptMs: KEPT_MS, max: KEPT_MAX });
  const readToken = tokenReader(config.issuers);
  const trusted = [config.origin, ...config.trustedOrigins];

  return async (
    request: Request,
    platform: Platform,
    correlationId?: string,
  ): Promise<Caller | Refusal> => {
    const nobody = anonymous(request, platform, config, organizations);
    if (!JUDGED.test(request.url)) return nobody;
    const shown = await shownBy(request.headers, config);
    if (isRefusal(shown)) return shown;
    if (shown.kind === "none") return nobody;
    if (shown.kind === "session" && shown.byCookie) {
      const foreign = refuseForeignOrigin(request, trusted);
      if (foreign) return foreign;
    }
    const now = platform.host.now();
    const secret = secretOf(shown);
    const found =
      known.get(secret, now) ?? (await lookUp(shown, { platform, readToken, correlationId }));
    if (isRefusal(found)) return found;
    // Who is let in again must not wait for what is kept to end.
    if (!found.memberships.some((one) => one.suspended)) {
      known.put(
        secret,
        found,
        Math.min(now + KEPT_MS, found.expiresAt ?? Number.POSITIVE_INFINITY),
      );
    }
    const chosen = request.headers.get("x-org-id");
    return {
      actor: () => Promise.resolve(actorOf(found, chosen)),
      limitKey: found.userId,
      signedIn: true,
    };
  };
}

function secretOf(shown: Exclude<Shown, { kind: "none" }>): string {
  switch (shown.kind) {
    case "session":
      return `session ${shown.token}`;
    case "key":
      return `key ${shown.key}`;
    case "token":
      return `token ${shown.jwt}`;
  }
}

type LookUp = {
  platform: Platform;
  readToken: ReturnType<typeof tokenReader>;
  correlationId: string | undefined;
};

async function lookUp(
  shown: Exclude<Shown, { kind: "none" }>,
  ask: LookUp,
): Promise<Known | Refusal> {
  const { host } = ask.platform;
  const { db, batch } = host.databaseFor("*");
  const now = host.now();
  switch (shown.kind) {
    case "session": {
      const [rows] = await batch([sessionByToken(db, shown.token)]);
      return knownSession(rows as Parameters<typeof knownSession>[0], now) ?? unknownCredential;
    }
    case "key": {
      const [rows] = await batch([keyByHash(db, await keyHash(shown.key))]);
      return knownKey(rows as Parameters<typeof knownKey>[0], now) ?? unknownCredential;
    }
    case "token": {
      const claims = await ask.readToken(shown.jwt, now);
      return isRefusal(claims) ? claims : holder(claims, ask);
    }
  }
}

/** An account without a membership is somebody who was removed: no token brings such a one back. */
async function holder(claims: TokenClaims, ask: LookUp): Promise<Known | Refusal> {
  const { orgId, issuer } = claims.issuer;
  const named = { issuer, subject: claims.subject, orgId };
  const { host } = ask.platform;
  const { db, batch } = host.databaseFor("*");
  const read = async () =>
    (await batch([holderOf(db, named)]))[0] as Parameters<typeof knownHolder>[0];
  let rows = await read();
  if (rows.length === 0) {
    const { name, email } = claims;
    try {
      await batch(joinHolder(db, { ...named, name, email }, { now: host.now(), id: host.id }));
    } catch (error) {
      // Another request with the same first token was faster.
      if (brokenConstraint(error).kind !== "unique") throw error;
    }
    await settleSyncs(host, ask.platform.registry, ask.correlationId ?? host.id());
    rows = await read();
  }
  return knownHolder(rows, claims) ?? unknownCredential;
}

function actorOf(known: Known, chosen: string | null): Actor | Refusal {
  const membership = membershipOf(known, chosen);
  if (isRefusal(membership)) return membership;
  if (membership.suspended) return suspended;
  return {
    id: known.userId,
    type: known.kind === "key" ? "api_key" : "human",
    roles: membership.roles,
    orgId: membership.orgId,
    credential: { kind: known.kind, id: known.credentialId },
    ...(known.scopes ? { scopes: known.scopes } : {}),
  };
}

/** X-Org-Id, else the active organization, else the only one. */
function membershipOf(
  { memberships, activeOrgId }: Known,
  chosen: string | null,
): Membership | Refusal {
  if (chosen !== null) {
    const named = memberships.find((one) => one.orgId === chosen || one.slug === chosen);
    return named ?? notFound("Organization");
  }
  const active = memberships.find((one) => one.orgId === activeOrgId);
  if (active) return active;
  const [only, second] = memberships;
  if (only && !second) return only;
  return only
    ? refuse("VALIDATION_FAILED", "You belong to several organizations: choose one by X-Org-Id", {
        errors: [{ path: "X-Org-Id", message: "Send an organization's id or slug" }],
      })
    : refuse(
        "VALIDATION_FAILED",
        "You belong to no organization: found one, or accept an invitation",
      );
}

type Organizations = ReturnType<typeof shortMemory<string>>;

/** Without an actor the organization is asked for by the routes that need one, and only then read. */
function anonymous(
  request: Request,
  platform: Platform,
  config: AuthenticateConfig,
  organizations: Organizations,
): Caller {
  return {
    actor: async () => {
      const named = organizationNamedBy(request, config.hosts);
      if (!named) {
        const detail = "Say which organization: send X-Org-Id, or ?org= with its slug";
        return refuse("VALIDATION_FAILED", detail, {
          errors: [{ path: "X-Org-Id", message: "Send an organization's id or slug" }],
        });
      }
      const { host } = platform;
      const now = host.now();
      const name = JSON.stringify(named);
      const kept = organizations.get(name, now);
      if (kept !== undefined) return publicActor(kept);
      const { db, batch } = host.databaseFor("*", "any");
      const [rows] = await batch([organizationNamed(db, named)]);
      const [row] = rows as { orgId: string }[];
      if (!row) return notFound("Organization");
      organizations.put(name, row.orgId, now + KEPT_MS);
      return publicActor(row.orgId);
    },
    limitKey: addressOf(request),
    signedIn: false,
  };
}

function organizationNamedBy(
  request: Request,
  hosts: AuthenticateConfig["hosts"],
): { idOrSlug: string } | { slug: string } | undefined {
  const url = new URL(request.url);
  const header = request.headers.get("x-org-id");
  if (header) return { idOrSlug: header };
  const slug = url.searchParams.get("org") ?? hosts[url.hostname];
  return slug ? { slug } : undefined;
}
