/** What a page says to one element alone, as text. */

import type { Purpose, StampcardElementName } from "../types/stampcard.js";

/** The attribute that says it. */
const SAID_BY: Partial<Record<StampcardElementName, string>> = { referral: "link", feedback: "survey" };

/** The most that is looked at, in characters. */
const LENGTH_MAX = 100_000;

export function textOf(name: StampcardElementName, host: HTMLElement & { purposes?: readonly Purpose[] | null }): string {
  if (name === "privacy") return purposesOf(host);
  const attribute = SAID_BY[name];
  return (attribute && host.getAttribute(attribute)) || "";
}

/** The purposes that the page has set, or its server has written into the element. */
function purposesOf(host: HTMLElement & { purposes?: readonly Purpose[] | null }): string {
  try {
    const written = host.querySelector(':scope > script[type="application/json"]')?.textContent ?? "";
    const purposes = host.purposes ?? (written.trim() && written.length <= LENGTH_MAX ? (JSON.parse(written) as Purpose[]) : []);
    return JSON.stringify({ items: purposes });
  } catch (error) {
    console.warn(`<${host.localName}> has purposes that cannot be read`, error);
    return "";
  }
}
