// Every line marked must fail to compile: an expectation that is not met is itself an error.

import { createStampcard, StampcardError, type Me } from "stampcard";

// @ts-expect-error a theme is one of three words
createStampcard({ theme: "neon" });
// @ts-expect-error a brand color is text
createStampcard({ brandColor: 0xe4572e });
// @ts-expect-error a token is given by a function, so that it can be asked for again
createStampcard({ getToken: "token" });
// @ts-expect-error there is no option of this name
createStampcard({ token: "token" });

const card = createStampcard();
// @ts-expect-error there is no such element
card.mount("#here", "leaderboard");
// @ts-expect-error the program element shows nothing
card.mount("#here", "program");
// @ts-expect-error a place is an element or a selector
card.mount(null, "balance");
// @ts-expect-error there is no such event
card.on("spun", () => undefined);
// @ts-expect-error an event has no such detail
card.on("redeemed", ({ token }) => token);
// @ts-expect-error there is no such hook
card.hook("afterRedeem", () => true);
// @ts-expect-error a hook answers with a boolean or nothing
card.hook("beforeRedeem", () => "yes");
// @ts-expect-error a reward is named by its id
card.redeem("mug");
// @ts-expect-error a price is a number of points
card.redeem({ rewardId: "mug", price: "1" });
// @ts-expect-error a redemption is named by its id
card.cancel("r");
// @ts-expect-error the token source is not a setting: identify says who is here
card.update({ getToken: () => "token" });
// @ts-expect-error a card is what it is
card.redeem = async () => ({});

declare const me: Me;
// @ts-expect-error what was read cannot be written
me.balance.available = 1_000_000;
// @ts-expect-error a member may have nothing that expires
me.expiring.points;

declare const error: StampcardError;
// @ts-expect-error a code is text
error.code === 404;
// @ts-expect-error a code stays what it is
error.code = "offline";

// @ts-expect-error only a balance can be compact
document.createElement("stampcard-tier").compact = true;
// @ts-expect-error an element starts now or when it is near
document.createElement("stampcard-tier").loading = "never";
// @ts-expect-error only a program has an address for tokens
document.createElement("stampcard-rewards").tokenUrl = "/token";
// @ts-expect-error no element has this event
document.addEventListener("stampcard-before-redeem", ({ detail }) => detail.voucher);

window.Stampcard?.mount("#here", "tier");
// @ts-expect-error the script may not have arrived
window.Stampcard.mount("#here", "tier");
// @ts-expect-error a line has an amount
window.Stampcard?.preview({ currency: "EUR", lines: [{ sku: "TEA" }] });
// @ts-expect-error a price is written as it is shown
document.createElement("stampcard-product").price = 24;

const panel = document.createElement("stampcard-panel");
// @ts-expect-error there is no such part
panel.open("wallet");
// @ts-expect-error a launcher is there or not
panel.launcher = "small";
// @ts-expect-error a panel is at the lower edge
panel.position = "top-left";
