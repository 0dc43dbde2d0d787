// Leaves one certificate for each script in out/, to be looked at; needs Node 22.18 or newer, which reads TypeScript:
// node scripts/node.mjs node scripts/certificate-sheet.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { certificateDocument } from "../src/certification/document.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "out");

const common = {
  template: {
    signatories: [
      { name: "Margaret O’Hara", role: "Head of School" },
      { name: "Пётр Лебедев", role: "Instructor" },
    ],
  },
  issuedAt: Date.UTC(2026, 2, 12, 22, 30),
  timeZone: "Europe/Moscow",
  language: "en",
  verificationCode: "K7QF-2M9X-TWHD",
  verifyUrl: "https://lms.example.org/verify/K7QF-2M9X-TWHD",
  issuerName: "Northern School of Design",
};

const certificates = {
  latin: {
    learnerName: "Nguyễn Thị Ánh Tuyết Łukaszewicz",
    courseTitle: "Foundations of Typography",
  },
  cyrillic: {
    learnerName: "Константин Сергеевич Воскресенский",
    courseTitle: "Основы проектирования интерфейсов: от исследования до прототипа",
    language: "ru",
    issuerName: "Северная школа дизайна",
    expiresAt: Date.UTC(2028, 2, 12),
    template: {
      signatories: [{ name: "Маргарита О’Хара", role: "Директор школы" }],
    },
  },
  arabic: {
    learnerName: "عبد الرحمن بن محمد الفارسي",
    courseTitle: "مبادئ إدارة المشاريع (LMS 2026): الجزء الأول، ١٤٤٧ / ۱۴۰۴",
    language: "ar",
    issuerName: "أكاديمية النور",
    template: {},
  },
  devanagari: {
    learnerName: "श्रीमती लक्ष्मी कृष्णमूर्ति",
    courseTitle: "हिन्दी साहित्य का इतिहास: क्षत्रिय युग से आधुनिक काल तक",
    language: "hi",
    issuerName: "राष्ट्रीय विद्यापीठ",
    template: {},
  },
  han: {
    learnerName: "欧阳龘靐",
    courseTitle: "数据结构与算法：从入门到精通（第二版）",
    language: "zh-Hans",
    issuerName: "東京デザイン学院",
    template: {
      signatories: [
        { name: "김민준", role: "교장" },
        { name: "山田太郎", role: "学長" },
      ],
    },
  },
  mixed: {
    learnerName: "Анна María 李小龍 محمد लक्ष्मी",
    courseTitle: "TypeScript на краю сети: 邊緣計算 · الحوسبة الطرفية · एज कंप्यूटिंग",
    template: {
      title: "Diploma of Advanced Study",
      body: "{learner} has taken part in the course {course} with distinction, and was admitted to the guild on {date}.",
      signatories: [
        { name: "Margaret O’Hara", role: "Head of School" },
        { name: "山田太郎", role: "学長" },
        { name: "د. ليلى حداد", role: "عميدة الكلية" },
        {
          name: "Dr. Aleksandra Konstantinopolskaya-Petrova",
          role: "Chair of the Examination Board",
        },
      ],
    },
  },
  long: {
    learnerName:
      "Doña María de los Dolores Esperanza Guadalupe Fernández-Montesinos y Álvarez de Toledo, Marquesa de Villafranca",
    courseTitle:
      "An Exhaustive Introduction to the Theory and Practice of Distributed Systems, Event Sourcing and Consensus Protocols for Engineers Who Have Already Seen Everything Once Before",
    issuerName:
      "The Royal and Ancient Institute for Continuing Professional Education of the Northern Provinces",
    expiresAt: Date.UTC(2030, 0, 1),
  },
};

execFileSync(process.execPath, [join(root, "scripts/fonts.mjs")], { stdio: "inherit" });
mkdirSync(out, { recursive: true });
const fonts = {
  load: async (name) => {
    const { buffer, byteOffset, byteLength } = readFileSync(
      join(root, "public/fonts", `${name}.ttf`),
    );
    return buffer.slice(byteOffset, byteOffset + byteLength);
  },
};
for (const [name, certificate] of Object.entries(certificates)) {
  const started = performance.now();
  const bytes = await certificateDocument({ ...common, ...certificate, fonts });
  const ms = Math.round(performance.now() - started);
  writeFileSync(join(out, `certificate-${name}.pdf`), bytes);
  console.log(`out/certificate-${name}.pdf  ${Math.round(bytes.length / 1024)} KB  ${ms} ms`);
}
