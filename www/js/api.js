/** The shop's own backend. */

import { knows, t } from "./language.js";

export class ShopError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Asks the backend; what it refuses becomes a `ShopError` with its code. */
export async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(`/shop/${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ShopError("offline");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) throw new ShopError(answer?.code ?? "unknown");
  return answer;
}

/** A sentence about whatever went wrong. */
export function explain(error) {
  const key = `error.${error instanceof ShopError ? error.code : "unknown"}`;
  return t(knows(key) ? key : "error.unknown");
}
