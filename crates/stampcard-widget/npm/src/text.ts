/** What a page says to one element alone, as text. */

import type { PreviewOrder, Purpose } from "../types/stampcard.js";
import type { Drawn } from "./draw.js";
import { inside } from "./inside.js";
import { orderOf } from "./preview.js";
import { panels } from "./scope.js";

/** What only properties hold. */
interface Objects {
  order?: PreviewOrder | null;
  purposes?: readonly Purpose[] | null;
}

/** The attribute that says it. */
const SAID_BY: Partial<Record<Drawn, string>> = { referral: "link", feedback: "survey" };

/** `part` is that of a panel which is open. */
export function textOf(name: Drawn, host: HTMLElement & Objects, part: string): string {
  if (name === "panel" || name === "launcher") return toldBy(host, part);
  // In a panel there is nothing to open.
  if (name === "balance") return panels.size > 0 && host.localName.endsWith(name) ? "opens" : "";
  if (name === "product" || name === "cart") return orderOf(host);
  if (name === "privacy") return purposesOf(host);
  const attribute = SAID_BY[name];
  return (attribute && host.getAttribute(attribute)) || "";
}

/** What a panel is told, a line each; what breaks lines is no part, survey or address. */
function toldBy(host: HTMLElement, part: string): string {
  const said = (name: string) => (host.getAttribute(name) ?? "").replace(/\s+/g, " ").trim();
  const asks = host.querySelector(':scope > [slot="question"]') ? "asks" : "";
  return [part, said("parts"), said("survey"), address(said("join-url")), address(said("login-url")), asks].join("\n");
}

/** An address that a link may lead to; none where it is of another kind. */
function address(url: string): string {
  if (!url || !URL.canParse(url, document.baseURI)) return "";
  const { protocol, href } = new URL(url, document.baseURI);
  return protocol === "https:" || protocol === "http:" ? href : "";
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
