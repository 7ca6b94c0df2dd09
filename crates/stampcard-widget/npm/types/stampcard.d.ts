/** Loyalty elements for any page: what a member has, may do and did, and what an order would earn. */

/** This package's version. */
export declare const version: string;

/**
 * Makes a card: one member's view of one program on this page.
 *
 * Nothing is fetched and no element is registered before the card is first used, and it is safe on a server, where it
 * does nothing.
 *
 * @throws {StampcardError} `not_configured` when the key is a secret one. A secret key never belongs in a page.
 */
export declare function createStampcard(options?: StampcardOptions): Stampcard;

/**
 * Registers the elements. Called again, or where another copy of this package has registered them, it does nothing;
 * the first copy stays, and two different versions are reported once in the console.
 */
export declare function defineStampcard(): void;

/** Why something could not be done. */
export declare class StampcardError extends Error {
  constructor(code: StampcardErrorCode, retryable?: boolean, cause?: unknown, hint?: string);
  readonly name: "StampcardError";
  /** The stable code. */
  readonly code: StampcardErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Where the code is explained: a file beside the script. */
  readonly docsUrl: string;
}

/** The codes of this package itself; a backend's refusals (`insufficient_points`, …) are codes too. */
export type StampcardErrorCode =
  | "not_configured"
  | "target_not_found"
  | "invalid_order"
  | "csp_blocked"
  | "wasm_unreachable"
  | "wasm_invalid"
  | "language_unavailable"
  | "crashed"
  | "no_browser"
  | "destroyed"
  | "cancelled"
  | "busy"
  | "unauthorized"
  | "offline"
  | "timeout"
  | "server_error"
  | "token_unavailable"
  | "malformed_answer"
  | "rate_limited"
  | "rejected"
  | (string & {});

/**
 * Gives the member's token, minted by the shop's own server, or nothing for a guest. It is asked once, and again with
 * `refresh` when the backend no longer takes the token. The token is kept in memory only.
 */
export type TokenSource = (
  request: { readonly refresh: boolean },
) => string | null | undefined | Promise<string | null | undefined>;

/** `auto` follows the visitor's system. */
export type Theme = "auto" | "light" | "dark";

/** The elements' names without the prefix. */
export type StampcardElementName =
  | "balance"
  | "tier"
  | "rewards"
  | "vouchers"
  | "activity"
  | "earn"
  | "offers"
  | "product"
  | "cart"
  | "referral"
  | "feedback"
  | "privacy"
  | "panel";

/** What a panel may show; which of it there is follows from the program, and from who looks. */
export type StampcardPart =
  | "home"
  | "rewards"
  | "vouchers"
  | "offers"
  | "earn"
  | "tier"
  | "referral"
  | "feedback"
  | "activity"
  | "privacy";

export interface StampcardSettings {
  /** The address of the loyalty API. */
  endpoint?: string | null;
  /** The publishable key (`pk_…`). */
  key?: string | null;
  /**
   * A BCP 47 tag; by default the page's language, else the visitor's. The elements speak `en`, `zh-CN`, `zh-TW`, `ja`, `de`,
   * `fr`, `es` and `ar`, the nearest of them for another tag (`zh-HK`: `zh-TW`, `de-AT`: `de`), else English. Numbers, money
   * and dates follow the tag itself.
   */
  locale?: string | null;
  /** Light, dark, or what the visitor's system prefers (`auto`); by default what the page does. */
  theme?: Theme | null;
  /**
   * The shop's own color, `#rgb` or `#rrggbb`. Buttons, marks and chips are drawn in it, moved towards black or white as
   * far as WCAG 2.2 AA needs, in light and in dark. Tokens that the page sets (`--stampcard-color-accent`) go before it;
   * anything else than such a color is told once in the console and changes nothing.
   */
  brandColor?: string | null;
}

export interface StampcardOptions extends StampcardSettings {
  /** `null` says that there is no member. */
  getToken?: TokenSource | null;
  /** The address of the folder that holds `stampcard.wasm` and `locale/`; by default the script's own. */
  base?: string;
}

export interface Stampcard extends Readonly<StampcardVerbs> {}

interface StampcardVerbs {
  /** Settles once what elements need is loaded and the backend has answered. */
  ready(): Promise<void>;
  /**
   * Puts an element into `target`, an element or a selector.
   *
   * @throws {StampcardError} `target_not_found`
   */
  mount(target: Element | string, element: StampcardElementName, props?: MountProps): MountHandle;
  /** Says that another member is here now. */
  identify(getToken: TokenSource): void;
  /** Says that the member has left. */
  logout(): void;
  /** Changes settings of all that the card has mounted. */
  update(settings: StampcardSettings): void;
  /** Listens; the answer stops it. */
  on<K extends keyof StampcardEvents>(type: K, listener: (event: StampcardEvents[K]) => void): () => void;
  /** Asks before something happens; `false`, or a failure, prevents it. The answer takes the hook off. */
  hook(name: "beforeRedeem", ask: (reward: RewardSummary) => boolean | void | Promise<boolean | void>): () => void;
  /** The member, or `null` for a guest. */
  me(): Promise<Me | null>;
  /** The catalogue; for a member with what each reward means for them now. */
  rewards(): Promise<readonly Reward[]>;
  /** The member's vouchers, newest first; a guest has none. */
  vouchers(): Promise<readonly Voucher[]>;
  /** A page of the member's ledger, newest first; `cursor` is the `next` of the page before. */
  activity(request?: { cursor?: string }): Promise<ActivityPage>;
  /** The ways to earn with what they mean for the member now; a guest finds the rules in the program's elements. */
  earn(): Promise<readonly WayToEarn[]>;
  /** The member's offers. */
  offers(): Promise<readonly Offer[]>;
  /** What the member invites friends with; `null` where the program rewards no invitations, and for a guest. */
  referral(): Promise<Referral | null>;
  /**
   * Redeems a reward once: for `price`, which the member chose or was shown, else for its price as the catalogue says it
   * now. Another price than that of now is refused (`price_changed`), and so is one that is not to be chosen
   * (`price_not_offered`).
   */
  redeem(request: { rewardId: string; price?: number }): Promise<Redemption>;
  /** Cancels a redemption while the member may; its points go back. */
  cancel(request: { redemptionId: string }): Promise<Cancellation>;
  /** Takes an offer up, with the code that it asks for. */
  activate(request: { offerId: string; code?: string }): Promise<ActivatedOffer>;
  /** Claims what a rule gives points for, where the member may. */
  claim(request: { ruleId: string }): Promise<ClaimedActivity>;
  /**
   * What an order would earn, computed in the page by the engine that books it; for a guest, what it would earn who
   * joins now. The engine is fetched with the first call.
   *
   * @throws {StampcardError} `invalid_order`, or `money_mismatch` when it is in other money than the program.
   */
  preview(order: PreviewOrder): Promise<Preview>;
  /** Tells what the member thinks, once for each survey: a score from 1 to 5 and at most 1,000 characters. */
  feedback(request: { surveyId: string; score: number; comment?: string }): Promise<Feedback>;
  /** The decision in force for each purpose. */
  consents(): Promise<readonly Consent[]>;
  /** Gives a consent or takes it back; the decision is kept with the text that the member was shown. */
  consent(request: {
    purpose: string;
    granted: boolean;
    version: string;
    text: string;
    /** The BCP 47 tag of the text. */
    locale: string;
  }): Promise<Consent>;
  /** A copy of everything that is known of the member as JSON, or of the ledger as a table. */
  export(request?: { format?: "json" | "csv" }): Promise<Blob>;
  /** Forgets the member, for good. */
  erase(): Promise<void>;
  /** Reads everything anew, as after an order. */
  refresh(): Promise<void>;
  /** Removes what the card has mounted and forgets the member. */
  destroy(): void;
}

export interface MountProps extends StampcardSettings {
  /** Draws the balance as a pill for a header. */
  compact?: boolean;
  /** Lets the member hand a voucher to the page. */
  apply?: boolean;
  /** What a cart holds. */
  order?: PreviewOrder | null;
  /** Of a product: its id and its variant's, the category that earn rules look at, and how many. */
  product?: string | null;
  sku?: string | null;
  category?: string | null;
  /** The price of one, as it is written: `24.00`. */
  price?: string | null;
  /** The code of ISO 4217. */
  currency?: string | null;
  quantity?: string | null;
  /** Of a referral: where the shop's link leads, with `{code}` in it. */
  link?: string | null;
  /** The id of the survey that is asked. */
  survey?: string | null;
  /** What the shop asks consents for. */
  purposes?: readonly Purpose[] | null;
  /** Of a panel: whether it has a launcher, and where; its parts; where to join and to log in. */
  launcher?: "none" | null;
  position?: StampcardPosition | null;
  parts?: string | null;
  joinUrl?: string | null;
  loginUrl?: string | null;
}

/** Left and right are the window's, start and end the writing's. */
export type StampcardPosition = "bottom-right" | "bottom-left" | "bottom-start" | "bottom-end";

/** An order that is not placed yet, as the shop's server would book it. Amounts are in minor units of `currency`. */
export interface PreviewOrder {
  /** The code of ISO 4217; it must be the program's money. */
  readonly currency: string;
  /** 1 to 200. */
  readonly lines: readonly PreviewLine[];
  readonly shippingMinor?: number;
  /** What of it is paid with gift cards. */
  readonly giftCardMinor?: number;
}

export interface PreviewLine {
  /** The product variant. */
  readonly sku: string;
  readonly product?: string;
  /** The category that earn rules look at. */
  readonly category?: string;
  /** 1 unless said otherwise. */
  readonly quantity?: number;
  /** What the whole line costs after discounts and without tax and shipping. */
  readonly amountMinor: number;
  readonly discountMinor?: number;
  readonly taxMinor?: number;
  /** Whether the line is itself a gift card. */
  readonly giftCard?: boolean;
}

/** What an order would earn. */
export interface Preview {
  readonly points: number;
  readonly goodsMinor: number;
  readonly shippingMinor: number;
  /** What each rule or offer gives. */
  readonly given: readonly {
    readonly ruleId: string;
    readonly title: string;
    readonly points: number;
    /** The money that counted; nothing when the points are not for money. */
    readonly moneyMinor?: number;
    /** Each multiplier that applied; 10,000 is one times. */
    readonly factors?: readonly { readonly title: string; readonly factor: number }[];
    /** The limit that cut them. */
    readonly cap?: {
      readonly by: "rule" | "member" | "program";
      readonly period: "day" | "month" | "year" | "lifetime";
      readonly uncut: number;
    };
  }[];
  /** Which rules and offers give nothing, and why. */
  readonly missed: readonly {
    readonly ruleId: string;
    readonly title: string;
    readonly reason: {
      readonly type: string;
      readonly missing?: number;
      readonly missingMinor?: number;
      readonly by?: "rule" | "member" | "program";
      readonly period?: "day" | "month" | "year" | "lifetime";
    };
    /** Whether what is missing is money. */
    readonly inMoney?: boolean;
  }[];
}

export interface MountHandle {
  readonly element: HTMLElement | null;
  update(props: MountProps): void;
  destroy(): void;
}

/** What `on` tells, by name. On elements the same come as events named `stampcard-…`. */
export interface StampcardEvents {
  redeemed: Redemption;
  /** The member handed a voucher to the page, and no listener of `stampcard-voucher-applied` prevented it. */
  voucherApplied: Voucher;
  balanceChanged: BalanceChange;
  tierChanged: TierChange;
  /** The member answered a survey. */
  feedbackGiven: Feedback;
  /** The member gave a consent or took it back. */
  consentChanged: Consent;
  /** The member was forgotten; the page should log them out. */
  erased: Readonly<Record<never, never>>;
  error: StampcardErrorDetail;
}

export interface Balance {
  readonly available: number;
  readonly pending: number;
  readonly held: number;
}

export interface Me {
  readonly member: { readonly id: string; readonly displayName?: string; readonly enrolledAt: string };
  readonly balance: Balance;
  readonly expiring?: { readonly points: number; readonly expiresAt: string };
  readonly tier: {
    readonly tier: string;
    readonly qualifying: number;
    readonly next?: { readonly tier: string; readonly threshold: number; readonly missing: number };
    readonly keep?: { readonly until: string; readonly missing: number };
  };
}

export interface RewardSummary {
  readonly id: string;
  readonly title: string;
  readonly price: number;
}

export interface Reward extends RewardSummary {
  readonly kind: RewardKind;
  readonly description: string;
  readonly terms: string;
  readonly imageUrl?: string;
  /** Lets the member choose a price from `least` (which is `price`) to `most`; `minor` minor units for each `points`. */
  readonly variable?: {
    readonly rate: { readonly points: number; readonly minor: number };
    readonly step: number;
    readonly least: number;
    readonly most: number;
  };
  /** What the member pays on top at checkout, in minor units of the program's money; nothing means nothing. */
  readonly moneyMinor?: number;
  /** Units left for all members; nothing means without end. */
  readonly stockLeft?: number;
  /** The lowest tier that may redeem it; nothing means everybody. */
  readonly tier?: string;
  readonly perMemberLimit?: number;
  readonly voucherDays?: number;
  /** What the reward means for the member now; nothing for guests. */
  readonly mine?: {
    /** Points missing for it; 0 when there are enough. */
    readonly missing: number;
    /** The code of the refusal that a redemption would meet; nothing when it would succeed. */
    readonly refusal?: string;
    /** From this instant on that refusal is over by itself. */
    readonly opensAt?: string;
    readonly left?: number;
    /** Units that the member has redeemed and not given back. */
    readonly redeemed: number;
  };
}

/** What a member gets. Amounts are in minor units of the program's money, shares in hundredths of a percent. */
export type RewardKind =
  | { readonly type: "discount" | "gift_card" | "donation"; readonly amountMinor: number }
  | { readonly type: "percentage_discount"; readonly share: number }
  | { readonly type: "product"; readonly sku: string }
  | { readonly type: "free_shipping" | "experience" | "custom" };

export interface Redemption {
  readonly id: string;
  /** `under_review`: the points are held until the merchant approves. */
  readonly status: "completed" | "under_review" | "rejected" | "cancelled";
  readonly rewardId: string;
  readonly price: number;
  /** What is to be paid at checkout, in minor units of the program's money; nothing means nothing. */
  readonly moneyMinor?: number;
  /** Until when the member may cancel it, as long as the voucher is unused. */
  readonly cancelUntil?: string;
  readonly redeemedAt: string;
  readonly balanceAfter: number;
  /** Nothing unless it is completed, or was. */
  readonly voucher?: Voucher;
}

export interface Cancellation {
  readonly redemptionId: string;
  /** Points that went back. */
  readonly points: number;
  readonly balanceAfter: number;
}

export interface Voucher {
  readonly code: string;
  readonly state: "active" | "used" | "expired" | "cancelled";
  readonly redemptionId: string;
  readonly rewardId: string;
  readonly title: string;
  readonly kind: RewardKind;
  /** The fine print; nothing when there is none. */
  readonly terms?: string;
  /** What is to be paid with it, in minor units of the program's money; nothing means nothing. */
  readonly moneyMinor?: number;
  readonly issuedAt: string;
  readonly expiresAt?: string;
  readonly usedAt?: string;
  /** Until when the member may cancel the redemption; nothing means not. */
  readonly cancelUntil?: string;
}

export interface ActivityPage {
  readonly items: readonly Entry[];
  /** The cursor of the next page; nothing at the end. */
  readonly next?: string;
}

/** A line of the member's ledger. It never changes. */
export interface Entry {
  /** Its place in the ledger, from 1. */
  readonly seq: number;
  readonly kind: EntryKind;
  readonly occurredAt: string;
  /** Points added to the balance; negative when taken. */
  readonly delta: number;
  /** Points added to those that wait; nothing when none were. */
  readonly pendingDelta?: number;
  readonly balanceAfter: number;
  readonly orderId?: string;
  readonly rewardId?: string;
  /** The reward's title, or the merchant's reason. */
  readonly title?: string;
  readonly expiresAt?: string;
  /** Why these points. */
  readonly accruals?: readonly Accrual[];
  /** Which rules gave nothing, and why. */
  readonly missed?: readonly { readonly ruleId: string; readonly reason: MissedReason }[];
  /** The tier that the member has from then on. */
  readonly tier?: string;
}

export type EntryKind =
  | "accrual"
  | "activation"
  | "redemption"
  | "hold"
  | "release"
  | "cancellation"
  | "expiry"
  | "adjustment"
  | "reversal"
  | "settlement"
  | "tier_change"
  | "offer_activation"
  | (string & {});

/** Why points were earned: for money spent, `baseMinor` × `ratio` × `multiplier`, rounded, and cut to the cap. */
export interface Accrual {
  readonly ruleId: string;
  /** What they were given for; nothing means money spent. */
  readonly basis?: { readonly type: string };
  readonly baseMinor: number;
  readonly ratio: { readonly points: number; readonly perMinor: number };
  /** Hundredths of a percent: 10,000 is one times. */
  readonly multiplier: number;
  readonly multipliers?: readonly { readonly from: { readonly type: string }; readonly factor: number }[];
  readonly stacking?: "best" | "sum_of_bonuses" | "product";
  readonly rounding: "floor" | "half_up" | "ceil";
  readonly cap?: { readonly by: LimitOf; readonly period: Period; readonly uncut: number };
  readonly points: number;
}

export type LimitOf = "rule" | "member" | "program";
export type Period = "day" | "month" | "year" | "lifetime";

/** Why a rule gives nothing. */
export interface MissedReason {
  readonly type: string;
  readonly by?: LimitOf;
  readonly period?: Period;
  readonly missing?: number;
  readonly missingMinor?: number;
}

export interface WayToEarn {
  readonly rule: {
    readonly id: string;
    readonly title: string;
    readonly earn: { readonly type: string; readonly points?: number };
    readonly minimumOrderMinor?: number;
  };
  /** Whether `claim` is for the member. */
  readonly claimable: boolean;
  /** Why it gives nothing now; nothing when it is open. */
  readonly closed?: MissedReason;
  /** What limits leave the member. */
  readonly left?: readonly {
    readonly by: LimitOf;
    readonly period: Period;
    readonly points?: number;
    readonly times?: number;
  }[];
  readonly streak?: { readonly days: number; readonly today: boolean };
  readonly progress?: { readonly done: number; readonly target: number; readonly rewarded: number };
}

export interface Offer {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly gives: {
    readonly type: "points" | "bonus" | "multiplier" | (string & {});
    readonly points?: number;
    /** Hundredths of a percent: 20,000 is twice. */
    readonly factor?: number;
    readonly minimumOrderMinor?: number;
  };
  readonly state: "open" | "active" | "used" | (string & {});
  readonly needsCode?: boolean;
  readonly usesLeft: number;
  readonly takenUpAt?: string;
  /** Days in the program's time zone. */
  readonly startsOn?: string;
  readonly endsOn?: string;
  /** The code of the refusal that taking it up would meet now. */
  readonly refusal?: string;
}

/** What a member invites friends with. */
export interface Referral {
  readonly code: string;
  /** The link that the program states. */
  readonly link?: string;
  /** What an invitation gives, by each rule that is about it. */
  readonly rewards: readonly {
    readonly ruleId: string;
    readonly title: string;
    readonly advocate: number;
    readonly friend: number;
    readonly minimumOrderMinor?: number;
  }[];
  /** The last 100 friends, newest first. Nothing says who they are. */
  readonly friends: readonly {
    /** `open`: joined, and their first order that is large enough is still to come. */
    readonly state: "open" | "rewarded" | "taken_back" | (string & {});
    readonly followedAt: string;
    readonly points: number;
  }[];
}

/** What a member thinks. */
export interface Feedback {
  readonly surveyId: string;
  /** From 1, the worst, to 5. */
  readonly score: number;
  readonly comment?: string;
  readonly toldAt: string;
  /** Points that came for it: those of the rule whose activity is `survey` and whose code is the survey's id. */
  readonly points: number;
}

/** What a page asks a consent for. */
export interface Purpose {
  /** 1 to 64 of `a` to `z`, `0` to `9`, `_`, `.` and `-`; `personalization` is the program's own. */
  readonly purpose: string;
  readonly title: string;
  /** What the member decides about, in the page's language. */
  readonly text: string;
  readonly version: string;
  /** How long what it allows is kept, in words. */
  readonly retention?: string;
}

/** A decision about a purpose. */
export interface Consent {
  readonly purpose: string;
  readonly granted: boolean;
  readonly version: string;
  readonly text: string;
  readonly locale: string;
  readonly decidedAt: string;
}

export interface ActivatedOffer {
  readonly offerId: string;
  /** Points that it gave at once. */
  readonly points: number;
  readonly expiresAt?: string;
  readonly balanceAfter: number;
}

export interface ClaimedActivity {
  readonly activityId: string;
  readonly points: number;
  readonly accruals: readonly Accrual[];
  readonly expiresAt?: string;
  readonly balanceAfter: number;
}

export interface BalanceChange extends Balance {
  /** What it was before. */
  readonly previous: Balance;
}

export interface TierChange {
  readonly tier: string;
  /** What it was before. */
  readonly previous: string;
}

export interface StampcardErrorDetail {
  readonly code: StampcardErrorCode;
  readonly retryable: boolean;
  readonly docsUrl: string;
}

/** The properties that all elements have. Strings are attributes too. */
export interface StampcardHostElement extends HTMLElement {
  endpoint: string | null;
  key: string | null;
  locale: string | null;
  theme: Theme | null;
  /** The shop's own color, `#rgb` or `#rrggbb`. */
  brandColor: string | null;
  /** Another function says that another member is here; `null` says that there is none. */
  getToken: TokenSource | null | undefined;
  /** Reads everything anew, as after an order. */
  refresh(): Promise<void>;
}

/** `<stampcard-program>`: settings for the elements inside it; shows nothing itself. */
export interface StampcardProgramElement extends StampcardHostElement {
  /** The address on the shop's own origin that answers `{"token": "…"}`; 204 or 401 says that there is no member. */
  tokenUrl: string | null;
}

/** What all elements that show something have in common. */
export interface StampcardViewElement extends StampcardHostElement {
  /** `eager` starts at once; otherwise the element starts when it is near the viewport. */
  loading: "eager" | "lazy";
}

export interface StampcardBalanceElement extends StampcardViewElement {
  /** Draws a pill for a header. */
  compact: boolean;
}

export interface StampcardTierElement extends StampcardViewElement {}

export interface StampcardRewardsElement extends StampcardViewElement {
  /** Offers to use a voucher at once: the page hears `stampcard-voucher-applied` and puts it into its cart. */
  apply: boolean;
}

/** `<stampcard-vouchers>`: the member's vouchers: active, used, expired. */
export interface StampcardVouchersElement extends StampcardViewElement {
  /** Shows a button that hands a voucher to the page, which hears `stampcard-voucher-applied`. */
  apply: boolean;
}

/** `<stampcard-activity>`: the member's ledger, and why each line is what it is. */
export interface StampcardActivityElement extends StampcardViewElement {}

/** `<stampcard-earn>`: the ways to earn, how far they are, and what a member may claim. */
export interface StampcardEarnElement extends StampcardViewElement {}

/** `<stampcard-offers>`: the offers for this member, which they may take up. */
export interface StampcardOffersElement extends StampcardViewElement {}

/** `<stampcard-product>`: what a product would earn, to guests as well. Without a price and a currency it is empty. */
export interface StampcardProductElement extends StampcardViewElement {
  /** The product's id, or its variant's in `sku`; rules may look at either. */
  product: string | null;
  sku: string | null;
  /** The category that earn rules look at. */
  category: string | null;
  /** The price of one, as it is written: `24.00`. */
  price: string | null;
  /** The code of ISO 4217. */
  currency: string | null;
  quantity: string | null;
}

/**
 * `<stampcard-cart>`: what a cart would earn, and the vouchers and rewards that a member could use in it. The cart is the
 * property `order`, or the JSON of one in a `<script type="application/json">` inside the element.
 */
export interface StampcardCartElement extends StampcardViewElement {
  order: PreviewOrder | null;
  /** Offers to use a voucher in the cart: the page hears `stampcard-voucher-applied` and takes it. */
  apply: boolean;
}

/** `<stampcard-referral>`: the member's code and link, what both sides get, and what became of each friend. */
export interface StampcardReferralElement extends StampcardViewElement {
  /**
   * Where the shop's link leads, with `{code}` where the code belongs: `https://shop.example/?friend={code}`. The link
   * that the program states comes first. Only `https`, or `http` on `localhost` and `127.0.0.1`.
   */
  link: string | null;
}

/** `<stampcard-feedback>`: one short survey, answered once; what is asked goes into the slot `question`. */
export interface StampcardFeedbackElement extends StampcardViewElement {
  /** The id of the survey, 1 to 64 characters. Without one the element is empty. */
  survey: string | null;
}

/**
 * `<stampcard-privacy>`: what the member decides about their data, a copy of it, and its deletion. The purposes are the
 * property, or the JSON of a list of them in a `<script type="application/json">` inside the element.
 */
export interface StampcardPrivacyElement extends StampcardViewElement {
  purposes: readonly Purpose[] | null;
}

/**
 * `<stampcard-panel>`: a launcher at the window's edge, and a dialog with a home and the other elements as its parts. A
 * link to `#stampcard=rewards` opens a part, one to `#stampcard` the home. What an element in it needs, the panel is
 * told: `apply` for rewards and vouchers, `link`, `survey` with the slot `question`, `purposes`. A panel without a
 * survey asks none.
 */
export interface StampcardPanelElement extends StampcardViewElement {
  /** `none` for a page that has a button of its own; it calls `open`. */
  launcher: "none" | null;
  /** `bottom-right` unless it is said. */
  position: StampcardPosition | null;
  /** The parts to show besides the home, in this order, with spaces between them; all that there are unless it is said. */
  parts: string | null;
  /** Where a visitor joins, and where a member logs in; `https`, or `http` while a shop is being built. */
  joinUrl: string | null;
  loginUrl: string | null;
  link: string | null;
  survey: string | null;
  apply: boolean;
  purposes: readonly Purpose[] | null;
  /** Opens a part, or the home; a part that is not there is the home. */
  open(part?: StampcardPart): void;
  close(): void;
}

/** The events that elements send. All bubble and leave the shadow root; each detail is frozen. */
export interface StampcardElementEventMap {
  /** The element shows what the backend said for the first time. */
  "stampcard-ready": CustomEvent<{ readonly guest: boolean }>;
  /** The member confirmed and nothing is sent yet; `preventDefault()` stops it. From `<stampcard-rewards>` and `<stampcard-cart>`. */
  "stampcard-before-redeem": CustomEvent<RewardSummary>;
  /** A voucher was issued, or the redemption is under review and has none yet. From `<stampcard-rewards>` and `<stampcard-cart>`. */
  "stampcard-redeemed": CustomEvent<Redemption>;
  /**
   * The member hands a voucher to the page; `preventDefault()` says that the page does not take it, and keeps it in
   * view. From `<stampcard-vouchers apply>`, `<stampcard-rewards apply>` and `<stampcard-cart apply>`.
   */
  "stampcard-voucher-applied": CustomEvent<Voucher>;
  /** From `<stampcard-balance>`. */
  "stampcard-balance-changed": CustomEvent<BalanceChange>;
  /** From `<stampcard-tier>`. */
  "stampcard-tier-changed": CustomEvent<TierChange>;
  /** The member answered a survey. From `<stampcard-feedback>`. */
  "stampcard-feedback-given": CustomEvent<Feedback>;
  /** The member gave a consent or took it back. From `<stampcard-privacy>`. */
  "stampcard-consent-changed": CustomEvent<Consent>;
  /** The member was forgotten; the page should log them out. From `<stampcard-privacy>`. */
  "stampcard-erased": CustomEvent<Readonly<Record<never, never>>>;
  /** The panel was opened, or went to another part. From `<stampcard-panel>`. */
  "stampcard-opened": CustomEvent<{ readonly part: StampcardPart }>;
  /** The panel was closed, by whatever means. From `<stampcard-panel>`. */
  "stampcard-closed": CustomEvent<{ readonly part: StampcardPart }>;
  /** Something broke. A refusal is no error. */
  "stampcard-error": CustomEvent<StampcardErrorDetail>;
}

/** `window.Stampcard` of the classic script: the card that the script tag's data attributes describe. */
export interface StampcardGlobal extends Stampcard {
  readonly version: string;
  create(options?: StampcardOptions): Stampcard;
}

declare global {
  interface HTMLElementTagNameMap {
    "stampcard-program": StampcardProgramElement;
    "stampcard-balance": StampcardBalanceElement;
    "stampcard-tier": StampcardTierElement;
    "stampcard-rewards": StampcardRewardsElement;
    "stampcard-vouchers": StampcardVouchersElement;
    "stampcard-activity": StampcardActivityElement;
    "stampcard-earn": StampcardEarnElement;
    "stampcard-offers": StampcardOffersElement;
    "stampcard-product": StampcardProductElement;
    "stampcard-cart": StampcardCartElement;
    "stampcard-referral": StampcardReferralElement;
    "stampcard-feedback": StampcardFeedbackElement;
    "stampcard-privacy": StampcardPrivacyElement;
    "stampcard-panel": StampcardPanelElement;
  }
  interface HTMLElementEventMap extends StampcardElementEventMap {}
  interface DocumentEventMap extends StampcardElementEventMap {}
  interface WindowEventMap extends StampcardElementEventMap {
    /** Sent by the page, it makes everything read anew, as after an order. */
    "stampcard-refresh": Event;
  }
  interface Window {
    Stampcard?: StampcardGlobal;
  }
}
