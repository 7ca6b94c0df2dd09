//! The command line: exit code 0 when all is well, 1 when something that was looked at is wrong, 2 when it could not be
//! looked at.

mod program;

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use stampcard_model::ProgramId;
use tracing_subscriber::EnvFilter;

use self::program::ProgramTask;
use crate::{
    App, Seams, Settings, StartError, document, listen, serve,
    store::sqlite::{Format, Imported, TransferError, export, import},
    verify,
};

/// The reference backend of Stampcard: members, balances, rewards and vouchers behind HTTP.
#[derive(Parser)]
#[command(version)]
struct Line {
    #[command(subcommand)]
    task: Option<Task>,
    /// The settings file. Without one there are the defaults and the environment.
    #[arg(long, global = true, env = "STAMPCARD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Task {
    /// Serve until told to stop by SIGINT or SIGTERM. This is what happens without a task.
    Serve,
    /// Begin, check and explain a program's definition.
    Program {
        #[command(subcommand)]
        task: ProgramTask,
    },
    /// Check the invariants of a ledger, which a server may go on using.
    Verify {
        /// The database file; that of the settings unless it is named.
        #[arg(long, value_name = "FILE")]
        database: Option<PathBuf>,
    },
    /// Write a ledger as text, which a server may go on using.
    Export {
        /// What to write.
        #[arg(long)]
        format: Format,
        /// The database file; that of the settings unless it is named.
        #[arg(long, value_name = "FILE")]
        database: Option<PathBuf>,
        /// One program; all unless it is named.
        #[arg(long, value_name = "ID", value_parser = parse_program_id)]
        program: Option<ProgramId>,
        /// Where to; to standard output unless it is named.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take over an exported ledger (JSON lines) into a new database, if every balance recomputes.
    Import {
        /// The database file; it must hold nothing.
        #[arg(long, value_name = "FILE")]
        database: PathBuf,
        /// The JSON lines.
        file: PathBuf,
    },
    /// Print the OpenAPI document.
    Openapi,
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let line = Line::parse();
    let done = match line.task.unwrap_or(Task::Serve) {
        Task::Serve => start(line.config),
        Task::Program { task } => program::run(task),
        Task::Verify { database } => check_ledger(database, line.config),
        Task::Export { format, database, program, output } => {
            return write_ledger(format, database, program.as_ref(), output, line.config);
        }
        Task::Import { database, file } => return take_over_ledger(&database, &file),
        Task::Openapi => Ok(print_document()),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

fn settings(config: Option<PathBuf>) -> Result<Settings, StartError> {
    // Names that are no text cannot be ours.
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Settings::read(config.as_deref(), environment)
}

fn start(config: Option<PathBuf>) -> Result<ExitCode, StartError> {
    let filter = EnvFilter::try_from_env("STAMPCARD_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).init();
    let settings = settings(config)?;
    let runtime = tokio::runtime::Runtime::new().map_err(StartError::Runtime)?;
    runtime.block_on(async {
        let told_to_stop = told_to_stop().map_err(StartError::Runtime)?;
        let address = settings.listen;
        let app = App::open(settings)?;
        let listener = listen(address).await?;
        if let Ok(address) = listener.local_addr() {
            tracing::info!(%address, "listening");
        }
        match serve(app, listener, told_to_stop).await {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(error) => {
                tracing::error!(%error, "stopped");
                Ok(ExitCode::FAILURE)
            }
        }
    })
}

/// Resolves when the process is told to stop. It listens from now on, not only from the first poll.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Resolves when the process is told to stop.
#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the signal ends the process all the same.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn check_ledger(database: Option<PathBuf>, config: Option<PathBuf>) -> Result<ExitCode, StartError> {
    let file = match database {
        Some(file) => file,
        None => settings(config)?.database,
    };
    let report = verify(&file)?;
    print!("{report}");
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_ledger(
    format: Format,
    database: Option<PathBuf>,
    program: Option<&ProgramId>,
    output: Option<PathBuf>,
    config: Option<PathBuf>,
) -> ExitCode {
    let write = || {
        let database = match database {
            Some(file) => file,
            None => settings(config)?.database,
        };
        let mut out: Box<dyn Write> = match output {
            Some(file) => Box::new(BufWriter::new(File::create(file)?)),
            None => Box::new(BufWriter::new(io::stdout().lock())),
        };
        export(&database, format, program, Seams::default().now(), &mut out)
    };
    ended(write().map(|()| None))
}

fn take_over_ledger(database: &Path, file: &Path) -> ExitCode {
    let read = || import(database, BufReader::new(File::open(file)?), &Seams::default());
    ended(read().map(|Imported { members, entries }| {
        Some(format!("{members} members and {entries} entries were imported, and every balance recomputes."))
    }))
}

/// 1 when the text is wrong, 2 when it could not be looked at.
fn ended(done: Result<Option<String>, TransferError>) -> ExitCode {
    match done {
        Ok(sentence) => {
            if let Some(sentence) = sentence {
                println!("{sentence}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            match error {
                TransferError::Line { .. } | TransferError::Unproven(_) | TransferError::Altered => {
                    ExitCode::FAILURE
                }
                TransferError::Start(_)
                | TransferError::Database(_)
                | TransferError::Text(_)
                | TransferError::NotEmpty => ExitCode::from(2),
            }
        }
    }
}

fn parse_program_id(text: &str) -> Result<ProgramId, stampcard_model::IdError> {
    ProgramId::new(text)
}

fn print_document() -> ExitCode {
    println!("{:#}", document());
    ExitCode::SUCCESS
}
