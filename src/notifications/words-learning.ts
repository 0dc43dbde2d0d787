import type { Wording } from "./words.ts";

/** What opens, falls due and comes back on the way through a course. */
export const LEARNING_WORDS = {
  "module.unlocked": {
    en: {
      subject: "{{moduleTitle}} is open",
      body: ["The module “{{moduleTitle}}” of “{{courseTitle}}” is open to you now."],
      action: "Open the module",
    },
    ru: {
      subject: "Открыт модуль «{{moduleTitle}}»",
      body: ["Вам открыт модуль «{{moduleTitle}}» курса «{{courseTitle}}»."],
      action: "Открыть модуль",
    },
  },
  "assignment.due-soon": {
    en: {
      subject: "{{assignmentTitle}} is due {{dueOn}}",
      body: [
        "The assignment “{{assignmentTitle}}” of “{{courseTitle}}” is due on {{dueAt}}, and nothing of yours has come in yet.",
      ],
      action: "Open the assignment",
    },
    ru: {
      subject: "Срок сдачи задания «{{assignmentTitle}}»: {{dueOn}}",
      body: [
        "Задание «{{assignmentTitle}}» курса «{{courseTitle}}» нужно сдать до {{dueAt}}; вашей работы пока нет.",
      ],
      action: "Открыть задание",
    },
  },
  "submission.graded": {
    en: {
      subject: "{{assignmentTitle}}: {{score}} of {{maxScore}}",
      body: [
        "Your work on “{{assignmentTitle}}” of “{{courseTitle}}” has been graded: {{score}} of {{maxScore}} points.",
        "{{#penalty}}{{penalty}} were taken off because it came late.{{/penalty}}",
        "{{#feedback}}Feedback: {{feedback}}{{/feedback}}",
      ],
      action: "See your work",
    },
    ru: {
      subject: "{{assignmentTitle}}: {{score}} из {{maxScore}}",
      body: [
        "Ваша работа «{{assignmentTitle}}» (курс «{{courseTitle}}») проверена: {{score}} из {{maxScore}} баллов.",
        "{{#penalty}}За опоздание снято {{penalty}}.{{/penalty}}",
        "{{#feedback}}Отзыв: {{feedback}}{{/feedback}}",
      ],
      action: "Открыть работу",
    },
  },
  "submission.returned": {
    en: {
      subject: "{{assignmentTitle}} came back for revision",
      body: [
        "Your work on “{{assignmentTitle}}” of “{{courseTitle}}” was returned to you: change it and hand it in again.",
        "{{#feedback}}Feedback: {{feedback}}{{/feedback}}",
      ],
      action: "See your work",
    },
    ru: {
      subject: "Работа «{{assignmentTitle}}» возвращена на доработку",
      body: [
        "Ваша работа «{{assignmentTitle}}» (курс «{{courseTitle}}») возвращена: доработайте её и сдайте снова.",
        "{{#feedback}}Отзыв: {{feedback}}{{/feedback}}",
      ],
      action: "Открыть работу",
    },
  },
} as const satisfies Record<string, Wording>;
