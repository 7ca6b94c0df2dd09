//! The project's commands. `cargo xtask demo` and `cargo xtask test` set up all that they need on a fresh machine.

mod bench;
mod build;
mod demo;
mod fault;
mod glue;
mod link;
mod look;
mod npm;
mod sh;
mod size;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::fault::Fault;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the widget and the server, seeds a program and serves the demo shop.
    Demo(demo::Args),
    /// Runs everything that is tested, and prints totals.
    Test(test::Args),
    /// Builds the widget's files into `target/sdk/`.
    Build {
        /// Sooner ready and larger.
        #[arg(long)]
        dev: bool,
    },
    /// Weighs the widget's files against `tests/golden/sizes.json`.
    Size {
        /// Writes the file anew.
        #[arg(long)]
        update: bool,
    },
    /// Measures redemptions a second beside what the disk allows.
    Bench {
        /// Measures a ledger of so many members with ten entries each instead.
        #[arg(long)]
        members: Option<u32>,
    },
    /// Takes the screenshots that the README shows, and more.
    Shots,
    /// Measures how long a page is busy at a time while a member does something, on a slow processor.
    LongTasks,
    /// Writes the accessibility report from the tests that show it.
    Accessibility,
}

fn main() -> ExitCode {
    let outcome = match std::env::var_os(link::LINKER) {
        Some(linker) => link::run(linker),
        None => carry_out(Cli::parse().command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("xtask: {fault}");
            ExitCode::from(match fault {
                Fault::Setup(_) => 2,
                Fault::Failed(_) => 1,
            })
        }
    }
}

fn carry_out(command: Command) -> Result<(), Fault> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Build { dev } => build::run(dev),
        Command::Size { update } => size::run(update),
        Command::Bench { members } => bench::run(members),
        Command::Shots => look::shots(),
        Command::LongTasks => look::long_tasks(),
        Command::Accessibility => look::accessibility(),
    }
}
