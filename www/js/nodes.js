/** Making nodes from templates. Text from outside becomes text, never markup. */

/** The template's one element, with `texts` put where their selectors point. */
export function fromTemplate(id, texts = {}) {
  const node = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [selector, text] of Object.entries(texts)) node.querySelector(selector).textContent = text;
  return node;
}

export const byId = (id) => document.getElementById(id);
