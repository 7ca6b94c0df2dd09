/** An element's page: its attributes to try, its events as they come, and its lines to copy. */

import { purposes } from "./consents.js";
import { onLanguage, t } from "./language.js";
import { byId } from "./nodes.js";
import { tell } from "./status.js";

const LOGGED_MAX = 20;
const DETAIL_MAX = 600;

byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("code").textContent);
    tell(t("elements.copied"));
  } catch {
    tell(t("elements.uncopied"));
  }
});

const { tag } = byId("content").dataset;
if (tag) show(byId("content").querySelector(tag));

function show(live) {
  // The tokens that the shop sets would win over a theme; here the element wears its own.
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const set = rules.flatMap((rule) => [...(rule.style ?? [])]).filter((name) => name.startsWith("--stampcard-"));
  for (const token of new Set(set)) live.style.setProperty(token, "initial");
  if (document.querySelector("[data-list=members] [data-told=purposes]")) {
    const askForConsents = () => (live.purposes = purposes());
    onLanguage(askForConsents);
    askForConsents();
  }
  byId("open").addEventListener("click", () => live.open());
  for (const control of byId("switches").elements) {
    if (control.type === "checkbox") control.checked = live.hasAttribute(control.name);
  }
  byId("switches").addEventListener("change", ({ target }) => {
    if (target.type === "checkbox") live.toggleAttribute(target.name, target.checked);
    else if (target.value) live.setAttribute(target.name, target.value);
    else live.removeAttribute(target.name);
  });
  for (const { dataset } of document.querySelectorAll("[data-list=events] [data-told]")) {
    live.addEventListener(dataset.told, log);
  }
  // The shop would take the visitor and the voucher to the cart; here one looks at what is sent.
  live.addEventListener("stampcard-voucher-applied", (event) => event.stopPropagation());
}

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
  const text = JSON.stringify(detail);
  carried.textContent = text.length > DETAIL_MAX ? `${text.slice(0, DETAIL_MAX)}…` : text;
  entry.append(at, name, carried);
  const log = byId("log");
  log.querySelector("[data-t]")?.remove();
  log.prepend(entry);
  while (log.childElementCount > LOGGED_MAX) log.lastElementChild.remove();
}
