/** Orders and returns; what the member has of the program shows itself. */

import { ask, explain } from "./api.js";
import { purposes } from "./consents.js";
import { day, money, onLanguage, t } from "./language.js";
import { byId, fromTemplate } from "./nodes.js";
import { tell } from "./status.js";

const isGuest = byId("member").value === "guest";

onLanguage(show);
onLanguage(askForConsents);
askForConsents();
await show();

async function show() {
  byId("nobody").hidden = !isGuest;
  if (isGuest) return;
  const trouble = byId("account-trouble");
  trouble.textContent = "";
  try {
    const { member, orders } = await ask("GET", "orders");
    byId("hello").textContent = t("account.hello", { name: member.name });
    delete byId("hello").dataset.t;
    byId("orders").replaceChildren(...orders.map(orderNode));
    byId("orders-none").hidden = orders.length > 0;
    byId("account").hidden = false;
  } catch (error) {
    trouble.textContent = explain(error);
  }
}

function askForConsents() {
  byId("privacy").purposes = purposes();
}

function orderNode(order) {
  const node = fromTemplate("order", {
    ".order-id": t("account.order", { id: order.id }),
    time: day(order.placed_at),
    ".order-total": money(order.total_minor),
    ".order-points": t("account.order.points", { n: order.points ?? 0 }),
  });
  node.querySelector("time").dateTime = order.placed_at;
  node.querySelector(".order-points").hidden = !order.points;
  node.querySelector(".order-lines").replaceChildren(
    ...order.lines.map((line) => {
      const item = fromTemplate("order-line", {
        ".order-line-name": t(`product.${line.slug}.name`),
        ".order-line-quantity": line.quantity > 1 ? `× ${line.quantity}` : "",
      });
      item.querySelector("img").src = line.image;
      return item;
    }),
  );
  if (order.voucher) {
    const voucher = node.querySelector(".order-voucher");
    voucher.hidden = false;
    voucher.textContent = t("account.order.voucher", { title: order.voucher.title });
  }
  const returned = order.state === "returned";
  node.classList.toggle("returned", returned);
  node.querySelector(".order-state").hidden = !returned;
  node.querySelector(".order-state").textContent = t("account.order.returned");
  const button = node.querySelector(".order-return");
  button.hidden = !order.returnable;
  button.textContent = t("account.order.return");
  button.ariaLabel = t("account.order.return.label", { id: order.id });
  button.addEventListener("click", () => askToReturn(order));
  return node;
}

function askToReturn(order) {
  const dialog = byId("ask");
  byId("ask-title").textContent = t("account.return.title", { id: order.id });
  byId("ask-text").textContent = t("account.return.text", { total: money(order.total_minor), n: order.points ?? 0 });
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && giveBack(order), { once: true });
  dialog.showModal();
}

async function giveBack({ id }) {
  try {
    const { points, shortfall } = await ask("POST", `orders/${encodeURIComponent(id)}/return`, {});
    const short = shortfall > 0 ? ` ${t("account.return.short", { n: shortfall })}` : "";
    tell(t("account.return.done", { id, n: points }) + short);
    await Promise.all([show(), window.Stampcard?.refresh()]);
  } catch (error) {
    tell(explain(error));
  }
}
