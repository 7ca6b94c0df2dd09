//! The members' history: the shop's own checkout and the member's own redemptions, at instants in the past.
//!
//! The loyalty API reads its clock from here while that happens, so that everything is booked by the same requests that
//! a living shop sends.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use stampcard_model::{RewardId, Sku, Timestamp};
use stampcard_server::Seams;

use crate::{
    Fault, MEMBERS, ShopMember, checkout::CheckoutRequest, loyalty::No, pricing::Wanted, problem::Problem,
    shop::ShopParts,
};

/// The system's clock, except while history is made.
#[derive(Clone, Default)]
pub(crate) struct SeedClock(Arc<AtomicI64>);

/// Stands for "read the system's clock".
const PRESENT: i64 = 0;

impl SeedClock {
    /// The operating system's chance, and this clock.
    pub(crate) fn seams(&self) -> Seams {
        let system = Seams::default();
        let chosen = Arc::clone(&self.0);
        let read = Arc::clone(&system.clock);
        let clock = Arc::new(move || match chosen.load(Ordering::Acquire) {
            PRESENT => read(),
            millis => Timestamp::from_millis(millis),
        });
        Seams { clock, ..system }
    }

    fn set(&self, instant: Timestamp) {
        self.0.store(instant.as_millis(), Ordering::Release);
    }

    fn release(&self) {
        self.0.store(PRESENT, Ordering::Release);
    }
}

/// Something a member did.
struct Deed {
    /// Who: an id of [`MEMBERS`].
    member: &'static str,
    /// How long ago, in hours.
    hours_ago: i64,
    what: What,
}

enum What {
    Enroll,
    /// Follows the invitation of another member.
    Follow(&'static str),
    Buy(&'static str),
    Redeem(&'static str),
    /// Buys with the voucher that was redeemed last.
    BuyWithVoucher(&'static str),
    /// Takes back the order before.
    GiveBack,
}

use What::{Buy, BuyWithVoucher, Enroll, Follow, GiveBack, Redeem};

const DAY: i64 = 24;

/// What happened before the curtain rises. Carts are written `SKU×quantity`.
const HISTORY: &[Deed] = &[
    // Amara: two years of tea. The order of 357 days ago is what expires in a week or so.
    deed("amara", 730 * DAY, Enroll),
    deed("amara", 729 * DAY, Buy("WARE-TEAPOT×1, TEA-TIEGUANYIN×2")),
    deed("amara", 660 * DAY, Buy("WARE-GAIWAN×2, WARE-CUPS×1, TEA-LONGJING×1")),
    deed("amara", 641 * DAY, Redeem("five-off")),
    deed("amara", 640 * DAY, BuyWithVoucher("TEA-JASMINE×2, BOOK-KETTLE×1")),
    deed("amara", 560 * DAY, Buy("WARE-TEAPOT×2, TEA-WHITE-PEONY×2")),
    deed("amara", 505 * DAY, Redeem("cups")),
    deed("amara", 500 * DAY, BuyWithVoucher("BOOK-TEAHOUSES×1, TEA-LAPSANG×2")),
    deed("amara", 420 * DAY, Buy("WARE-GAIWAN×2, TEA-TIEGUANYIN×3, TEA-LAPSANG×2")),
    deed("amara", 380 * DAY, Redeem("tea-bushes")),
    deed("amara", 357 * DAY, Buy("WARE-TEAPOT×1, WARE-CUPS×2, WARE-GAIWAN×1, TEA-LONGJING×2")),
    deed("amara", 301 * DAY, Buy("WARE-GAIWAN×1, TEA-JASMINE×2, BOOK-KETTLE×1")),
    deed("amara", 266 * DAY, Buy("WARE-CUPS×2, TEA-LAPSANG×3, BOOK-TEAHOUSES×1")),
    deed("amara", 244 * DAY, Buy("WARE-TEAPOT×1, TEA-WHITE-PEONY×3")),
    deed("amara", 205 * DAY, Buy("WARE-GAIWAN×2, TEA-LONGJING×1")),
    deed("amara", 162 * DAY, Buy("BOOK-TEAHOUSES×2, TEA-TIEGUANYIN×2, WARE-SCOOP×1")),
    deed("amara", 118 * DAY, Buy("TEA-LONGJING×3, TEA-LAPSANG×1")),
    deed("amara", 117 * DAY, GiveBack),
    deed("amara", 75 * DAY, Buy("WARE-CUPS×2, WARE-GAIWAN×1, TEA-JASMINE×2")),
    deed("amara", 60 * DAY, Redeem("harvest-box")),
    deed("amara", 26 * DAY, BuyWithVoucher("TEA-TIEGUANYIN×2, BOOK-KETTLE×1")),
    deed("amara", 6 * DAY, Redeem("fifteen-percent")),
    // Jun: a year in, one teapot away from gold.
    deed("jun", 322 * DAY, Enroll),
    deed("jun", 321 * DAY, Buy("TEA-LAPSANG×1, WARE-SCOOP×1")),
    deed("jun", 290 * DAY, Buy("WARE-GAIWAN×1, TEA-TIEGUANYIN×1")),
    deed("jun", 251 * DAY, Buy("WARE-CUPS×2, BOOK-KETTLE×1, TEA-WHITE-PEONY×2")),
    deed("jun", 196 * DAY, Buy("WARE-TEAPOT×1, TEA-TIEGUANYIN×2")),
    deed("jun", 158 * DAY, Redeem("five-off")),
    deed("jun", 157 * DAY, BuyWithVoucher("TEA-JASMINE×2, TEA-LONGJING×1, WARE-SCOOP×1")),
    deed("jun", 110 * DAY, Buy("BOOK-TEAHOUSES×1, WARE-GAIWAN×1, TEA-LAPSANG×2")),
    deed("jun", 84 * DAY, Redeem("engraved-tin")),
    deed("jun", 70 * DAY, Buy("WARE-CUPS×1, WARE-GAIWAN×1, TEA-LAPSANG×2")),
    deed("jun", 52 * DAY, Buy("WARE-CUPS×2, TEA-LONGJING×2, TEA-WHITE-PEONY×1")),
    deed("jun", 20 * DAY, Buy("WARE-GAIWAN×1, TEA-TIEGUANYIN×2, BOOK-KETTLE×1")),
    deed("jun", 9 * DAY, Redeem("fifteen-percent")),
    deed("jun", 3 * DAY, Redeem("free-shipping")),
    // Mira: she came this morning, invited by Jun, with an order too small for a reward.
    deed("mira", 3, Enroll),
    deed("mira", 3, Follow("jun")),
    deed("mira", 2, Buy("TEA-WHITE-PEONY×1, TEA-JASMINE×1")),
];

const fn deed(member: &'static str, hours_ago: i64, what: What) -> Deed {
    Deed { member, hours_ago, what }
}

/// Books the history once.
///
/// # Errors
/// [`Fault::Seed`] when the shop or the loyalty API does not take it.
pub(crate) async fn seed(shop: &ShopParts, clock: &SeedClock) -> Result<(), Fault> {
    let books = |error: rusqlite::Error| Fault::Seed(error.to_string());
    if shop.book.is_seeded().map_err(books)? {
        return Ok(());
    }
    let now = shop.loyalty.now();
    let mut deeds: Vec<&Deed> = HISTORY.iter().collect();
    deeds.sort_by_key(|deed| std::cmp::Reverse(deed.hours_ago));
    for deed in deeds {
        clock.set(now.plus_millis(-deed.hours_ago * 3_600_000));
        let done = carry_out(shop, deed).await;
        clock.release();
        done.map_err(|reason| {
            Fault::Seed(format!("{}, {} hours ago: {reason}", deed.member, deed.hours_ago))
        })?;
    }
    shop.book.mark_seeded().map_err(books)
}

async fn carry_out(shop: &ShopParts, deed: &Deed) -> Result<(), String> {
    let member = MEMBERS.into_iter().find(|member| member.id == deed.member);
    let member = member.ok_or_else(|| "nobody has this name".to_owned())?;
    match deed.what {
        Enroll => shop.loyalty.enroll(member).await.map(drop).map_err(refused),
        Follow(advocate) => {
            let advocate = MEMBERS.into_iter().find(|member| member.id == advocate);
            let advocate = advocate.ok_or_else(|| "nobody has this name".to_owned())?;
            let code = shop.loyalty.referral(advocate).await.map_err(refused)?.code;
            shop.loyalty.follow(member, code).await.map(drop).map_err(refused)
        }
        Buy(cart) => buy(shop, member, cart, None).await,
        Redeem(reward) => {
            let id = RewardId::new(reward).map_err(|error| error.to_string())?;
            let price = shop.program.reward(&id).map(|reward| reward.price);
            let price = price.ok_or_else(|| format!("there is no reward {reward}"))?;
            shop.loyalty.redeem(member, id, price).await.map(drop).map_err(refused)
        }
        BuyWithVoucher(cart) => {
            let vouchers =
                shop.loyalty.vouchers(member, crate::words::Language::En).await.map_err(refused)?;
            let newest = vouchers.first().ok_or_else(|| "there is no voucher".to_owned())?;
            buy(shop, member, cart, Some(newest.code.to_string())).await
        }
        GiveBack => {
            let orders = shop.orders(member).await.map_err(not_done)?;
            let newest = orders.first().ok_or_else(|| "there is no order".to_owned())?;
            shop.give_back(member, newest.id.as_str()).await.map(drop).map_err(not_done)
        }
    }
}

async fn buy(
    shop: &ShopParts,
    member: ShopMember,
    cart: &str,
    voucher: Option<String>,
) -> Result<(), String> {
    let lines = cart.split(", ").map(|line| {
        let (sku, quantity) = line.split_once('×')?;
        Some(Wanted { sku: Sku::new(sku).ok()?, quantity: quantity.parse().ok()? })
    });
    let lines = lines.collect::<Option<Vec<_>>>().ok_or_else(|| format!("{cart} is no cart"))?;
    let key = crate::secrets::random_hex::<8>();
    let request = CheckoutRequest { key, lines, voucher, total_minor: None };
    let order = shop.check_out(Some(member), "history", request).await.map_err(not_done)?;
    order.earned.map(drop).ok_or_else(|| "the order was not booked".to_owned())
}

fn refused(no: No) -> String {
    format!("{no:?}")
}

fn not_done(problem: Problem) -> String {
    problem.code().to_owned()
}
