/** Words, money, numbers and dates in the visitor's language. */

const SAYS = "[data-t], [data-t-aria-label], [data-t-content]";

let language = document.documentElement.lang;
let words = await load(language);
let plurals = new Intl.PluralRules(language);

/** The words for `key`; `{name}` is replaced by `values.name`, and `values.n` chooses between one and other. */
export function t(key, values = {}) {
  const entry = words[key] ?? key;
  const text = typeof entry === "string" ? entry : (entry[plurals.select(values.n)] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** Whether there are words for `key`. */
export const knows = (key) => key in words;

export const number = (value) => new Intl.NumberFormat(language).format(value);

/** An amount of euros from cents. */
export const money = (minor) =>
  new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(minor / 100);

export const day = (instant) => new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(instant));

/** Speaks another language from now on: every marked node changes, then those who asked are told. */
export async function setLanguage(tag) {
  if (tag === language) return;
  words = await load(tag);
  language = tag;
  plurals = new Intl.PluralRules(tag);
  document.documentElement.lang = tag;
  document.cookie = `lang=${tag}; path=/; max-age=31536000; samesite=lax`;
  for (const node of document.querySelectorAll(SAYS)) say(node);
  document.dispatchEvent(new CustomEvent("shop-language", { detail: tag }));
}

/** Calls back with the tag after every change of language. */
export function onLanguage(listener) {
  document.addEventListener("shop-language", (event) => listener(event.detail));
}

/** Gives a node words that follow the language. */
export function mark(node, key) {
  node.dataset.t = key;
  node.textContent = t(key);
}

function say(node) {
  for (const { name, value } of [...node.attributes]) {
    if (name === "data-t") node.textContent = t(value);
    else if (name.startsWith("data-t-")) node.setAttribute(name.slice("data-t-".length), t(value));
  }
}

async function load(tag) {
  const response = await fetch(`/locale/${tag}.json`);
  if (!response.ok) throw new Error(`no words for ${tag}`);
  return response.json();
}
