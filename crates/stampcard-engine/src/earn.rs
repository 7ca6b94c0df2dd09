//! What an order earns, and why.

use stampcard_model::{Accrual, Order, Program, Refusal, TierId};

/// The accruals an order brings a member of this tier: one a rule and category, in the order of the rules and then of
/// the first line of each category. Each is rounded once, by the program's rounding.
///
/// # Errors
/// [`Refusal::MoneyMismatch`] when the order's money is not the program's.
pub fn earn(program: &Program, tier: &TierId, order: &Order) -> Result<Vec<Accrual>, Refusal> {
    let _ = (program, tier, order);
    todo!()
}
