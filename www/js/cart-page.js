/** The cart: priced by the shop, paid with a voucher perhaps, and what the order brought. */

import { createStampcard } from "/sdk/stampcard.mjs";
import { ShopError, ask, explain } from "./api.js";
import * as cart from "./cart.js";
import { cardLanguage, onCardLanguage } from "./card-language.js";
import { purposes } from "./consents.js";
import { money, onLanguage, t } from "./language.js";
import { brandColor, onBrandColor } from "./look.js";
import { byId, fromTemplate } from "./nodes.js";
import { showSums } from "./sums.js";

const { endpoint, key } = document.body.dataset;
const isGuest = byId("member").value === "guest";

const card = createStampcard({
  endpoint,
  key,
  locale: cardLanguage(),
  brandColor: brandColor(),
  getToken: isGuest ? null : getToken,
});
card.mount("#head-balance", "balance", { compact: true });
const panel = card.mount(document.body, "panel", {
  apply: true,
  joinUrl: "/account",
  loginUrl: "/account",
  link: `${location.origin}/?friend={code}`,
});
onLanguage(() => panel.update({ purposes: purposes() }));
panel.update({ purposes: purposes() });
const earns = card.mount("#cart-earns", "cart", { apply: true });
card.on("voucherApplied", ({ code }) => order || apply(code));
// A voucher that the member gives back is worth nothing any more, and the shop says so with the price.
card.on("balanceChanged", () => voucher && !order && !isOrdering() && price());

/** The code that the visitor has put on the cart, here or where it was redeemed. */
let voucher = isGuest ? undefined : cart.voucher();
/** The quote on screen, or the order once it is placed. */
let quote;
let order;
/** Only the answer to the last question counts. */
let asked = 0;

byId("guest-note").hidden = !isGuest;
byId("voucher-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = byId("voucher").value.trim();
  if (code) apply(code);
});
byId("voucher-off").addEventListener("click", () => apply(undefined));
byId("checkout").addEventListener("click", checkOut);
cart.onCart(() => order || price());
onCardLanguage((locale) => card.update({ locale }));
onBrandColor((color) => card.update({ brandColor: color }));
onLanguage(() => {
  if (order) showReceipt();
  else price();
});
// Shown at once and whole, so that nothing moves under the visitor's finger.
await price();
byId("cart-body").hidden = false;

/** The member's token, signed by the shop's own backend. Without content: nobody is signed in any more. */
async function getToken() {
  const response = await fetch("/shop/token", { cache: "no-store" });
  if (response.status === 204) return null;
  if (!response.ok) throw new Error(`the shop answered ${response.status}`);
  return (await response.json()).token;
}

async function price() {
  const question = ++asked;
  const lines = cart.lines();
  byId("cart").hidden = lines.length === 0;
  byId("cart-empty").hidden = lines.length > 0;
  if (lines.length === 0) return;
  try {
    const priced = await ask("POST", "quote", { lines, voucher });
    if (question !== asked) return;
    quote = priced;
    byId("checkout-trouble").textContent = "";
    cart.keepOnly(priced.lines.filter((line) => !line.gift).map((line) => line.sku));
    showQuote();
  } catch (error) {
    if (question !== asked) return;
    if (voucher && error.code?.startsWith("voucher_")) {
      refuse(error);
      putVoucher(undefined);
      await price();
    } else {
      byId("checkout-trouble").textContent = explain(error);
    }
  }
}

function putVoucher(code) {
  voucher = code;
  cart.setVoucher(code);
}

async function apply(code) {
  putVoucher(code);
  byId("voucher-message").textContent = "";
  cart.renew();
}

function refuse(error) {
  const message = byId("voucher-message");
  message.classList.add("refused");
  message.textContent = explain(error);
}

function showQuote() {
  keepFocus(() => byId("cart-lines").replaceChildren(...quote.lines.map(lineNode)));
  showSums(byId("sums"), quote);
  earns.update({ order: orderOf(quote) });
  byId("voucher-off").hidden = !quote.voucher;
  if (quote.voucher) {
    const message = byId("voucher-message");
    message.classList.remove("refused");
    message.textContent = t("cart.voucher.applied", { title: quote.voucher.title });
    byId("voucher").value = quote.voucher.code;
  }
}

/** The order as the loyalty program would be told of it. */
function orderOf({ earning, shipping_minor: shippingMinor, card_minor: giftCardMinor }) {
  const lines = earning.map(({ sku, category, quantity, amount_minor: amountMinor, discount_minor: discountMinor }) => ({
    sku,
    category,
    quantity,
    amountMinor,
    discountMinor,
  }));
  return { currency: "EUR", lines, shippingMinor, giftCardMinor };
}

function lineNode(line) {
  const name = t(`product.${line.slug}.name`);
  const node = fromTemplate("line", {
    ".line-name": name,
    ".line-price": line.gift ? "" : money(line.unit_minor),
    ".line-quantity": String(line.quantity),
    ".line-amount": money(line.amount_minor),
    ".line-remove": t("cart.remove"),
    ".line-gift": t("cart.gift"),
  });
  node.dataset.sku = line.sku;
  node.querySelector("img").src = line.image;
  if (line.listed) node.querySelector(".line-name").href = `/product/${line.slug}`;
  node.querySelector(".line-gift").hidden = !line.gift;
  node.querySelector(".stepper").hidden = line.gift;
  node.querySelector(".line-remove").hidden = line.gift;
  wire(node, ".less", t("cart.less", { name }), () => cart.set(line.sku, line.quantity - 1));
  wire(node, ".more", t("cart.more", { name }), () => cart.set(line.sku, line.quantity + 1));
  wire(node, ".line-remove", t("cart.remove.label", { name }), () => cart.set(line.sku, 0));
  return node;
}

function wire(node, selector, label, act) {
  const button = node.querySelector(selector);
  button.ariaLabel = label;
  button.addEventListener("click", act);
}

/** The lines are drawn anew; who pressed a stepper goes on pressing it. */
function keepFocus(draw) {
  const from = document.activeElement?.closest("#cart-lines [data-sku]");
  const place = from && [...from.querySelectorAll("button")].indexOf(document.activeElement);
  draw();
  if (!from) return;
  const line = byId("cart-lines").querySelector(`[data-sku="${CSS.escape(from.dataset.sku)}"]`);
  (line?.querySelectorAll("button")[place] ?? byId("checkout")).focus();
}

const isOrdering = () => byId("checkout").ariaBusy === "true";

async function checkOut() {
  if (isOrdering()) return;
  const button = byId("checkout");
  button.ariaBusy = "true";
  button.textContent = t("cart.busy");
  byId("checkout-trouble").textContent = "";
  try {
    order = await ask("POST", "checkout", {
      key: cart.checkoutKey(),
      lines: cart.lines(),
      voucher,
      total_minor: quote?.total_minor,
    });
    cart.clear();
    cart.setVoucher(undefined);
    showReceipt();
    byId("receipt").focus();
    await card.refresh();
  } catch (error) {
    if (error instanceof ShopError && error.code === "order_changed") cart.renew();
    byId("checkout-trouble").textContent = explain(error);
  } finally {
    button.ariaBusy = "false";
    button.textContent = t("cart.checkout");
  }
}

let tierMounted = false;

function showReceipt() {
  byId("cart").hidden = true;
  byId("cart-empty").hidden = true;
  byId("receipt").hidden = false;
  byId("receipt-order").textContent = t("receipt.order", { id: order.id });
  byId("receipt-points").textContent = isGuest ? "" : earned();
  byId("receipt-balance").textContent =
    order.balance_after == null ? "" : t("receipt.balance", { n: order.balance_after });
  byId("receipt-lines").replaceChildren(
    ...order.lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = `${line.quantity} × ${t(`product.${line.slug}.name`)}`;
      return item;
    }),
  );
  showSums(byId("receipt-sums"), order);
  byId("receipt-tier").hidden = isGuest;
  byId("receipt-orders").hidden = isGuest;
  if (!isGuest && !tierMounted) {
    tierMounted = true;
    card.mount("#tier-slot", "tier");
  }
}

function earned() {
  if (order.points == null) return t("receipt.points.later");
  return order.points > 0 ? t("receipt.points", { n: order.points }) : t("receipt.points.none");
}
