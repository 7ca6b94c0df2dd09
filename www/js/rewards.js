/** The rewards page: the elements do the work; the shop points to the voucher. */

document.addEventListener("stampcard-redeemed", ({ detail }) => {
  if (detail.voucher) document.getElementById("ready").hidden = false;
});
