/** The areas of the reference in their order: contexts, and what no context defines. */
export const AREAS: Readonly<Record<string, { title: string; summary: string }>> = {
  people: {
    title: "Sign-in and organizations",
    summary: "Accounts, organizations, invitations, keys",
  },
  identity: { title: "Members", summary: "One's own profile in an organization" },
  catalog: {
    title: "Catalogue",
    summary: "Courses, chapters, modules, sections, categories, search",
  },
  files: { title: "Files", summary: "Uploads, and files read by signature or by right" },
  enrollment: { title: "Enrollment", summary: "Enrolling, cancelling, and why not" },
  payments: { title: "Payments", summary: "What is paid and confirmed" },
  learning: { title: "Learning", summary: "Modules, progress and the next step" },
  certification: { title: "Certificates", summary: "Issuing, reading, verifying, revoking" },
  cohorts: { title: "Cohorts", summary: "Groups that learn together, and their seats" },
  live: { title: "Live sessions", summary: "Sessions, tickets and their sockets" },
  notifications: { title: "Notifications", summary: "Mails and notices" },
  events: { title: "Events and dead letters", summary: "The audit log, and what failed" },
  operations: { title: "Operations", summary: "Health and the manifest" },
  reference: { title: "Reference", summary: "These pages and the OpenAPI document" },
};

export const INTRODUCTION = [
  "JSON over HTTPS. Send an API key as `Authorization: Bearer lk_…`.",
  "Every command and query also answers by name: `POST /lms/commands/{type}` and `POST /lms/queries/{type}` with all fields in the body.",
  "Errors are RFC 9457 problem details with a stable `code`; see /docs/errors.",
  "Lists take `limit` (1 to 100) and `cursor`, and answer `data`, `hasMore` and `nextCursor`.",
  "Any POST that is a command takes an `Idempotency-Key`.",
].join("\n\n");
