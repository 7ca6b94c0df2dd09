/** Member tokens: in memory, in the `Authorization` header, nowhere else. */

import type { TokenSource } from "../types/stampcard.js";

/** A source that asks an address of the shop itself for `{"token": "…"}`. 401 and 204 say that there is no member. */
export function tokenFrom(address: string): TokenSource {
  return async () => {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin) throw new Error(`stampcard: ${url.href} is not of this origin`);
    const answer = await fetch(url, {
      cache: "no-store",
      credentials: "same-origin",
      headers: { accept: "application/json" },
    });
    if (answer.status === 401 || answer.status === 204) return null;
    if (!answer.ok) throw new Error(`stampcard: ${url.href} answers ${answer.status}`);
    return ((await answer.json()) as { token?: string | null }).token;
  };
}

/** Asks a source. Nothing, in whatever form, is a guest. */
export async function ask(source: TokenSource | null | undefined, refresh: boolean): Promise<string | null> {
  return (await source?.(Object.freeze({ refresh }))) || null;
}
