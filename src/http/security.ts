import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./variables.ts";

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The headers of every answer, and https for every caller outside development. */
export const secure: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { ENVIRONMENT } = c.get("platform").config;
  if (ENVIRONMENT === "production" && c.req.url.startsWith("http:")) {
    return c.redirect(c.req.url.replace("http:", "https:"), 308);
  }
  await next();
  const { headers, status } = c.res;
  if (status === 101) return undefined;
  headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "strict-origin-when-cross-origin");
  headers.set("x-frame-options", "DENY");
  if (headers.get("content-type")?.startsWith("text/html")) {
    headers.set("content-security-policy", headers.get("content-security-policy") ?? PAGE_POLICY);
  }
  return undefined;
};
