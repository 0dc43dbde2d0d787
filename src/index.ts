export {
  lmsCurrentFigures,
  lmsDailyFigures,
  lmsModuleFigures,
  lmsRevenueFigures,
} from "./analytics/schema.ts";
export * from "./assessment/events.ts";
export {
  lmsAssignments,
  lmsPeerReviews,
  lmsQuizAttempts,
  lmsQuizQuestions,
  lmsSubmissions,
} from "./assessment/schema.ts";
export * from "./catalog/events.ts";
export {
  lmsCategories,
  lmsCourseChapters,
  lmsCourseModules,
  lmsCourseReviews,
  lmsCourses,
  lmsCourseTags,
  lmsModuleSections,
  lmsSlugs,
} from "./catalog/schema.ts";
export * from "./certification/events.ts";
export { lmsCertificates } from "./certification/schema.ts";
export * from "./cohorts/events.ts";
export { lmsAnnouncements, lmsCohorts, lmsWaitingList } from "./cohorts/schema.ts";
export {
  AssignmentEventTypes,
  CertificateEventTypes,
  CohortEventTypes,
  CourseEventTypes,
  EnrollmentEventTypes,
  ModuleEventTypes,
  SessionEventTypes,
  SubmissionEventTypes,
} from "./core-names.ts";
export type { CommandHandler } from "./embed/command-handler.ts";
export type { CommandContext, HandlerContext } from "./embed/handler-context.ts";
export { commandHandlers, queryHandlers } from "./embed/handlers.ts";
export { hostOf } from "./embed/host.ts";
export * from "./embed/named-handlers.ts";
export type * from "./embed/payloads.ts";
export type * from "./embed/ports.ts";
export type { QueryHandler } from "./embed/query-handler.ts";
export { LMSRefused } from "./embed/refused.ts";
export type { RouteContext, RouteDefinition, RouteFile } from "./embed/route.ts";
export * from "./enrollment/events.ts";
export { lmsEnrollments } from "./enrollment/schema.ts";
export * from "./files/events.ts";
export { lmsFiles } from "./files/schema.ts";
export * from "./identity/events.ts";
export { lmsExports, lmsMembers, lmsSettings } from "./identity/schema.ts";
export { LMS_EVENT_NAMESPACE, matchesEvent } from "./kernel/event.ts";
export type { Money } from "./kernel/money.ts";
export type { RuleExpr } from "./kernel/rule.ts";
export * from "./learning/events.ts";
export { lmsLearningDays, lmsModuleProgress, lmsSectionProgress } from "./learning/schema.ts";
export { createLMSRealtimeBridge, LMSRealtimeBridge, registerLMSRealtime } from "./live/bridge.ts";
export {
  adminChannel,
  instructorChannel,
  type LmsWsMessage,
  type LmsWsMessageType,
  learnerChannel,
  sessionChannel,
} from "./live/channels.ts";
export * from "./live/events.ts";
export {
  lmsCalendarLinks,
  lmsLiveSessions,
  lmsSessionAttendance,
  lmsTickets,
} from "./live/schema.ts";
export { LMS_MANIFEST, type LMSManifest } from "./manifest.ts";
export {
  lmsMailbox,
  lmsNotifications,
  lmsNotificationTemplates,
  lmsSends,
} from "./notifications/schema.ts";
export * from "./openedx/events.ts";
export { lmsOlxImports } from "./openedx/olx-schema.ts";
export { lmsConfigurations, lmsImportJobs } from "./openedx/schema.ts";
export * from "./payments/events.ts";
export {
  lmsLedgerBalances,
  lmsLedgerEntries,
  lmsLedgerPayments,
  lmsPayments,
} from "./payments/schema.ts";
export { createLMSPlugin, type JobDefinition, type LMSPlugin } from "./plugin.ts";
