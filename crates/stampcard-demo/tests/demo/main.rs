//! The demo as its visitors meet it, without sockets.

mod elements;
mod member;
mod purchase;
mod start;
mod visitor;
