//! The command line of the reference server.

fn main() -> std::process::ExitCode {
    stampcard_server::cli::run()
}
