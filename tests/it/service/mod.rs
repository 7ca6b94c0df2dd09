//! What the server does around the ledger: tokens, limits, live changes, webhooks, export, privacy, access.

mod ground;
mod limits;
mod live;
mod tokens;
mod webhooks;
