/** The address that a request came from, as the platform says it: a caller can't forge this header there. */
export const addressOf = (request: Request): string =>
  request.headers.get("cf-connecting-ip") ?? "unknown";
