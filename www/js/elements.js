/** The pages about the elements: attributes to try, and lines to copy. */

import { purposes } from "./consents.js";
import { onLanguage, t } from "./language.js";
import { byId } from "./nodes.js";
import { tell } from "./status.js";

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
}
