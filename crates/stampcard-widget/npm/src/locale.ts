/** Languages: which one, its catalogue, and the few words that the shell itself needs. */

import { StampcardError } from "./error.js";
import { fileUrl } from "./place.js";

/** How long an element waits for its language, in milliseconds. */
const WAIT_MS = 10_000;
/** How much of the checksum is in the file's name; the build makes the same name. */
const SUM_IN_NAME = 10;

const loaded = new Map<string, Promise<unknown>>();

/** The language of the page, else of the visitor. */
export function pageLocale(): string {
  return document.documentElement.lang || navigator.language || "en";
}

/**
 * The catalogue's sentences, or nothing for English, which is built in and what everything falls back to. What is not,
 * to the byte, the file that was built with this script counts as none. A failure is forgotten: asking again tries again.
 */
export function catalogueFor(locale: string): Promise<unknown> {
  const tag = nearest(locale);
  const sum = SENTENCES[tag]?.[4];
  if (!sum) return Promise.resolve(undefined);
  let catalogue = loaded.get(tag);
  if (!catalogue) {
    catalogue = read(fileUrl(`locale/${tag}-${sum.slice(0, SUM_IN_NAME).replace(/\W/g, "_")}.json`), sum);
    catalogue.catch(() => loaded.delete(tag));
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

async function read(url: string, sum: string): Promise<unknown> {
  try {
    const options = { credentials: "omit", integrity: `sha256-${sum}`, signal: AbortSignal.timeout(WAIT_MS) } as const;
    const response = await fetch(url, options);
    if (!response.ok) throw response;
    return (await response.json()) as unknown;
  } catch (error) {
    throw new StampcardError("language_unavailable", true, error, url);
  }
}

/** The catalogue that is written as this language is: `zh-HK` as `zh-TW`, `de-AT` as `de`; English where there is none. */
function nearest(locale: string): string {
  const wanted = written(locale);
  return Object.keys(SENTENCES).find((tag) => written(tag) === wanted) ?? "en";
}

/** A language with its script, which a tag need not name. */
function written(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return "";
  }
}
