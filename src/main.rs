//! Hands the command line over to [`countersign::cli`]; must never hold logic.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    countersign::cli::run()
}
