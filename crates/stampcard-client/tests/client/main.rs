//! How the client behaves, seen from both sides: its caller's and a scripted network's.

mod answers;
mod calls;
mod hostile;
mod retries;
mod scripted;
mod tokens;
