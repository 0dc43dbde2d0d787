const NAME = "lyceum-bookmark";
const KEPT_SECONDS = 600;

/** Where D1 stood when this caller last asked: its header, or what a browser keeps for it. */
export function bookmarkOf({ headers }: Request): string | undefined {
  const sent = headers.get("x-d1-bookmark");
  if (sent !== null) return sent;
  const cookies = headers.get("cookie");
  return cookies === null ? undefined : new RegExp(`(?:^|; *)${NAME}=([\\w-]+)`).exec(cookies)?.[1];
}

/** A browser's own writes are in what it reads next, though no page keeps the header for it. */
export function keepBookmark(
  answer: Response,
  { request, bookmark, secure }: { request: Request; bookmark: string; secure: boolean },
): void {
  answer.headers.set("x-d1-bookmark", bookmark);
  if (!request.headers.has("cookie")) return;
  const cookie = `${NAME}=${bookmark}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${KEPT_SECONDS}`;
  answer.headers.append("set-cookie", secure ? `${cookie}; Secure` : cookie);
}
