import { machine } from "../kernel/machine.ts";

export const sessionMachine = machine({
  name: "liveSession",
  initial: "scheduled",
  transitions: {
    scheduled: { start: "live", cancel: "cancelled" },
    live: { end: "ended" },
    ended: { "record-uploaded": "recorded" },
    cancelled: {},
    recorded: {},
  },
  phrases: { "record-uploaded": "take a recording" },
});
