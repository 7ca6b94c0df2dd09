//! What the server does around the ledger: tokens, limits, live changes, webhooks, transfer, privacy, access.

mod access;
mod ground;
mod limits;
mod live;
mod privacy;
mod receiver;
mod soak;
mod tokens;
mod transfer;
mod versions;
mod webhook_trouble;
mod webhooks;
