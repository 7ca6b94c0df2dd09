/** What the shell draws itself: the style sheet, the skeleton, and the words when the wasm cannot be had. */

import css from "stampcard-css";
import { sentences } from "./locale.js";

let sheet: CSSStyleSheet | undefined;

/** Gives a root the one sheet that all elements of the page share. */
export function adopt(root: ShadowRoot): void {
  if ("adoptedStyleSheets" in root) {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = document.createElement("style");
    style.textContent = css;
    (root as ShadowRoot).append(style);
  }
}

/** A block of the size that the element will have. */
export function skeleton(): HTMLElement {
  return make("div", { class: "skeleton", "aria-hidden": "true" });
}

/** The content that the page put into the element, then a sentence and a button to try again. */
export function failed(locale: string, retry: (() => void) | undefined): Node[] {
  const [sentence, again] = sentences(locale);
  const note = make("div", { class: "failed", part: "failed", role: "status", lang: locale });
  note.append(make("p", {}, sentence));
  if (retry) {
    const button = make("button", { type: "button", part: "button retry" }, again);
    button.addEventListener("click", retry);
    note.append(button);
  }
  return [make("slot", {}), note];
}

export function make(tag: string, attributes: Record<string, string>, text = ""): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
}
