/** What a cart or an order comes to, line by line. */

import { money, t } from "./language.js";
import { fromTemplate } from "./nodes.js";

/** Draws the sums of `priced` into a `<dl>`. */
export function showSums(list, priced) {
  const rows = [["cart.subtotal", money(priced.subtotal_minor)]];
  if (priced.discount_minor > 0) rows.push(["cart.discount", `−${money(priced.discount_minor)}`, "off"]);
  rows.push(["cart.shipping", priced.shipping_minor > 0 ? money(priced.shipping_minor) : t("cart.shipping.free")]);
  if (priced.due_minor > 0) rows.push(["cart.due", money(priced.due_minor)]);
  if (priced.card_minor > 0) rows.push(["cart.card", `−${money(priced.card_minor)}`, "off"]);
  rows.push(["cart.total", money(priced.total_minor), "total"]);
  list.replaceChildren(
    ...rows.map(([key, amount, sort]) => {
      const row = fromTemplate("sum", { dt: t(key), dd: amount });
      if (sort) row.classList.add(sort);
      return row;
    }),
  );
}
