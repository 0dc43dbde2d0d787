import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { announcementAnswer, showAnnouncement } from "../announcement.ts";
import { changed } from "../change.ts";
import { cohortBy, namesOf, ownCohort } from "../cohort.ts";
import { cohortAnnounced } from "../events.ts";
import { lmsAnnouncements } from "../schema.ts";
import { cohortById, courseOfCohort } from "../statements.ts";

/** The words stay in their row: the log holds no free text, and a notice reads them when it is sent. */
export const cohortAnnounce = command({
  type: "lms.cohort.announce",
  summary: "Tell a cohort's learners something",
  input: z.strictObject({ cohortId: id, body: prose(5_000) }),
  output: announcementAnswer,
  statuses: [201],
  permission: cohortBy("announce"),
  feature: "enableCohorts",
  emits: [cohortAnnounced],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
  }),
  own: ownCohort,
  decide: ({ cohort }, { db, input, actor, now, id }) => {
    if (cohort.status === "cancelled") {
      return refuse("INVALID_TRANSITION", "A cancelled cohort has nobody left to tell", {
        more: { state: cohort.status },
      });
    }
    const row = {
      id: id(),
      organizationId: actor.orgId,
      cohortId: cohort.id,
      authorId: actor.id,
      body: input.body,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const told = changed(
      db,
      cohort,
      {},
      {
        now,
        told: (next) =>
          event(cohortAnnounced, cohort, {
            ...namesOf(next),
            announcementId: row.id,
            announcedAt: iso(now),
          }),
      },
    );
    return {
      ...told,
      answer: showAnnouncement(row),
      writes: [db.insert(lmsAnnouncements).values(row), ...told.writes],
    };
  },
});
