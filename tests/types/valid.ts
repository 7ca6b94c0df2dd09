// Everything here must compile: what the package promises to those who use it.

import {
  createStampcard,
  defineStampcard,
  StampcardError,
  version,
  type ActivityPage,
  type Me,
  type MountHandle,
  type Redemption,
  type Reward,
  type StampcardOptions,
  type Voucher,
} from "stampcard";

const onServer: StampcardOptions = {};
createStampcard(onServer);
createStampcard();
defineStampcard();
const text: string = version;

const card = createStampcard({
  endpoint: "https://loyalty.example",
  key: "pk_live_1",
  locale: "zh-CN",
  theme: "auto",
  brandColor: "#e4572e",
  base: "/vendor/stampcard/",
  getToken: async ({ refresh }) => {
    const answer = await fetch(refresh ? "/token?fresh" : "/token");
    return answer.ok ? answer.text() : null;
  },
});
createStampcard({ getToken: () => "token" });
createStampcard({ getToken: () => undefined });
createStampcard({ getToken: null });

const ready: Promise<void> = card.ready();
const handle: MountHandle = card.mount("#rewards", "rewards", { locale: "en", theme: "dark" });
card.mount(document.body, "balance", { compact: true }).update({ compact: false });
handle.element?.classList.add("mine");
handle.destroy();
card.identify(() => "token");
card.logout();
card.update({ locale: "en" });
card.update({ theme: null, brandColor: null });

const off: () => void = card.on("redeemed", ({ voucher, balanceAfter }) => {
  const code: string | undefined = voucher?.code;
  const left: number = balanceAfter;
  return [code, left];
});
card.on("voucherApplied", ({ code, kind }) => `${code} ${kind.type}`);
card.on("balanceChanged", ({ available, previous }) => available - previous.available);
card.on("tierChanged", ({ tier, previous }) => tier + previous);
card.on("error", ({ code, retryable, docsUrl }) => `${code} ${retryable} ${docsUrl}`);
off();
card.hook("beforeRedeem", async ({ title, price }) => confirm(`${title}: ${price}`));
card.hook("beforeRedeem", () => undefined);

async function headless(): Promise<void> {
  const me: Me | null = await card.me();
  const expires: string | undefined = me?.expiring?.expiresAt;
  const missing: number | undefined = me?.tier.next?.missing;
  const rewards: readonly Reward[] = await card.rewards();
  for (const { id, mine, kind } of rewards) {
    if (mine?.refusal === undefined && kind.type !== "custom") {
      const redemption: Redemption = await card.redeem({ rewardId: id });
      if (redemption.cancelUntil) await card.cancel({ redemptionId: redemption.id });
      await card.redeem({ rewardId: id, price: 240 });
      console.log(redemption.voucher?.code, redemption.voucher?.expiresAt, expires, missing);
    }
  }
  const vouchers: readonly Voucher[] = await card.vouchers();
  const cancellable = vouchers.find(({ cancelUntil }) => cancelUntil !== undefined);
  if (cancellable) console.log((await card.cancel({ redemptionId: cancellable.redemptionId })).points);
  const first: ActivityPage = await card.activity();
  const older = first.next === undefined ? first : await card.activity({ cursor: first.next });
  console.log(older.items.map(({ kind, delta, accruals }) => [kind, delta, accruals?.[0]?.multiplier]));
  for (const { rule, claimable, closed, streak, progress } of await card.earn()) {
    if (claimable && closed === undefined) console.log((await card.claim({ ruleId: rule.id })).points);
    console.log(streak?.days, progress?.target);
  }
  for (const { id, state, needsCode } of await card.offers()) {
    if (state === "open") await card.activate(needsCode ? { offerId: id, code: "TEA" } : { offerId: id });
  }
  const referral = await card.referral();
  const friends: number | undefined = referral?.friends.filter(({ state }) => state === "rewarded").length;
  const { points: forIt } = await card.feedback({ surveyId: "spring", score: friends ? 5 : 4, comment: "Lovely." });
  for (const { purpose, granted, version, text, locale } of await card.consents()) {
    if (!granted && forIt > 0) await card.consent({ purpose, granted: true, version, text, locale });
  }
  const copy: Blob = await card.export({ format: "csv" });
  if (copy.size === 0) await card.erase();
  await card.refresh();
  card.destroy();
}

try {
  await headless();
} catch (error) {
  if (error instanceof StampcardError) {
    const { code, retryable, docsUrl } = error;
    if (code === "csp_blocked" || code === "out_of_stock") console.log(retryable, docsUrl, text, ready);
  }
}

const balance = document.createElement("stampcard-balance");
balance.compact = true;
balance.loading = "eager";
balance.theme = "light";
balance.brandColor = "#0b6";
balance.getToken = null;
const program = document.querySelector("stampcard-program");
if (program) {
  program.endpoint = "/loyalty";
  program.key = null;
  program.tokenUrl = "/token";
  program.getToken = ({ refresh }) => (refresh ? "new" : "old");
  await program.refresh();
}
balance.addEventListener("stampcard-balance-changed", ({ detail }) => detail.previous.pending);
document.addEventListener("stampcard-redeemed", ({ detail }) => detail.voucher?.code);
document.addEventListener("stampcard-before-redeem", (event) => event.detail.price > 500 && event.preventDefault());
document.addEventListener("stampcard-voucher-applied", (event) => event.detail.expiresAt && event.preventDefault());
card.mount("#vouchers", "vouchers", { apply: true }).update({ apply: false });
document.createElement("stampcard-vouchers").apply = true;
for (const name of ["activity", "earn", "offers"] as const) card.mount("main", name);
document.addEventListener("stampcard-ready", ({ detail }) => detail.guest);
document.addEventListener("stampcard-error", ({ detail }) => detail.code);

window.Stampcard?.identify(() => "token");
window.Stampcard?.create({ key: "pk_test_1" }).destroy();

const cart = document.createElement("stampcard-cart");
cart.order = { currency: "EUR", lines: [{ sku: "TEA", category: "tea", quantity: 2, amountMinor: 2_400 }], shippingMinor: 490 };
cart.order = null;
cart.apply = true;
const product = document.createElement("stampcard-product");
product.price = "24.00";
window.Stampcard?.preview({ currency: "EUR", lines: [{ sku: "TEA", amountMinor: 100 }] }).then(({ points, missed }) =>
  missed.map(({ title, reason }) => `${points} ${title} ${reason.type}`),
);

const panel = document.createElement("stampcard-panel");
panel.launcher = "none";
panel.position = "bottom-start";
panel.parts = "rewards vouchers";
panel.joinUrl = panel.loginUrl = "/account";
panel.open("rewards");
panel.open();
panel.close();
document.addEventListener("stampcard-opened", ({ detail }) => detail.part === "home");
document.addEventListener("stampcard-closed", ({ detail }) => detail.part);
createStampcard().mount("body", "panel", { joinUrl: "/join", survey: "tins" }).update({ launcher: null });
