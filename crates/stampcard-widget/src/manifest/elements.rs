//! The elements as integrators know them.

/// An element as integrators know it.
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) doc: &'static str,
    /// Attributes that hold text, besides those that every element has.
    pub(super) strings: &'static [Told],
    /// Attributes that are there or not.
    pub(super) booleans: &'static [Told],
    /// Properties without an attribute.
    pub(super) fields: &'static [Told],
    pub(super) events: &'static [Told],
    pub(super) slots: &'static [Told],
    pub(super) parts: &'static str,
}

/// A name and what it means.
pub(super) type Told = (&'static str, &'static str);

pub(super) const SETTINGS: [Told; 5] = [
    ("endpoint", "The address of the loyalty API."),
    ("key", "The publishable key (pk_…)."),
    (
        "locale",
        "A BCP 47 tag; by default the page's language, else the visitor's. Spoken are en, zh-CN, zh-TW, ja, de, fr, es and ar; another tag gets the nearest of them, else English.",
    ),
    ("theme", "light, dark, or auto: what the visitor's system prefers. By default what the page does."),
    (
        "brand-color",
        "The shop's own color, #rgb or #rrggbb; what is drawn in it can be read in light and in dark.",
    ),
];

pub(super) const LOADING: Told =
    ("loading", "eager starts at once; otherwise the element starts when it is near the viewport.");
const GUEST: Told = ("guest", "Links to join and to log in, for a visitor who is no member.");
const FOOTER: Told = ("footer", "Content at the end.");
const EMPTY: Told = ("empty", "What stands there when there is nothing to show.");
const DEFAULT: Told = ("", "Content without script.");
const READY: Told = ("stampcard-ready", "The element shows what the backend said for the first time.");
const ERROR: Told = ("stampcard-error", "Something broke. A refusal is no error.");
const BALANCE_CHANGED: Told = ("stampcard-balance-changed", "The member's balance is another one.");
const TIER_CHANGED: Told = ("stampcard-tier-changed", "The member's tier is another one.");
const BEFORE_REDEEM: Told =
    ("stampcard-before-redeem", "The member confirmed and nothing is sent yet; preventDefault() stops it.");
const REDEEMED: Told = ("stampcard-redeemed", "A voucher was issued, or the redemption is under review.");
const APPLIED: Told = (
    "stampcard-voucher-applied",
    "The member hands a voucher to the page; preventDefault() says that the page does not take it.",
);

const FEEDBACK_GIVEN: Told = ("stampcard-feedback-given", "The member answered a survey.");

const CONSENT_CHANGED: Told = ("stampcard-consent-changed", "The member gave a consent or took it back.");
const ERASED: Told = ("stampcard-erased", "The member was forgotten; the page should log them out.");

pub(super) const OPENED: Told = ("stampcard-opened", "The panel was opened, or went to another part.");
const CLOSED: Told = ("stampcard-closed", "The panel was closed, by whatever means.");

pub(super) const ELEMENTS: [Element; 14] = [
    Element {
        name: "program",
        class: "StampcardProgramElement",
        doc: "Settings for the elements inside it; shows nothing itself.",
        strings: &[("token-url", "The address on the shop's own origin that answers {\"token\": \"…\"}.")],
        booleans: &[],
        fields: &[],
        events: &[],
        slots: &[("", "The elements that the settings are for.")],
        parts: "",
    },
    Element {
        name: "balance",
        class: "StampcardBalanceElement",
        doc: "Available, pending, and what expires next.",
        strings: &[LOADING],
        booleans: &[("compact", "Draws a pill for a header.")],
        fields: &[],
        events: &[READY, BALANCE_CHANGED, ERROR],
        slots: &[DEFAULT, GUEST, FOOTER],
        parts: "card main label figure number word stub program facts fact invite notice button retry pill",
    },
    Element {
        name: "tier",
        class: "StampcardTierElement",
        doc: "The tier, the way to the next one, what keeps it, and what each tier gives.",
        strings: &[LOADING],
        booleans: &[],
        fields: &[],
        events: &[READY, TIER_CHANGED, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "card label name ladder rung distance standing keep benefits summary tier tier-name benefit \
                invite hint notice button retry",
    },
    Element {
        name: "rewards",
        class: "StampcardRewardsElement",
        doc: "The redemption catalogue, and the way from a card to a voucher.",
        strings: &[LOADING],
        booleans: &[("apply", "Shows a button that hands a voucher to the page.")],
        fields: &[],
        events: &[READY, BEFORE_REDEEM, REDEEMED, APPLIED, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "grid toolbar filter search sort list reward image kind title description tag terms price \
                missing button redeem notice retry invite hint dialog dialog-title choice step amount slider worth \
                code copy apply undo cancel",
    },
    Element {
        name: "vouchers",
        class: "StampcardVouchersElement",
        doc: "The member's vouchers: active, used, expired.",
        strings: &[LOADING],
        booleans: &[("apply", "Shows a button that hands a voucher to the page.")],
        fields: &[],
        events: &[READY, APPLIED, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "list vouchers past summary voucher main kind title date terms stub code button copy apply \
                cancel do note notice retry invite hint",
    },
    Element {
        name: "activity",
        class: "StampcardActivityElement",
        doc: "The member's ledger, newest first, and why each line is what it is.",
        strings: &[LOADING],
        booleans: &[],
        fields: &[],
        events: &[READY, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "list entries entry title date delta after why summary reason more button notice retry invite \
                hint",
    },
    Element {
        name: "earn",
        class: "StampcardEarnElement",
        doc: "The ways to earn, how far they are, and what a member may claim.",
        strings: &[LOADING],
        booleans: &[],
        fields: &[],
        events: &[READY, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "list ways way title gives streak meter left closed button do note notice retry invite hint",
    },
    Element {
        name: "offers",
        class: "StampcardOffersElement",
        doc: "The offers for this member, which they may take up.",
        strings: &[LOADING],
        booleans: &[],
        fields: &[],
        events: &[READY, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "list offers offer gives title description date state code button do note notice retry invite \
                hint",
    },
    Element {
        name: "product",
        class: "StampcardProductElement",
        doc: "What a product would earn, to guests as well.",
        strings: &[
            LOADING,
            ("product", "The product's id, or its variant's in sku; rules may look at either."),
            ("sku", "The variant's id."),
            ("category", "The category that earn rules look at."),
            ("price", "The price of one, as it is written: 24.00."),
            ("currency", "The code of ISO 4217."),
            ("quantity", "How many; one unless it is said."),
        ],
        booleans: &[],
        fields: &[],
        events: &[READY, ERROR],
        slots: &[DEFAULT, GUEST, FOOTER],
        parts: "earns figure why why-summary why-line why-detail why-points notice button retry",
    },
    Element {
        name: "cart",
        class: "StampcardCartElement",
        doc: "What a cart would earn, and the vouchers and rewards that a member could use in it.",
        strings: &[LOADING],
        booleans: &[("apply", "Shows buttons that hand a voucher to the page.")],
        fields: &[("order", "The cart; the element may hold it in a JSON script instead.")],
        events: &[READY, BEFORE_REDEEM, REDEEMED, APPLIED, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "cart label figure number word invite hint why why-summary why-line why-detail why-points usable \
                usable-title voucher reward title price best button apply cancel do note redeem notice retry \
                dialog dialog-title choice step amount slider worth code copy undo",
    },
    Element {
        name: "referral",
        class: "StampcardReferralElement",
        doc: "The member's code and link, what both sides get, and what became of each friend.",
        strings: &[
            LOADING,
            (
                "link",
                "Where the shop's link leads, with {code} in it: https. A link of the program comes first.",
            ),
        ],
        booleans: &[],
        fields: &[],
        events: &[READY, ERROR],
        slots: &[DEFAULT, GUEST, EMPTY, FOOTER],
        parts: "list card main gives title link code button copy share friends summary friend state date points \
                notice retry invite hint",
    },
    Element {
        name: "feedback",
        class: "StampcardFeedbackElement",
        doc: "One short survey: a score and a comment, once.",
        strings: &[LOADING, ("survey", "The id of the survey, 1 to 64 characters.")],
        booleans: &[],
        fields: &[],
        events: &[READY, FEEDBACK_GIVEN, ERROR],
        slots: &[DEFAULT, ("question", "What is asked."), GUEST, EMPTY, FOOTER],
        parts: "list card title scores score comment counter button do note notice retry invite hint",
    },
    Element {
        name: "privacy",
        class: "StampcardPrivacyElement",
        doc: "What the member decides about their data, a copy of it, and its deletion.",
        strings: &[LOADING],
        booleans: &[],
        fields: &[(
            "purposes",
            "What the shop asks consents for; the element may hold them in a JSON script instead.",
        )],
        events: &[READY, CONSENT_CHANGED, ERASED, ERROR],
        slots: &[DEFAULT, ("retention", "How long data is kept."), GUEST, EMPTY, FOOTER],
        parts: "list card title text retention state choice export leave ask button do note notice retry invite \
                hint",
    },
    Element {
        name: "panel",
        class: "StampcardPanelElement",
        doc: "A launcher at the window's edge, and a dialog with a home and the other elements as its parts.",
        strings: &[
            LOADING,
            ("launcher", "none for a page that has a button of its own, which calls open()."),
            ("position", "bottom-right unless it is said; bottom-left, bottom-start, bottom-end."),
            (
                "parts",
                "What it shows besides the home, in this order: rewards vouchers offers earn tier referral feedback \
                 activity privacy.",
            ),
            ("join-url", "Where a visitor joins: https."),
            ("login-url", "Where a member logs in: https."),
            ("link", "Where the link of an invitation leads, with {code} in it: https."),
            ("survey", "The id of the survey; without one the panel asks none."),
        ],
        booleans: &[("apply", "Shows buttons that hand a voucher to the page.")],
        fields: &[(
            "purposes",
            "What the shop asks consents for; the element may hold them in a JSON script instead.",
        )],
        events: &[READY, OPENED, CLOSED, ERROR],
        slots: &[DEFAULT, GUEST, ("question", "What the survey asks.")],
        parts: "launcher mark label badge dialog drawer bar title body back close section news tiles tile link \
                button notice retry",
    },
];
