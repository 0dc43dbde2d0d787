import { context } from "../kernel/context.ts";
import { get, post } from "../kernel/route.ts";
import { certificateCreate } from "./commands/certificate-create.ts";
import { certificateRevoke } from "./commands/certificate-revoke.ts";
import { certificateExpiring, certificateIssued, certificateRevoked } from "./events.ts";
import { certificateExpiryReminder } from "./jobs.ts";
import { certificateOnCompletion, documentOnIssue, revokeOnRefund } from "./listeners.ts";
import { personalCertificates } from "./personal.ts";
import {
  adminCertificates,
  certificatesDownload,
  certificatesGet,
  certificatesList,
  certificatesVerify,
} from "./queries.ts";
import { certificateRender } from "./tasks.ts";

export const certification = context({
  name: "certification",
  commands: [certificateCreate, certificateRevoke],
  queries: [
    certificatesList,
    certificatesGet,
    certificatesDownload,
    certificatesVerify,
    adminCertificates,
  ],
  events: [certificateIssued, certificateRevoked, certificateExpiring],
  listeners: [certificateOnCompletion, documentOnIssue, revokeOnRefund],
  tasks: [certificateRender],
  jobs: [certificateExpiryReminder],
  constraints: {
    "lms_certificates.enrollment_id": {
      code: "DUPLICATE",
      detail: "This enrollment has its certificate already",
    },
  },
  routes: [
    get("/lms/certificates", certificatesList),
    get("/lms/certificates/:id", certificatesGet),
    get("/lms/certificates/:id/download", certificatesDownload),
    get("/lms/verify/:code", certificatesVerify),
    get("/lms/admin/certificates", adminCertificates),
    post("/lms/admin/certificates/:certificateId/revoke", certificateRevoke),
  ],
  personal: [personalCertificates],
});
