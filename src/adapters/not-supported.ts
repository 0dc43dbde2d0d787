import type { LMSAdapter, LmsFault, OtherLMSConfig } from "../kernel/lms-adapter.ts";

const NAMES = { moodle: "Moodle", canvas: "Canvas" } as const;

/** The system is known and cannot be published to yet: every call says so, and none leaves. */
export function notSupported({ type }: OtherLMSConfig): LMSAdapter<OtherLMSConfig> {
  const fault: LmsFault = {
    fault: "NOT_SUPPORTED",
    message: `${NAMES[type]} is not supported yet: export the course as a Common Cartridge and import that there`,
    again: false,
  };
  const refused = () => Promise.resolve(fault);
  return {
    type,
    validateConfig: () => Promise.resolve(false),
    testConnection: () =>
      Promise.resolve({
        success: false,
        latencyMs: 0,
        message: fault.message,
        code: fault.fault,
      }),
    getCourseStatus: refused,
    findCourse: refused,
    createCourse: refused,
    publishCourse: refused,
    importState: refused,
    findImport: refused,
    coursePage: refused,
    links: () => ({ courseUrl: "", studioUrl: "" }),
  };
}
