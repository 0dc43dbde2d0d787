/** What goes wrong with another learning management system. Source 2, section 9. */
export const LMS_ERROR_CODES = [
  "OLX_VALIDATION_ERROR",
  "INVALID_COURSE_INPUT",
  "COURSE_NOT_READY",
  "AUTH_ERROR",
  "TOKEN_EXPIRED",
  "INVALID_CREDENTIALS",
  "IMPORT_ERROR",
  "IMPORT_TIMEOUT",
  "IMPORT_REJECTED",
  "NETWORK_ERROR",
  "CONNECTION_REFUSED",
  "DNS_ERROR",
  "TIMEOUT_ERROR",
  "UPLOAD_TIMEOUT",
  "POLL_TIMEOUT",
  "PERMISSION_ERROR",
  "INSUFFICIENT_ROLE",
] as const;
export type LmsErrorCode = (typeof LMS_ERROR_CODES)[number];

export const LMS_TYPES = ["openedx", "moodle", "canvas"] as const;
export type LmsType = (typeof LMS_TYPES)[number];

/** What another system did instead of what it was asked. */
export type LmsFault = {
  readonly fault: LmsErrorCode | "NOT_SUPPORTED";
  /** What happened and what to do about it; no secret and no person's name. */
  readonly message: string;
  /** A fault of the line or the server, which another try may not meet. */
  readonly again: boolean;
  /** The body of an upload had begun and nothing answered it: it may have arrived. */
  readonly lost?: boolean;
  /** Milliseconds until another try is worth it, where the instance makes us wait. */
  readonly waitMs?: number;
  /** Nothing of the request has left: no host, no connection. */
  readonly unsent?: boolean;
};

export const isLmsFault = (value: unknown): value is LmsFault =>
  typeof value === "object" && value !== null && "fault" in value;

/** Source 2, section 11, in camelCase; `cmsUrl` is Studio's. */
export type BaseLMSConfig = {
  readonly instanceId: string;
  readonly name: string;
  readonly type: LmsType;
  readonly enabled: boolean;
  readonly organization: string;
  /** Milliseconds for one request; the connection test and an upload have their own. */
  readonly timeout: number;
  readonly maxRetries: number;
};

export type OpenEdXConfig = BaseLMSConfig & {
  readonly type: "openedx";
  readonly lmsUrl: string;
  readonly cmsUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly autoCreateCourse: boolean;
};
export type OtherLMSConfig = BaseLMSConfig & { readonly type: Exclude<LmsType, "openedx"> };
export type LMSConfig = OpenEdXConfig | OtherLMSConfig;

export type TestConnectionResult = { success: boolean; latencyMs: number; message: string } & (
  | { success: true }
  | { success: false; code: LmsFault["fault"] }
);

export type CourseStatus = {
  exists: boolean;
  published: boolean;
  title?: string;
  /** Epoch milliseconds. */
  startsAt?: number;
  lmsUrl: string;
  studioUrl: string;
};

/** A bundle on its way: `body` may be asked for anew where the first request was refused unread. */
export type Bundle = {
  readonly fileName: string;
  readonly size: number;
  body(): Promise<ReadableStream<Uint8Array>>;
};

export type ImportState = {
  readonly state: "running" | "succeeded" | "failed";
  /** The instance's own word for it. */
  readonly said: string;
};

export type NewCourse = { key: string; title: string; startsAt: number };

/**
 * Another learning management system, one request at a time: whoever waits between them keeps nothing in
 * memory. Every answer may be a fault instead; none throws for what the other side does.
 */
export type LMSAdapter<TConfig extends BaseLMSConfig = BaseLMSConfig> = {
  readonly type: TConfig["type"];
  /** Whether the configuration has all that the system needs. */
  validateConfig(): Promise<boolean>;
  testConnection(): Promise<TestConnectionResult>;
  getCourseStatus(key: string): Promise<CourseStatus | LmsFault>;
  /** Whether it exists and may be written; a fault where it exists and may not. */
  findCourse(key: string): Promise<{ exists: boolean } | LmsFault>;
  createCourse(course: NewCourse): Promise<{ exists: true } | LmsFault>;
  /** Begins the import that replaces the course's content; what takes it says under which id. */
  publishCourse(key: string, bundle: Bundle): Promise<{ taskId: string } | LmsFault>;
  importState(
    key: string,
    upload: { taskId: string; fileName: string },
  ): Promise<ImportState | LmsFault>;
  /** The import of this very file, where the instance lists it; with why it failed, if it tells. */
  findImport(
    key: string,
    fileName: string,
  ): Promise<{ found: false } | ({ found: true; reason?: string } & ImportState) | LmsFault>;
  /** The course as its learners would see it. */
  coursePage(
    key: string,
  ): Promise<{ exists: false } | { exists: true; title: string; startsAt?: number } | LmsFault>;
  links(key: string): { courseUrl: string; studioUrl: string };
};
