import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import type { Role } from "../kernel/permission.ts";
import { unknownCredential } from "./credential.ts";
import { rolesOf } from "./roles.ts";

/** An identity provider of the deployment's configuration, bound to one organization. */
export type Issuer = {
  issuer: string;
  audience: string;
  jwksUrl: string;
  orgId: string;
  /** The claim that holds roles, as a list or a comma list; dots lead into objects. */
  rolesClaim?: string | undefined;
};

export type TokenClaims = {
  issuer: Issuer;
  subject: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  claimed: Role[] | undefined;
  name: string;
  email: string | null;
};

/** Asymmetric alone: with a shared secret anyone who can check a token could make one. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const JWKS_TIMEOUT_MS = 5_000;
const JWKS_KEPT_MS = 600_000;

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Checks JWTs against the keys that the configured issuers publish, kept ten minutes. */
export function tokenReader(issuers: readonly Issuer[]) {
  const keys = new Map<string, Keys>();
  const keysOf = ({ jwksUrl }: Issuer): Keys => {
    const known = keys.get(jwksUrl);
    if (known) return known;
    const made = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cacheMaxAge: JWKS_KEPT_MS,
    });
    keys.set(jwksUrl, made);
    return made;
  };
  return async (jwt: string, now: number): Promise<TokenClaims | Refusal> => {
    const issuer = issuerOf(jwt, issuers);
    if (!issuer) return unknownCredential;
    const payload = await verified(jwt, issuer, keysOf(issuer), now);
    return isRefusal(payload) ? payload : claimsOf(payload, issuer);
  };
}

function issuerOf(jwt: string, issuers: readonly Issuer[]): Issuer | undefined {
  try {
    const { iss } = decodeJwt(jwt);
    return issuers.find((one) => one.issuer === iss);
  } catch {
    return undefined;
  }
}

async function verified(
  jwt: string,
  { issuer, audience }: Issuer,
  keys: Keys,
  now: number,
): Promise<JWTPayload | Refusal> {
  try {
    const { payload } = await jwtVerify(jwt, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["iss", "aud", "exp", "sub"],
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) {
    return refuse(
      "TOKEN_EXPIRED",
      "This token has expired; get a new one from your identity provider",
    );
  }
  const ofToken =
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== "ERR_JOSE_GENERIC";
  if (ofToken) return unknownCredential;
  return refuse("OVERLOADED", "The identity provider's keys can't be read now; try again", {
    retryAfterSeconds: 5,
  });
}

function claimsOf(payload: JWTPayload, issuer: Issuer): TokenClaims | Refusal {
  const { sub, exp, name, email, email_verified: vouched } = payload;
  if (sub === undefined || sub === "" || sub.length > 255 || exp === undefined)
    return unknownCredential;
  return {
    issuer,
    subject: sub,
    expiresAt: exp * 1_000,
    claimed: issuer.rolesClaim === undefined ? undefined : rolesClaimed(payload, issuer.rolesClaim),
    name: typeof name === "string" && name.trim() !== "" ? name.trim().slice(0, 200) : "Learner",
    email: typeof email === "string" && vouched === true ? email.slice(0, 254) : null,
  };
}

/** Roles that are none of ours count for nothing, for a provider has others besides. */
function rolesClaimed(payload: JWTPayload, claim: string): Role[] {
  const own = (from: unknown, part: string): unknown =>
    typeof from === "object" && from !== null && Object.hasOwn(from, part)
      ? (from as Record<string, unknown>)[part]
      : undefined;
  const value = own(payload, claim) ?? claim.split(".").reduce<unknown>(own, payload);
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return rolesOf(names.filter((one) => typeof one === "string").join(","));
}
