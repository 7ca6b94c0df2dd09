/** What a page says to one element alone, as text. */

import type { StampcardElementName } from "../types/stampcard.js";

/** The attribute that says it. */
const SAID_BY: Partial<Record<StampcardElementName, string>> = { referral: "link", feedback: "survey" };

export function textOf(name: StampcardElementName, host: HTMLElement): string {
  const attribute = SAID_BY[name];
  return (attribute && host.getAttribute(attribute)) || "";
}
