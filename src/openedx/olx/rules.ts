/** The rules of source 2, section 12, each with its severity and what it says, and those of ours below. */
export const RULES = {
  COURSE_XML_REQUIRED: ["error", "There is no course.xml"],
  MIN_ONE_CHAPTER: ["error", "The course has no chapter"],
  MIN_ONE_SEQUENTIAL: ["error", "The chapter has no sequential"],
  MIN_ONE_VERTICAL: ["error", "The sequential has no vertical"],
  REFERENCED_FILE_EXISTS: ["error", "A file is named that is not in the bundle"],
  NO_ORPHAN_FILES: ["warning", "Nothing refers to this file"],
  VALID_UTF8: ["error", "The file is not UTF-8"],
  HTML_SIZE_LIMIT: ["warning", "The HTML has over 1 MB"],
  NO_SCRIPT_TAGS: ["warning", "The HTML holds a script"],
  ABSOLUTE_IMAGE_URLS: ["warning", "An image has an address that is neither whole nor /static/"],
  NO_LOCAL_FILE_REFS: ["error", "An address leads to a local file or out of the folder"],
  ASCII_URL_NAMES: ["error", "A url_name is not ASCII"],
  URL_NAME_MAX_LENGTH: ["error", "A url_name has over 100 characters"],
  URL_NAME_PATTERN: ["error", "A url_name has other characters than letters, digits, _ and -"],
  UNIQUE_URL_NAMES: ["error", "A url_name stands twice among elements of its type"],
  VALID_POLICY_JSON: ["error", "policy.json is not valid JSON"],
  VALID_GRADING_POLICY: ["error", "grading_policy.json is not valid JSON"],
  WELL_FORMED_XML: ["error", "The XML is not well-formed"],
  POINTER_ATTRIBUTES: ["error", "A pointer has more than its url_name: its file would be ignored"],
  TAG_MISMATCH: ["error", "The file holds another element than its folder says"],
  INVALID_KEY: ["error", "org, course and run take letters, digits, . _ and - alone"],
  ASCII_POLICY: ["warning", "Outside ASCII the policy is read in the server's locale"],
  UNIT_TOO_LARGE: ["error", "A unit's HTML has over 2 MB"],
} as const satisfies Record<string, readonly ["error" | "warning", string]>;

export type Rule = keyof typeof RULES;

export const HTML_BYTES_WARNED = 1_000_000;
export const HTML_BYTES_MAX = 2_097_152;
