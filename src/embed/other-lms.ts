import type { Ports } from "../kernel/ports.ts";

/** An embedding host publishes to no other system. */
export const NO_OTHER_LMS: Ports["lms"] = {
  adapterFor: () => Promise.reject(new Error("This host reaches no other learning system")),
};
