/** What an element's page does before the widget is there. It waits for no words, so that it misses no event. */

import { byId } from "./nodes.js";

const LOGGED_MAX = 20;
const DETAIL_MAX = 600;

const live = byId("content").querySelector(byId("content").dataset.tag);
// The tokens that the shop sets would win over a theme; here the element wears its own, or what the visitor tries on.
const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
const set = rules.flatMap((rule) => [...(rule.style ?? [])]).filter((name) => name.startsWith("--stampcard-"));
const own = new CSSStyleSheet();
own.replaceSync(`:root:not([data-card-theme]) #stage { ${[...new Set(set)].map((name) => `${name}: initial;`).join(" ")} }`);
document.adoptedStyleSheets.push(own);
for (const { dataset } of document.querySelectorAll("[data-list=events] [data-told]")) {
  live.addEventListener(dataset.told, log);
}
// The shop would take the visitor and the voucher to the cart; here one looks at what is sent.
live.addEventListener("stampcard-voucher-applied", (event) => event.stopPropagation());

function log({ type, detail }) {
  const entry = document.createElement("div");
  entry.className = "log-entry";
  const now = new Date();
  const at = document.createElement("time");
  at.dateTime = now.toISOString();
  at.textContent = now.toLocaleTimeString(document.documentElement.lang);
  const name = document.createElement("strong");
  name.textContent = type;
  const carried = document.createElement("code");
  const text = String(JSON.stringify(detail));
  carried.textContent = text.length > DETAIL_MAX ? `${text.slice(0, DETAIL_MAX)}…` : text;
  entry.append(at, name, carried);
  const box = byId("log");
  box.querySelector("[data-t]")?.remove();
  box.prepend(entry);
  while (box.childElementCount > LOGGED_MAX) box.lastElementChild.remove();
}
