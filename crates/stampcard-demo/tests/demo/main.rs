//! The demo as its visitors meet it, without sockets.

mod member;
mod purchase;
mod start;
mod visitor;
