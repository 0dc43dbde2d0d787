import { machine } from "../kernel/machine.ts";

export const paymentMachine = machine({
  name: "payment",
  initial: "created",
  transitions: {
    created: { succeed: "succeeded", hold: "held", fail: "failed", expire: "expired" },
    failed: { succeed: "succeeded", hold: "held" },
    expired: { succeed: "succeeded", hold: "held" },
    held: { succeed: "succeeded", refund: "refunded" },
    succeeded: {
      "refund-part": "partially-refunded",
      refund: "refunded",
      dispute: "disputed",
    },
    "partially-refunded": {
      "refund-part": "partially-refunded",
      refund: "refunded",
      dispute: "disputed",
    },
    disputed: {
      "win-dispute": "succeeded",
      "win-dispute-after-part": "partially-refunded",
      refund: "refunded",
    },
    refunded: {},
  },
  phrases: { succeed: "be confirmed", hold: "be held" },
});
