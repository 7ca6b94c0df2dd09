/** The rewards page: the elements do the work; the shop puts a voucher on the cart, and points to it. */

import { setVoucher } from "./cart.js";

document.addEventListener("stampcard-redeemed", ({ detail }) => {
  if (detail.voucher) document.getElementById("ready").hidden = false;
});

document.addEventListener("stampcard-voucher-applied", ({ detail }) => {
  setVoucher(detail.code);
  location.assign("/cart");
});
