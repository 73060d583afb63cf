//! The program: arguments in, exit code out.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    countersign::run(std::env::args_os()).await.into()
}
