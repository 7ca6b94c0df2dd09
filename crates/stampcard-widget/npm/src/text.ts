/** What a page says to one element alone, as text. */

import type { PreviewOrder, Purpose, StampcardElementName } from "../types/stampcard.js";
import { inside } from "./inside.js";
import { orderOf } from "./preview.js";

/** What only properties hold. */
interface Objects {
  order?: PreviewOrder | null;
  purposes?: readonly Purpose[] | null;
}

/** The attribute that says it. */
const SAID_BY: Partial<Record<StampcardElementName, string>> = { referral: "link", feedback: "survey" };

export function textOf(name: StampcardElementName, host: HTMLElement & Objects): string {
  if (name === "product" || name === "cart") return orderOf(host);
  if (name === "privacy") return purposesOf(host);
  const attribute = SAID_BY[name];
  return (attribute && host.getAttribute(attribute)) || "";
}

/** The purposes that the page has set, or its server has written into the element. */
function purposesOf(host: HTMLElement & Objects): string {
  try {
    return JSON.stringify({ items: host.purposes ?? inside(host) ?? [] });
  } catch (error) {
    console.warn(`<${host.localName}> has purposes that cannot be read`, error);
    return "";
  }
}
