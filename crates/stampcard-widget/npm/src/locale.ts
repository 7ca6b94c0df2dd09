/** Languages: which one, its catalogue, and the few words that the shell itself needs. */

import { partUrl } from "./place.js";

const loaded = new Map<string, Promise<unknown>>();

/** The language of the page, else of the visitor. */
export function pageLocale(): string {
  return document.documentElement.lang || navigator.language || "en";
}

/** The catalogue's sentences, or nothing for English, which is built in and what everything falls back to. */
export function catalogueFor(locale: string): Promise<unknown> {
  const tag = nearest(locale);
  if (tag === "en") return Promise.resolve(undefined);
  let catalogue = loaded.get(tag);
  if (!catalogue) {
    catalogue = fetch(partUrl(`locale/${tag}.json`), { credentials: "omit" })
      .then((response) => (response.ok ? (response.json() as Promise<unknown>) : Promise.reject(response)))
      .catch(() => {
        loaded.delete(tag);
        console.warn(`stampcard: the ${tag} catalogue could not be read`);
      });
    loaded.set(tag, catalogue);
  }
  return catalogue;
}

/** "The program cannot be reached", "try again", "close" and "rewards". */
export function sentences(locale: string): Record<"lang" | "unavailable" | "retry" | "close" | "rewards", string> {
  const lang = nearest(locale);
  const [unavailable = "", retry = "", close = "", rewards = ""] = SENTENCES[lang] ?? [];
  return { lang, unavailable, retry, close, rewards };
}

/** The exact language, else one of the same language, else English. */
function nearest(locale: string): string {
  const wanted = locale.toLowerCase();
  const tags = Object.keys(SENTENCES);
  const language = (tag: string) => tag.toLowerCase().split("-")[0];
  return (
    tags.find((tag) => tag.toLowerCase() === wanted) ??
    tags.find((tag) => language(tag) === language(wanted)) ??
    "en"
  );
}
