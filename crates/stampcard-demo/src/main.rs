//! `stampcard-demo`: the demo shop and its loyalty API on this machine, until interrupted.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use stampcard_demo::{Demo, Fault, Options};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The exit code of a demo that could not start.
const COULD_NOT_START: u8 = 2;

/// The Stampcard demo: a shop at the port, its loyalty API at the next.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// The shop's port on 127.0.0.1; the loyalty API takes the next one. 0 takes two free ones.
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(0..=65_534))]
    port: u16,
    /// The folder of databases and keys, kept between runs.
    #[arg(long)]
    data: PathBuf,
    /// The folder of the shop's pages.
    #[arg(long)]
    www: PathBuf,
    /// The folder of the widget's files.
    #[arg(long)]
    sdk: PathBuf,
    /// Starts over with empty databases.
    #[arg(long)]
    fresh: bool,
    /// How long a member token lives, in seconds.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=600))]
    token_ttl_seconds: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options {
        port: args.port,
        data: args.data,
        www: args.www,
        sdk: args.sdk,
        fresh: args.fresh,
        token_life_s: args.token_ttl_seconds,
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::BeforeStart(fault)) => {
            eprintln!("{fault}");
            ExitCode::from(COULD_NOT_START)
        }
        Err(Ended::While(error)) => {
            eprintln!("The demo ended: {error}.");
            ExitCode::FAILURE
        }
    }
}

enum Ended {
    BeforeStart(Fault),
    While(std::io::Error),
}

async fn run(options: &Options) -> Result<(), Ended> {
    let demo = Demo::start(options).await.map_err(Ended::BeforeStart)?;
    let (shop, api) = (demo.shop_origin(), demo.api_origin());
    println!("Lantern Tea is open at {shop} (loyalty API at {api}, data in {}).", options.data.display());
    println!("Stop it with Ctrl+C.");
    println!("listening shop={shop} api={api}");
    let mut terminate = signal(SignalKind::terminate()).map_err(Ended::While)?;
    let stop = async move {
        tokio::select! {
            // Without a handler Ctrl+C would end the process anyway.
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    };
    demo.serve(stop).await.map_err(Ended::While)
}
