//! `cargo xtask run`: starts the server that was built and says where to open it.

use std::io::{BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::repo;

/// The beginning of the one line that the server prints when it is ready.
const READY: &str = "listening on ";

/// Runs the server until it ends; SIGINT, SIGTERM and SIGHUP are passed on to it.
/// `args` follow our own, so that they can say otherwise.
///
/// # Errors
/// The server cannot be started or waited for.
pub fn run(args: &[String]) -> Result<ExitCode> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let mut command = Command::new(repo::binary("kakehashi"));
    command.current_dir(repo::root()).stdin(Stdio::null()).stdout(Stdio::piped());
    command.arg("serve");
    for (name, value) in [("--listen", "0.0.0.0:8080"), ("--data", "./data")] {
        let given = args.iter().any(|arg| arg == name || arg.starts_with(&format!("{name}=")));
        if !given {
            command.args([name, value]);
        }
    }
    // In its own process group a Ctrl-C reaches it once, through us, and not twice.
    command.args(args).process_group(0);
    let mut server = command.spawn().context("cannot start the server")?;
    let pid = Pid::from_child(&server);
    thread::spawn(move || {
        for signal in signals.forever() {
            let signal = match signal {
                SIGINT => Signal::INT,
                SIGHUP => Signal::HUP,
                _ => Signal::TERM,
            };
            // It may have ended by itself meanwhile.
            let _ = kill_process(pid, signal);
        }
    });
    pass_on(&mut server)?;
    let status = server.wait()?;
    let code = status.code().or_else(|| Some(128 + status.signal()?)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Prints what the server prints, and after its line of readiness where to open it.
fn pass_on(server: &mut Child) -> Result<()> {
    let stdout = server.stdout.take().context("the server has no stdout")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        if let Some(address) = line.strip_prefix(READY) {
            print!("{}", welcome(address.trim()));
        }
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// Where to open the server, for this machine and for others, the latter with a QR code.
fn welcome(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let port = rest.trim_end_matches('/').rsplit(':').next().unwrap_or("8080");
    let mut text = format!("\n  on this machine:   {scheme}://localhost:{port}\n");
    if let Some(lan) = lan_address() {
        let lan = format!("{scheme}://{lan}:{port}");
        text.push_str(&format!("  on the same network: {lan}\n\n"));
        // An address is far shorter than what a QR code can hold.
        if let Ok(code) = QrCode::new(&lan) {
            let drawn = code
                .render::<Dense1x2>()
                // Terminals are mostly dark, and a code is dark on light.
                .dark_color(Dense1x2::Light)
                .light_color(Dense1x2::Dark)
                .build();
            text.push_str(&drawn);
            text.push('\n');
        }
    }
    text.push_str("\n  Ctrl-C ends it.\n\n");
    text
}

/// The address by which other machines on the network reach this one, if there is a network.
fn lan_address() -> Option<String> {
    // Connecting a UDP socket sends nothing; it only asks which address would be used. The
    // peer is one that is set aside for documentation (RFC 5737).
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_welcome_keeps_scheme_and_port() {
        let text = welcome("https://0.0.0.0:9443");
        assert!(text.contains("https://localhost:9443"));
        assert!(welcome("http://[::]:80").contains("http://localhost:80\n"));
    }
}
