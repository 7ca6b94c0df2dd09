/** The language of the loyalty elements: the shop's, unless the visitor tries another. The shop has two, the elements eight. */

import { onLanguage } from "./language.js";

const REMEMBERED = "card-language";

const select = document.getElementById("card-language");
select.value = sessionStorage.getItem(REMEMBERED) ?? "";

/** The tag that the elements speak now. */
export const cardLanguage = () => select.value || document.documentElement.lang;

/** Calls back with that tag whenever it may have changed. */
export function onCardLanguage(listener) {
  onLanguage(() => listener(cardLanguage()));
  select.addEventListener("change", () => listener(cardLanguage()));
}

select.addEventListener("change", () => sessionStorage.setItem(REMEMBERED, select.value));
