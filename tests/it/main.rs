//! Every test that crosses a crate border.

mod arrows;
mod bad_input;
mod client;
mod client_backend;
mod client_tcp;
mod crash;
mod disk;
mod disk_faults;
mod documents;
mod http_auth;
mod http_contract;
mod http_member;
mod http_once;
mod http_process;
mod http_read;
mod http_server;
mod ledger_verify;
mod old_ledger;
mod oracle;
mod power_loss;
mod program;
mod race;
mod server_start;
mod service;
mod store_contract;
mod store_random;
