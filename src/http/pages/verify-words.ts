/** What the verification page says, by language. */
export const VERIFY_WORDS = {
  en: {
    title: "Certificate verification",
    headings: {
      valid: "This certificate is valid",
      expired: "This certificate has expired",
      revoked: "This certificate has been revoked",
      unknown: "There is no such certificate",
    },
    explanations: {
      valid: "It was issued here and nothing speaks against it.",
      expired: "It was issued here and was valid until the date below.",
      revoked: "It was issued here and has since been withdrawn: it proves nothing any more.",
      unknown: "No certificate bears this code. Check the code for a slip: it begins with CERT-.",
    },
    learner: "Awarded to",
    course: "For completing",
    issued: "Issued",
    expires: "Valid until",
    code: "Verification code",
    erased: "The name has been removed at the learner's wish",
    skip: "Skip to the content",
    reference: "API reference",
    errors: "Errors",
  },
  ru: {
    title: "Проверка сертификата",
    headings: {
      valid: "Сертификат действителен",
      expired: "Срок действия сертификата истёк",
      revoked: "Сертификат отозван",
      unknown: "Такого сертификата нет",
    },
    explanations: {
      valid: "Он выдан здесь, и ничто не говорит против него.",
      expired: "Он выдан здесь и действовал до указанной ниже даты.",
      revoked: "Он был выдан здесь, но затем отозван и больше ничего не подтверждает.",
      unknown: "Сертификата с таким кодом нет. Проверьте, нет ли опечатки: код начинается с CERT-.",
    },
    learner: "Выдан",
    course: "За прохождение курса",
    issued: "Дата выдачи",
    expires: "Действителен до",
    code: "Код проверки",
    erased: "Имя удалено по желанию учащегося",
    skip: "Перейти к содержанию",
    reference: "Справочник API",
    errors: "Ошибки",
  },
} as const;

export type VerifyLanguage = keyof typeof VERIFY_WORDS;

/** The first of the caller's languages that the page speaks, by their weight; else English. */
export function verifyLanguage(acceptLanguage: string | undefined): VerifyLanguage {
  const wished = (acceptLanguage ?? "")
    .split(",")
    .map((one) => {
      const [tag = "", ...parameters] = one.split(";").map((part) => part.trim());
      const weight = parameters.find((part) => part.startsWith("q="))?.slice(2);
      return { language: tag.split("-")[0]?.toLowerCase(), weight: Number(weight ?? 1) };
    })
    .filter(({ language, weight }) => weight > 0 && (language === "en" || language === "ru"))
    .toSorted((a, b) => b.weight - a.weight);
  return wished[0]?.language === "ru" ? "ru" : "en";
}
