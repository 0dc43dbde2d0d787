import { context } from "../kernel/context.ts";
import { get } from "../kernel/route.ts";
import {
  paymentCreated,
  paymentExpired,
  paymentHeld,
  paymentRefunded,
  paymentRefundRequested,
  paymentSucceeded,
} from "./events.ts";
import { deferredRevenueRecognition } from "./jobs.ts";
import {
  portionBooked,
  receiptBooked,
  refundBooked,
  refundOnCancel,
  restBooked,
  reversalBooked,
} from "./listeners.ts";
import { paymentMachine } from "./machine.ts";
import { personalLedger, personalPayments } from "./personal.ts";
import { adminRevenue } from "./queries.ts";
import { paymentRefund } from "./tasks.ts";

export const payments = context({
  name: "payments",
  events: [
    paymentCreated,
    paymentExpired,
    paymentSucceeded,
    paymentHeld,
    paymentRefundRequested,
    paymentRefunded,
  ],
  machines: [paymentMachine],
  listeners: [
    receiptBooked,
    portionBooked,
    restBooked,
    refundBooked,
    reversalBooked,
    refundOnCancel,
  ],
  tasks: [paymentRefund],
  jobs: [deferredRevenueRecognition],
  queries: [adminRevenue],
  routes: [get("/lms/admin/analytics/revenue", adminRevenue)],
  personal: [personalPayments, personalLedger],
});
