/** What orders would earn: the engine in a wasm of its own, which only pages fetch that preview something. */

import type { PreviewOrder } from "../types/stampcard.js";
import { StampcardError } from "./error.js";
import { inside } from "./inside.js";
import { compile } from "./wasm.js";

interface Engine {
  readonly memory: WebAssembly.Memory;
  stampcard_room(length: number): number;
  stampcard_preview(earning: number, earningLength: number, order: number, orderLength: number): number;
  stampcard_answer(): number;
}

/** The largest order that is looked at, in characters. */
const LENGTH_MAX = 200_000;

let engine: Promise<Engine> | undefined;

/** What an order earns by what the backend told; both are nothing this shell looks into. */
export async function previewed(earning: unknown, order: string): Promise<unknown> {
  engine ??= start().catch((error: unknown) => {
    engine = undefined;
    throw error;
  });
  const running = await engine;
  let answer: { preview?: unknown; invalid?: string; refused?: string; not_understood?: string };
  try {
    answer = JSON.parse(said(running, JSON.stringify(earning), order)) as typeof answer;
  } catch (error) {
    engine = undefined;
    throw new StampcardError("crashed", true, error);
  }
  if (answer.preview) return answer.preview;
  if (answer.refused) throw new StampcardError(answer.refused, false);
  if (answer.invalid) throw new StampcardError("invalid_order", false, undefined, answer.invalid);
  throw new StampcardError("malformed_answer", true, undefined, answer.not_understood);
}

/** An order in the words of the API, as text; nothing else that it holds is read. */
export function orderText(order: PreviewOrder): string {
  const { currency, lines, shippingMinor, giftCardMinor } = order;
  const text = JSON.stringify({
    id: "preview",
    money: currency,
    lines: [...lines].map(({ sku, product, category, quantity = 1, amountMinor, discountMinor, taxMinor, giftCard }) => ({
      sku,
      product,
      category,
      quantity,
      amount_minor: amountMinor,
      discount_minor: discountMinor,
      tax_minor: taxMinor,
      gift_card: giftCard,
    })),
    shipping_minor: shippingMinor,
    gift_card_minor: giftCardMinor,
  });
  if (text.length > LENGTH_MAX) throw new StampcardError("invalid_order", false, undefined, "it is too long");
  return text;
}

/** What an element previews: the page's order, or one it can make of its attributes; nothing is no order. */
export function orderOf(host: HTMLElement & { order?: PreviewOrder | null }): string {
  try {
    const order = host.order ?? (host.localName.endsWith("-product") ? orderOfProduct(host) : (inside(host) as PreviewOrder | null));
    return order && order.lines.length > 0 ? orderText(order) : "";
  } catch (error) {
    console.warn(`<${host.localName}> has an order that cannot be read`, error);
    return "";
  }
}

/** The order of one product, from attributes. */
function orderOfProduct(host: HTMLElement): PreviewOrder | null {
  const [product, sku, category, price, currency, quantity] = [
    "product",
    "sku",
    "category",
    "price",
    "currency",
    "quantity",
  ].map((name) => host.getAttribute(name) || undefined);
  const amount = minor(price, currency) * Number(quantity ?? 1);
  if (!currency || !(product || sku) || !Number.isSafeInteger(amount)) return null;
  const line = { sku: sku ?? (product as string), product, category, quantity: Number(quantity ?? 1), amountMinor: amount };
  return { currency, lines: [line as PreviewOrder["lines"][number]] };
}

/** A price as it is written, `24.00`, in minor units of its currency: digits are moved, nothing is multiplied. */
function minor(price: string | undefined, currency: string | undefined): number {
  const [, whole, part = ""] = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(price ?? "") ?? [];
  if (whole === undefined || !currency) return NaN;
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const rest = part.slice(digits);
  return /[1-9]/.test(rest) ? NaN : Number(whole + part.slice(0, digits).padEnd(digits, "0"));
}

async function start(): Promise<Engine> {
  const instance = await WebAssembly.instantiate(await compile("preview.wasm"), {});
  return instance.exports as unknown as Engine;
}

function said(engine: Engine, earning: string, order: string): string {
  const put = (text: string): [number, number] => {
    const bytes = new TextEncoder().encode(text);
    const place = engine.stampcard_room(bytes.length);
    new Uint8Array(engine.memory.buffer, place, bytes.length).set(bytes);
    return [place, bytes.length];
  };
  const length = engine.stampcard_preview(...put(earning), ...put(order));
  return new TextDecoder().decode(new Uint8Array(engine.memory.buffer, engine.stampcard_answer(), length));
}
