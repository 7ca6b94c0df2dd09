/** The classic script: registers the elements and makes `window.Stampcard` from the data attributes of its tag. */

import type { StampcardGlobal, StampcardOptions, Theme } from "../types/stampcard.js";
import { createCard, createStampcard } from "./create.js";
import { defineStampcard, warnOfFirst } from "./elements.js";
import { cameFrom } from "./place.js";
import { setPageScope } from "./scope.js";
import { tokenFrom } from "./token.js";

/** A call that a page made before the script had arrived: `[verb, ...arguments]`. */
type Call = readonly [string, ...unknown[]];

const SELECTOR = "script[data-stampcard]";

// A tag manager runs scripts without a `currentScript`, so the tag is known by its attribute.
const current = document.currentScript as HTMLScriptElement | null;
const tag = current?.matches(SELECTOR) ? current : document.querySelector<HTMLScriptElement>(SELECTOR);
const before = window.Stampcard as (Partial<StampcardGlobal> & { q?: Call[] }) | undefined;

if (before?.version) {
  warnOfFirst(before.version);
} else {
  cameFrom(tag?.src || current?.src);
  const { card, scope } = createCard(optionsOf(tag?.dataset ?? {}));
  setPageScope(scope);
  const run = (...[verb, ...args]: Call) => (api as unknown as Record<string, (...args: unknown[]) => unknown>)[verb]?.(...args);
  const api = Object.freeze({ ...card, version: VERSION, create: createStampcard, q: { push: (call: Call) => run(...call) } });
  window.Stampcard = api;
  for (const call of before?.q ?? []) run(...call);
  defineStampcard();
}

function optionsOf({ endpoint, key, locale, theme, brandColor, tokenUrl, base }: DOMStringMap): StampcardOptions {
  return {
    ...(base ? { base } : {}),
    ...(tokenUrl ? { getToken: tokenFrom(tokenUrl) } : {}),
    endpoint: endpoint ?? null,
    key: key ?? null,
    locale: locale ?? null,
    theme: (theme as Theme | undefined) ?? null,
    brandColor: brandColor ?? null,
  };
}
