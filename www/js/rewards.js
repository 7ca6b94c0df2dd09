/** The rewards page: the elements do the work; the shop only points to the cart when a voucher is ready. */

document.addEventListener("stampcard-redeemed", ({ detail }) => {
  if (detail.voucher) document.getElementById("ready").hidden = false;
});
