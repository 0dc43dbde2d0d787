import { machine } from "../kernel/machine.ts";

export const enrollmentMachine = machine({
  name: "enrollment",
  initial: "pending-payment",
  transitions: {
    "pending-payment": { "payment-confirmed": "active", cancel: "cancelled" },
    active: { complete: "completed", expire: "expired", cancel: "cancelled", refund: "refunded" },
    completed: { cancel: "cancelled", refund: "refunded" },
    expired: { refund: "refunded", reenroll: "pending-payment" },
    cancelled: { refund: "refunded", reenroll: "pending-payment" },
    refunded: { reenroll: "pending-payment" },
  },
  phrases: { "payment-confirmed": "have its payment confirmed", reenroll: "enroll again" },
});
