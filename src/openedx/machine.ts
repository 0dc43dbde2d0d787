import { machine } from "../kernel/machine.ts";

export const importJobMachine = machine({
  name: "importJob",
  initial: "pending",
  transitions: {
    pending: { upload: "uploading", fail: "failed", cancel: "failed" },
    uploading: { process: "processing", fail: "failed", cancel: "failed" },
    processing: { finish: "succeeded", fail: "failed" },
    succeeded: {},
    failed: {},
  },
});
