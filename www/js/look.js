/** How the loyalty elements look: like the shop, until the visitor tries a theme or the color of another brand. */

const THEME = "card-theme";
const BRAND = "card-brand";

const select = document.getElementById("card-theme");
const swatches = [...document.querySelectorAll(".swatches button")];

select.value = localStorage.getItem(THEME) ?? "";
// A theme of yesterday.
if (select.selectedIndex < 0) select.value = "";
let brand = swatches.find(({ value }) => value === localStorage.getItem(BRAND))?.value ?? null;
show();

/** The color that the elements are told, or null. */
export const brandColor = () => brand;

/** Calls back with that color whenever it changes. */
export function onBrandColor(listener) {
  document.addEventListener("shop-brand", () => listener(brand));
}

select.addEventListener("change", () => {
  localStorage.setItem(THEME, select.value);
  show();
});

for (const swatch of swatches) {
  swatch.addEventListener("click", () => {
    // Pressed again, it is the shop's own color.
    brand = swatch.value === brand ? null : swatch.value;
    localStorage.setItem(BRAND, brand ?? "");
    show();
    document.dispatchEvent(new Event("shop-brand"));
  });
}

/** The style sheet takes back what the shop gives the elements to wear. */
function show() {
  for (const link of document.querySelectorAll("link[data-theme]")) link.disabled = link.dataset.theme !== select.value;
  document.documentElement.toggleAttribute("data-card-theme", select.value !== "");
  document.documentElement.toggleAttribute("data-card-brand", brand !== null);
  for (const swatch of swatches) swatch.setAttribute("aria-pressed", String(swatch.value === brand));
}
