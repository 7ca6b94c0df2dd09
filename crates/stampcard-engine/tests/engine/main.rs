//! The rules as tables that a program manager can read, and the ledger under random commands.

mod earning;
mod expiring;
mod ground;
mod nudging;
mod random;
mod refunding;
mod refusing;
mod spending;
mod tiers;
