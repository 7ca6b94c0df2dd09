/** What every page has: language, member, the cart's count, and adding to it. */

import { ask, explain } from "./api.js";
import * as cart from "./cart.js";
import { cardLanguage, onCardLanguage } from "./card-language.js";
import { purposes } from "./consents.js";
import { onLanguage, setLanguage, t } from "./language.js";
import { brandColor, onBrandColor } from "./look.js";
import { tell } from "./status.js";

const page = document.documentElement.dataset.page;
document.querySelector(`a[data-page="${page}"]`)?.setAttribute("aria-current", "page");

const languages = document.querySelectorAll(".languages button");
for (const button of languages) {
  button.addEventListener("click", () => {
    setLanguage(button.value).catch(() => tell(t("error.offline")));
  });
}
onLanguage((tag) => {
  for (const button of languages) button.setAttribute("aria-pressed", String(button.value === tag));
  showCount();
});
// The queue is there before the classic script is, and stays.
const tellCard = (settings) => (window.Stampcard ??= { q: [] }).q.push(["update", settings]);
onCardLanguage((locale) => tellCard({ locale }));
if (cardLanguage() !== document.documentElement.lang) tellCard({ locale: cardLanguage() });
onBrandColor((color) => tellCard({ brandColor: color }));
if (brandColor()) tellCard({ brandColor: brandColor() });

/** An invitation stays in the address and nowhere else, until the visitor wants it to come along. */
const friend = new URLSearchParams(location.search).get("friend");
document.getElementById("invited").hidden = !friend;

const member = document.getElementById("member");
const memberBefore = member.querySelector("[selected]").value;
member.addEventListener("change", changeMember);
// It may have been changed before this script was there.
if (member.value !== memberBefore) changeMember();

async function changeMember() {
  const isTaken = document.getElementById("invited-take").checked;
  try {
    await ask("POST", "session", { member: member.value, ...(isTaken && { friend }) });
    if (isTaken) location.assign(location.pathname);
    else location.reload();
  } catch (error) {
    member.value = memberBefore;
    tell(explain(error));
  }
}

cart.onCart(showCount);
showCount();

function showCount() {
  const count = cart.count();
  const badge = document.getElementById("head-count");
  badge.textContent = String(count);
  badge.hidden = count === 0;
  document.getElementById("head-cart").ariaLabel = count === 0 ? t("nav.cart") : t("nav.cart.count", { n: count });
}

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    cart.add(button.dataset.add, 1);
    tell(t("shelf.added"));
  });
}

const buy = document.getElementById("buy");
buy?.addEventListener("submit", (event) => {
  event.preventDefault();
  cart.add(buy.dataset.sku, buy.elements.quantity.valueAsNumber);
  tell(t("shelf.added"));
});

// What so many of it would earn.
buy?.elements.quantity.addEventListener("input", () => {
  const quantity = buy.elements.quantity.valueAsNumber;
  if (quantity >= 1) document.getElementById("earns").setAttribute("quantity", String(quantity));
});

const filters = document.querySelectorAll("#filter button");
for (const filter of filters) {
  filter.addEventListener("click", () => {
    for (const other of filters) other.setAttribute("aria-pressed", String(other === filter));
    for (const card of document.querySelectorAll("#products .card")) {
      card.hidden = filter.value !== "" && card.dataset.category !== filter.value;
    }
  });
}

/** The panel asks for consents in the shop's words. On the cart's page the cart mounts one. */
const panel = document.querySelector("stampcard-panel");
if (panel) {
  const askForConsents = () => (panel.purposes = purposes());
  onLanguage(askForConsents);
  askForConsents();
}

/** A voucher that the member wants to use waits for the cart, which the page goes to. */
if (page !== "cart") {
  document.addEventListener("stampcard-voucher-applied", ({ detail }) => {
    cart.setVoucher(detail.code);
    location.assign("/cart");
  });
}

/** Whoever is forgotten is nobody here either. */
document.addEventListener("stampcard-erased", () => {
  ask("POST", "session", { member: "guest" }).then(
    () => tell(t("account.erased")),
    (error) => tell(explain(error)),
  );
});
