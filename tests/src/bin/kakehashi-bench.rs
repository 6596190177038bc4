//! The program `kakehashi-bench`: `kakehashi-bench NAME [--quick]` runs a benchmark from the
//! repository's root. Of itself it also makes the plain servers that benchmarks compare with.

use std::process::ExitCode;

fn main() -> ExitCode {
    match kakehashi_tests::bench::main(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kakehashi-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
