import { problemOf } from "../../client/problem.ts";

/** A session as `GET /lms/sessions/{id}` shows it. */
export type Session = {
  id: string;
  title: string;
  scheduledAt: string;
  endsAt: string;
  meetingUrl: string | null;
  recordingUrl: string | null;
  status: "scheduled" | "live" | "ended" | "cancelled" | "recorded";
};
export type Me = { id: string; displayName: string | null; locale: string };

const NETWORK_MS = 20_000;

/** Requests with the cookie that a sign-in sets, in the organization that was found to have the session. */
export function api() {
  let orgId: string | undefined;

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(path, {
      method,
      signal: AbortSignal.timeout(NETWORK_MS),
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(orgId === undefined ? {} : { "x-org-id": orgId }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw await problemOf(answer);
    return (await answer.json()) as T;
  }

  /** The session, in whichever of the caller's organizations it is. */
  async function session(id: string): Promise<Session> {
    const path = `/lms/sessions/${encodeURIComponent(id)}`;
    try {
      return await call<Session>("GET", path);
    } catch (error) {
      if (orgId !== undefined || !isElsewhere(error)) throw error;
      for (const one of (await call<{ id: string }[] | null>("GET", "/auth/organization/list")) ??
        []) {
        orgId = one.id;
        const found = await call<Session>("GET", path).catch(() => undefined);
        if (found) return found;
      }
      orgId = undefined;
      throw error;
    }
  }

  return {
    isSignedIn: async () => (await call<object | null>("GET", "/auth/get-session")) !== null,
    session,
    me: () => call<Me>("GET", "/lms/me"),
    signIn: (email: string, password: string) =>
      call("POST", "/auth/sign-in/email", { email, password }),
    signOut: () => call("POST", "/auth/sign-out", {}),
    ticket: (id: string) => call<{ url: string | null }>("POST", `/lms/sessions/${id}/ticket`, {}),
    start: (id: string) => call("POST", `/lms/sessions/${id}/start`, {}),
    end: (id: string) => call("POST", `/lms/sessions/${id}/end`, {}),
  };
}
export type Api = ReturnType<typeof api>;

/** Not there, or no organization is chosen among several. */
const isElsewhere = (error: unknown): boolean =>
  ["NOT_FOUND", "VALIDATION_FAILED"].includes((error as { code?: string }).code ?? "");
