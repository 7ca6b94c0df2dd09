//! What the server does around the ledger: tokens, limits, live changes, webhooks, transfer, privacy, access; and what it
//! knows of a member besides it.

mod access;
mod adjustments;
mod birthdays;
mod ground;
mod growth;
mod limits;
mod live;
mod nudges;
mod offers;
mod previews;
mod privacy;
mod receiver;
mod referrals;
mod reviews;
mod segments;
mod soak;
mod tokens;
mod transfer;
mod versions;
mod ways;
mod webhook_tls;
mod webhook_trouble;
mod webhooks;
