//! Quotes, orders and returns.
//!
//! An order is written into the shop's books first, then its voucher is taken, then it is booked with the loyalty
//! program; each step has an idempotency key that follows from the order, so that going over them again, after a crash
//! or a lost answer, does nothing twice.

use serde::{Deserialize, Serialize};
use stampcard_model::{
    BenefitKind, Line, Order, OrderId, Points, Refusal, RewardId, Timestamp, VoucherCode, VoucherState,
    api::{NewOrder, Refund, VoucherView},
};

use crate::{
    ShopMember,
    book::{Earned, OrderState, StoredOrder, StoredVoucher},
    loyalty::No,
    members,
    pricing::{Priced, Taken, Wanted, price},
    problem::Problem,
    secrets::random_hex,
    shop::ShopParts,
    words::Language,
};

/// How long an order can be taken back, in days.
const RETURN_DAYS: i64 = 30;

/// What a page wants to know the price of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteRequest {
    pub(crate) lines: Vec<Wanted>,
    #[serde(default)]
    pub(crate) voucher: Option<String>,
}

/// What a page wants to buy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckoutRequest {
    /// Names the attempt: the same key orders once.
    pub(crate) key: String,
    pub(crate) lines: Vec<Wanted>,
    #[serde(default)]
    pub(crate) voucher: Option<String>,
    /// What the page says that it costs; another price is not charged.
    #[serde(default)]
    pub(crate) total_minor: Option<u64>,
}

/// A cart with prices.
#[derive(Debug, Serialize)]
pub(crate) struct Quote {
    #[serde(flatten)]
    pub(crate) priced: Priced,
    pub(crate) voucher: Option<NamedVoucher>,
    /// The lines that the loyalty program would be told of.
    pub(crate) earning: Vec<Line>,
}

/// An order as its buyer sees it.
#[derive(Debug, Serialize)]
pub(crate) struct OrderView {
    pub(crate) id: OrderId,
    pub(crate) placed_at: Timestamp,
    pub(crate) state: OrderState,
    #[serde(flatten)]
    pub(crate) priced: Priced,
    pub(crate) voucher: Option<NamedVoucher>,
    /// What it earned; none until the loyalty program answered.
    pub(crate) points: Option<Points>,
    pub(crate) balance_after: Option<Points>,
    /// Whether it can be taken back now.
    pub(crate) returnable: bool,
}

/// A voucher by the name of its reward.
#[derive(Debug, Serialize)]
pub(crate) struct NamedVoucher {
    pub(crate) code: VoucherCode,
    pub(crate) title: String,
}

impl ShopParts {
    /// Prices a cart. What is not sold any more is left out.
    pub(crate) async fn quote(
        &self,
        member: Option<ShopMember>,
        request: QuoteRequest,
        language: Language,
    ) -> Result<Quote, Problem> {
        let is_sold = |line: &Wanted| self.catalog.product(&line.sku).is_some_and(|product| product.listed);
        let lines: Vec<Wanted> = request.lines.into_iter().filter(is_sold).collect();
        let (priced, voucher) = self.price(member, &lines, request.voucher.as_deref()).await?;
        let earning = priced.paid_lines(&self.catalog);
        Ok(Quote { priced, voucher: voucher.map(|voucher| self.named(&voucher, language)), earning })
    }

    /// Orders a cart once for each attempt.
    pub(crate) async fn check_out(
        &self,
        member: Option<ShopMember>,
        session: &str,
        request: CheckoutRequest,
    ) -> Result<StoredOrder, Problem> {
        if !(8..=64).contains(&request.key.len()) {
            return Err(Problem::BadRequest);
        }
        let attempt = format!("{session}:{}", request.key);
        let member_id = member.map(|member| member.id.to_owned());
        let _one_at_a_time = self.till.lock().await;
        if let Some(known) = self.book.by_attempt(&attempt)? {
            let code = known.voucher.as_ref().map(|voucher| voucher.code.clone());
            let asked = request.voucher.as_deref().map(voucher_code).transpose()?;
            let same = known.wanted == request.lines && known.member == member_id && code == asked;
            return if same { self.finish(known).await } else { Err(Problem::OrderChanged) };
        }
        let (priced, voucher) = self.price(member, &request.lines, request.voucher.as_deref()).await?;
        if request.total_minor.is_some_and(|total| total != priced.total_minor) {
            return Err(Problem::OrderChanged);
        }
        let order = StoredOrder {
            id: new_order_id(),
            attempt,
            member: member_id,
            placed_at: self.loyalty.now(),
            wanted: request.lines,
            priced,
            state: if voucher.is_some() { OrderState::Open } else { OrderState::Placed },
            voucher,
            earned: None,
        };
        self.book.put(&order)?;
        self.finish(order).await
    }

    /// Takes the order's voucher and books the order, as far as that is not done.
    ///
    /// A loyalty program that does not answer keeps nobody from buying: the order is placed and booked later. Only its
    /// voucher has to be taken first.
    pub(crate) async fn finish(&self, mut order: StoredOrder) -> Result<StoredOrder, Problem> {
        if let (OrderState::Open, Some(voucher)) = (order.state, &order.voucher) {
            match self.loyalty.use_voucher(&voucher.code, &order.id).await {
                Ok(_) => order.state = OrderState::Placed,
                Err(No::Unavailable) => return Err(Problem::LoyaltyUnavailable),
                Err(refused) => {
                    self.book.remove(&order.id)?;
                    return Err(refused.into());
                }
            }
            self.book.put(&order)?;
        }
        if let (OrderState::Placed, None, Some(member)) = (order.state, order.earned, &order.member) {
            let lines = order.priced.paid_lines(&self.catalog);
            let paid = Order {
                id: order.id.clone(),
                money: self.program.money.clone(),
                lines,
                shipping_minor: order.priced.shipping_minor,
                gift_card_minor: order.priced.card_minor,
            };
            match self.loyalty.book(NewOrder { member_reference: member.clone(), order: paid }).await {
                Ok(booked) => {
                    order.earned =
                        Some(Earned { points: booked.points, balance_after: booked.balance_after });
                    self.book.put(&order)?;
                }
                Err(no) => tracing::warn!(?no, order = %order.id, "an order is not booked yet"),
            }
        }
        Ok(order)
    }

    /// Finishes every order that a crash or a silent loyalty program left unfinished.
    pub(crate) async fn finish_all(&self) -> Result<(), Problem> {
        for order in self.book.all()? {
            if order.state == OrderState::Placed && order.earned.is_none() && order.member.is_some() {
                self.finish(order).await?;
            }
        }
        Ok(())
    }

    /// A member's orders, newest first.
    pub(crate) async fn orders(&self, member: ShopMember) -> Result<Vec<StoredOrder>, Problem> {
        let mut orders = Vec::new();
        for order in self.book.of_member(member.id)? {
            match order.state {
                OrderState::Open => {}
                OrderState::Placed => orders.push(self.finish(order).await?),
                OrderState::Returned => orders.push(order),
            }
        }
        Ok(orders)
    }

    /// Takes an order of a member back.
    pub(crate) async fn give_back(&self, member: ShopMember, id: &str) -> Result<Refund, Problem> {
        let id = OrderId::new(id).map_err(|_| Problem::OrderUnknown)?;
        let _one_at_a_time = self.till.lock().await;
        let order = self.book.by_id(&id)?.ok_or(Problem::OrderUnknown)?;
        if order.member.as_deref() != Some(member.id) || order.state == OrderState::Open {
            return Err(Problem::OrderUnknown);
        }
        if order.state == OrderState::Returned {
            return Err(Problem::OrderReturned);
        }
        if !self.is_recent(&order) {
            return Err(Problem::OrderTooOld);
        }
        let mut order = self.finish(order).await?;
        if order.earned.is_none() {
            return Err(Problem::OrderUnfinished);
        }
        let refund = self.loyalty.refund(&id).await;
        if matches!(refund, Ok(_) | Err(No::Refused(Refusal::OrderAlreadyRefunded))) {
            order.state = OrderState::Returned;
            self.book.put(&order)?;
        }
        Ok(refund?)
    }

    /// An order as its buyer sees it.
    pub(crate) fn view(&self, order: StoredOrder, language: Language) -> OrderView {
        OrderView {
            returnable: order.state == OrderState::Placed && self.is_recent(&order),
            voucher: order.voucher.map(|voucher| self.named(&voucher, language)),
            points: order.earned.map(|earned| earned.points),
            balance_after: order.earned.map(|earned| earned.balance_after),
            id: order.id,
            placed_at: order.placed_at,
            state: order.state,
            priced: order.priced,
        }
    }

    async fn price(
        &self,
        member: Option<ShopMember>,
        lines: &[Wanted],
        code: Option<&str>,
    ) -> Result<(Priced, Option<StoredVoucher>), Problem> {
        let ships_free = self.ships_free(member).await;
        let Some(code) = code else {
            return Ok((price(&self.catalog, lines, None, ships_free)?, None));
        };
        // A cart without a price has none with a voucher either, and that is said first.
        price(&self.catalog, lines, None, ships_free)?;
        let voucher = self.voucher(member, code).await?;
        let taken = Taken { kind: &voucher.kind, money_minor: voucher.money_minor };
        let priced = price(&self.catalog, lines, Some(taken), ships_free)?;
        Ok((priced, Some(StoredVoucher { code: voucher.code, reward_id: voucher.reward_id })))
    }

    /// The member's voucher with this code, if it may be used.
    async fn voucher(&self, member: Option<ShopMember>, code: &str) -> Result<VoucherView, Problem> {
        let member = member.ok_or(Problem::VoucherNeedsMember)?;
        let code = voucher_code(code)?;
        let vouchers = self.loyalty.vouchers(member, Language::En).await?;
        let found =
            vouchers.into_iter().find(|voucher| voucher.code == code).ok_or(Problem::VoucherUnknown)?;
        match found.state {
            VoucherState::Active => Ok(found),
            VoucherState::Used => Err(Problem::VoucherUsed),
            VoucherState::Expired => Err(Problem::VoucherExpired),
            VoucherState::Cancelled | VoucherState::Unrecognized => Err(Problem::VoucherUnknown),
        }
    }

    /// Whether the member's tier promises free shipping. A loyalty program that does not answer promises nothing.
    async fn ships_free(&self, member: Option<ShopMember>) -> bool {
        let Some(member) = member else { return false };
        let Ok(me) = self.loyalty.me(member).await else { return false };
        let tier = self.program.tiers.tiers.iter().find(|tier| tier.id == me.tier.tier);
        tier.is_some_and(|tier| tier.benefits.iter().any(|benefit| benefit.kind == BenefitKind::FreeShipping))
    }

    fn is_recent(&self, order: &StoredOrder) -> bool {
        self.loyalty.now() < order.placed_at.plus_days(RETURN_DAYS)
    }

    fn named(&self, voucher: &StoredVoucher, language: Language) -> NamedVoucher {
        NamedVoucher { code: voucher.code.clone(), title: self.reward_title(&voucher.reward_id, language) }
    }

    fn reward_title(&self, id: &RewardId, language: Language) -> String {
        let title = self.program.reward(id).map(|reward| &reward.title);
        title
            .map(|title| title.resolve(language.tag(), &self.program.default_locale))
            .unwrap_or_default()
            .to_owned()
    }
}

/// A code as people type it.
fn voucher_code(typed: &str) -> Result<VoucherCode, Problem> {
    VoucherCode::new(typed.trim().to_ascii_uppercase()).map_err(|_| Problem::VoucherUnknown)
}

/// `LT-` and eight digits that nobody can count on.
fn new_order_id() -> OrderId {
    OrderId::new(format!("LT-{}", random_hex::<4>().to_ascii_uppercase()))
        .expect("letters and digits are an id")
}

/// The member with this id, who must be one of the shop's.
pub(crate) fn known_member(id: Option<String>) -> Option<ShopMember> {
    id.and_then(|id| members::find(&id))
}
