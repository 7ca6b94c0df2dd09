//! What the server does around the ledger: tokens, limits, live changes, webhooks, transfer, privacy, access.

mod access;
mod ground;
mod limits;
mod live;
mod nudges;
mod privacy;
mod receiver;
mod reviews;
mod soak;
mod tokens;
mod transfer;
mod webhook_tls;
mod webhook_trouble;
mod webhooks;
