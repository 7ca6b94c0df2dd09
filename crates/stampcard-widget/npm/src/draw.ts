/** What the shell draws itself: the style sheet, the skeleton, and the words when the wasm cannot be had. */

import css from "stampcard-css";
import type { StampcardElementName } from "../types/stampcard.js";
import { sentences } from "./locale.js";

/** What the wasm draws: elements, and the launcher of a panel. */
export type Drawn = StampcardElementName | "launcher";

/** Cards that the skeleton of a list has. */
const SKELETON_CARDS: Partial<Record<Drawn, number>> = {
  rewards: 6,
  vouchers: 2,
  activity: 5,
  earn: 4,
  offers: 2,
  referral: 1,
  feedback: 1,
  privacy: 3,
  panel: 2,
};

/** The shapes that are not called as their element. */
const SHAPES: Partial<Record<Drawn, string>> = { product: "earns", panel: "home" };

let sheet: CSSStyleSheet | undefined;

/** Gives a root the one sheet that all elements of the page share. */
export function adopt(root: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];
}

/** Light or dark, where somebody said which; else the page's own scheme is inherited. */
export function paint(base: HTMLElement, theme: string | undefined): void {
  base.style.colorScheme = theme === "auto" ? "light dark" : (theme ?? "");
  base.style.color = theme ? "var(--_color-text)" : "";
}

/** What the component draws while it waits for its data: the size that the element will have. */
export function skeleton(name: Drawn, isCompact: boolean): HTMLElement {
  if (name === "launcher") return make("span", { class: "skeleton" });
  if (isCompact) return make("div", { class: "pill skeleton", "aria-hidden": "true" });
  const shape = make("div", { class: `${SHAPES[name] ?? name} skeleton`, "aria-hidden": "true" });
  shape.append(...Array.from({ length: SKELETON_CARDS[name] ?? 0 }, () => make("div")));
  const frame = make("div", { class: name === "panel" ? "frame body" : "frame" });
  frame.append(shape);
  return frame;
}

/** The content that the page put into the element, then a sentence and a button to try again; no room in a pill. */
export function failed(
  name: Drawn,
  locale: string,
  isCompact: boolean,
  retry: (() => void) | undefined,
): HTMLElement[] {
  const { lang, unavailable: sentence, retry: again, rewards } = sentences(locale);
  if (name === "launcher") return [make("span", { class: "words only", part: "label", lang }, rewards)];
  if (isCompact) return [make("slot", {}, "–")];
  const note = make("div", { class: "notice", part: "notice", role: "status", lang, dir: "auto" });
  note.append(make("p", {}, sentence));
  if (retry) {
    const button = make("button", { class: "button quiet", part: "button retry", type: "button" }, again);
    button.addEventListener("click", retry);
    note.append(button);
  }
  return [make("slot"), note];
}

export function make(tag: string, attributes: Record<string, string> = {}, text = ""): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
}
