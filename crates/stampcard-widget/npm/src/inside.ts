/** What a page's server has written into an element. */

/** The most that is looked at, in characters. */
const LENGTH_MAX = 200_000;

/**
 * The JSON in an element's `<script type="application/json">`; nothing where there is none, or more than an element takes.
 *
 * @throws {SyntaxError} It is no JSON.
 */
export function inside(host: Element): unknown {
  const text = host.querySelector(':scope > script[type="application/json"]')?.textContent ?? "";
  return text.trim() && text.length <= LENGTH_MAX ? (JSON.parse(text) as unknown) : null;
}
