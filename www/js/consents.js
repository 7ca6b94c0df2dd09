/** What the shop would do with a consent; the texts are the shop's own, and their version changes with them. */

import { t } from "./language.js";

export const purposes = () => [
  {
    purpose: "marketing_email",
    version: "2026-11",
    title: t("consent.news.title"),
    text: t("consent.news.text"),
    retention: t("consent.news.retention"),
  },
];
