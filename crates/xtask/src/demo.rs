//! `cargo xtask demo`.

use std::process::Command;

use crate::{
    build,
    fault::Fault,
    sh::{self, cargo, root, say},
};

/// How the demo is started.
#[derive(clap::Args)]
pub struct Args {
    /// The shop's port on 127.0.0.1; the loyalty API takes the next one. 0 takes two free ones.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Starts over with an empty database.
    #[arg(long)]
    fresh: bool,
    /// The folder of the database, kept between runs.
    #[arg(long, default_value = "target/demo")]
    data: String,
}

/// Builds everything, then serves until interrupted.
pub fn run(args: &Args) -> Result<(), Fault> {
    build::run(false)?;
    let mut demo = program()?;
    demo.args(["--port", &args.port.to_string(), "--data", &args.data]);
    if args.fresh {
        demo.arg("--fresh");
    }
    say("starting the demo shop");
    let status = demo.status().map_err(|e| Fault::Setup(format!("the demo shop cannot be started: {e}")))?;
    match status.code() {
        Some(0) | None => Ok(()),
        Some(2) => Err(Fault::Setup("the demo shop could not start: the line above says why.".to_owned())),
        Some(code) => Err(Fault::Failed(format!("the demo shop ended with {code}"))),
    }
}

/// The demo shop's program, built, with the folders that it serves.
pub fn program() -> Result<Command, Fault> {
    say("building the server and the demo shop");
    sh::run(cargo(&["build", "--package", "stampcard-demo"]))?;
    let mut demo = Command::new(sh::target().join("debug/stampcard-demo"));
    demo.current_dir(root());
    demo.args(["--www", "www", "--sdk"]).arg(sh::target().join("sdk"));
    Ok(demo)
}
