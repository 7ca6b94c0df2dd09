/** What the visitor means to buy: kept in this browser, priced by the shop. */

const STORED_AS = "lantern.cart";
const VOUCHER_STORED_AS = "lantern.voucher";
const QUANTITY_MAX = 20;

/** In the order of adding: `{ sku, quantity }`. */
export function lines() {
  return read().lines;
}

/**
 * Names this attempt to check out. The same cart keeps the same key, so that asking twice orders once; a change of the
 * cart makes a new one.
 */
export function checkoutKey() {
  return read().key;
}

export const count = () => lines().reduce((sum, line) => sum + line.quantity, 0);

export function add(sku, quantity) {
  const present = lines().find((line) => line.sku === sku)?.quantity ?? 0;
  set(sku, present + quantity);
}

/** Sets how many; 0 takes the line out. */
export function set(sku, quantity) {
  const wanted = Math.min(Math.max(quantity, 0), QUANTITY_MAX);
  const present = lines();
  const known = present.some((line) => line.sku === sku);
  const changed = known
    ? present.map((line) => (line.sku === sku ? { sku, quantity: wanted } : line))
    : [...present, { sku, quantity: wanted }];
  write(changed.filter((line) => line.quantity > 0));
}

/** Keeps only what is still sold. */
export function keepOnly(skus) {
  const kept = lines().filter((line) => skus.includes(line.sku));
  if (kept.length < lines().length) write(kept);
}

/** A new key for the same lines: another voucher makes another order. */
export const renew = () => write(lines());

export const clear = () => write([]);

/** The code that the visitor means to use, for as long as the tab is open. */
export function voucher() {
  try {
    return sessionStorage.getItem(VOUCHER_STORED_AS) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Puts a voucher on the cart, or takes it off. */
export function setVoucher(code) {
  try {
    if (code) sessionStorage.setItem(VOUCHER_STORED_AS, code);
    else sessionStorage.removeItem(VOUCHER_STORED_AS);
  } catch {
    // Storage is closed: it is typed into the field then.
  }
}

/** Calls back after every change, in other tabs too. */
export function onCart(listener) {
  document.addEventListener("shop-cart", listener);
  window.addEventListener("storage", (event) => event.key === STORED_AS && listener());
}

let unstored = { lines: [], key: crypto.randomUUID() };

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED_AS));
    if (Array.isArray(stored?.lines) && typeof stored.key === "string") {
      const fits = (line) => typeof line?.sku === "string" && Number.isInteger(line.quantity) && line.quantity > 0;
      return { lines: stored.lines.filter(fits), key: stored.key };
    }
  } catch {
    // Storage is closed, or holds something else: the cart lives as long as the page.
  }
  return unstored;
}

function write(lines) {
  unstored = { lines, key: crypto.randomUUID() };
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(unstored));
  } catch {
    // As above.
  }
  document.dispatchEvent(new CustomEvent("shop-cart"));
}
