import type { Wording } from "./words.ts";

/** What reviewers and authors tell each other of a course. */
export const COURSE_WORDS = {
  "course.submitted": {
    en: {
      subject: "{{courseTitle}} waits for your review",
      body: ["The course “{{courseTitle}}” was submitted for review."],
      action: "Open the course",
    },
    ru: {
      subject: "Курс «{{courseTitle}}» ждёт проверки",
      body: ["Курс «{{courseTitle}}» отправлен на проверку."],
      action: "Открыть курс",
    },
  },
  "course.approved": {
    en: {
      subject: "{{courseTitle}} is published",
      body: ["Your course “{{courseTitle}}” was approved and stands in the catalogue now."],
      action: "See it in the catalogue",
    },
    ru: {
      subject: "Курс «{{courseTitle}}» опубликован",
      body: ["Ваш курс «{{courseTitle}}» одобрен и появился в каталоге."],
      action: "Открыть в каталоге",
    },
  },
  "course.rejected": {
    en: {
      subject: "{{courseTitle}} needs changes",
      body: [
        "Your course “{{courseTitle}}” was not approved yet. Change it and submit it again.",
        "{{#reason}}Feedback: {{reason}}{{/reason}}",
      ],
      action: "Open the course",
    },
    ru: {
      subject: "Курс «{{courseTitle}}» требует доработки",
      body: [
        "Ваш курс «{{courseTitle}}» пока не одобрен. Доработайте его и отправьте снова.",
        "{{#reason}}Отзыв: {{reason}}{{/reason}}",
      ],
      action: "Открыть курс",
    },
  },
} as const satisfies Record<string, Wording>;
