//! What the commands need and a fresh machine may lack: packages from npm and from Debian,
//! and the old Chromium that stands for old wall panels.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{inputs, repo, shell};

/// The npm package that carries Chromium 88, and the hash (BLAKE3) of the binary in it.
const CHROMIUM_88: &str = "chrome-aws-lambda@5.5.0";
const CHROMIUM_88_HASH: &str = "a72c0af53fbfb92601418d30908b0f6745b65f94d26d9b5de5512664b4f87310";

/// A Debian package, and how to see that what it brings is there, whoever brought it.
#[derive(Clone, Copy)]
pub struct Need {
    /// Its name for apt.
    pub package: &'static str,
    /// Whether what we want from it exists.
    pub present: fn() -> bool,
}

/// Installs the npm packages of the lock file, unless they are there already.
///
/// # Errors
/// npm is missing or fails.
pub fn npm() -> Result<()> {
    ensure!(repo::program(&["npm"]).is_some(), "npm is missing: install Node.js 20 or newer");
    let wanted = inputs::hash(
        &["package.json", "package-lock.json", "client-sdk/web/package.json", "client-sdk/app/package.json", "tests/browser/package.json"],
        "",
    )?;
    let note = repo::path("node_modules/.kakehashi");
    if fs::read_to_string(&note).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    shell::run(&mut shell::command("npm", &["ci", "--no-audit", "--no-fund"]))?;
    fs::write(note, wanted)?;
    Ok(())
}

/// Chromium for the browser tests.
///
/// # Errors
/// It is missing and cannot be installed.
pub fn chromium() -> Result<PathBuf> {
    const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
    debian_packages(
        "the browser tests",
        &[
            Need { package: "chromium", present: || repo::program(&NAMES).is_some() },
            Need { package: "fonts-noto-cjk", present: has_japanese_font },
        ],
    )?;
    repo::program(&NAMES).context("Chromium is not in PATH, though its package is installed")
}

/// WebKit's driver, with a browser behind it.
///
/// # Errors
/// It is missing and cannot be installed.
pub fn webkit_driver() -> Result<PathBuf> {
    const NAME: &str = "WebKitWebDriver";
    debian_packages(
        "the WebKit run",
        &[
            Need { package: "webkit2gtk-driver", present: || repo::program(&[NAME]).is_some() },
            // WebKitGTK needs a display; a virtual one serves.
            Need { package: "xvfb", present: || repo::program(&["xvfb-run"]).is_some() },
            Need { package: "xauth", present: || repo::program(&["xauth"]).is_some() },
        ],
    )?;
    repo::program(&[NAME]).context("WebKitWebDriver is not in PATH")
}

/// Chromium 88 in the build folder, fetched from npm where it is missing.
///
/// # Errors
/// It cannot be fetched, or is not the binary that is expected.
pub fn chromium_88() -> Result<PathBuf> {
    let folder = repo::target().join("chromium88");
    let program = folder.join("chromium");
    if !program.is_file() {
        fs::create_dir_all(&folder)?;
        let archive = shell::read(shell::command("npm", &["pack", "--silent", CHROMIUM_88]).current_dir(&folder))?;
        let archive = archive.lines().last().context("npm pack named no file")?.to_owned();
        shell::run(shell::command("tar", &["-xzf", &archive, "package/bin/chromium.br"]).current_dir(&folder))?;
        let script = "
            const fs = require('node:fs'), zlib = require('node:zlib');
            fs.writeFileSync('unpacked', zlib.brotliDecompressSync(fs.readFileSync('package/bin/chromium.br')), { mode: 0o755 });";
        shell::run(shell::command("node", &["--eval", script]).current_dir(&folder))?;
        let unpacked = folder.join("unpacked");
        let hash = blake3::hash(&fs::read(&unpacked)?).to_hex();
        ensure!(hash.as_str() == CHROMIUM_88_HASH, "{CHROMIUM_88} holds another binary: {hash}");
        fs::remove_file(folder.join(archive))?;
        fs::remove_dir_all(folder.join("package"))?;
        fs::rename(unpacked, &program)?;
    }
    debian_packages("Chromium 88", &[Need { package: "libnss3", present: || library_exists("libnss3.so") }])?;
    Ok(program)
}

/// Installs what is missing with apt, where that is allowed; otherwise says what to install.
///
/// # Errors
/// Something is missing and cannot be installed here.
pub fn debian_packages(purpose: &str, needs: &[Need]) -> Result<()> {
    let missing: Vec<&str> = needs.iter().filter(|need| !(need.present)()).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let Some(prefix) = privileges() else {
        bail!("{purpose} needs {list}: sudo apt-get install {list} (or your system's equivalent)");
    };
    println!("installing {list} for {purpose}");
    let apt = |args: &[&str]| -> Command {
        let mut words = prefix.clone();
        words.extend(["apt-get", "-o", "DPkg::Lock::Timeout=600", "-qq"].map(str::to_owned));
        let mut command = shell::command(&words[0], &[]);
        command.args(&words[1..]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // A stale list of packages names versions that no longer exist; a failed update may still
    // leave a list that works.
    let _ = apt(&["update"]).status();
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    install.args(&missing).stdout(std::process::Stdio::null());
    shell::run(&mut install)?;
    for need in needs {
        ensure!((need.present)(), "{} is installed, yet {purpose} does not find it", need.package);
    }
    Ok(())
}

/// The words before `apt-get`: none for root, `sudo -n` where that works.
fn privileges() -> Option<Vec<String>> {
    repo::program(&["apt-get"])?;
    if rustix::process::geteuid().is_root() {
        return Some(Vec::new());
    }
    let sudo = shell::command("sudo", &["-n", "true"]).stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success());
    sudo.then(|| vec!["sudo".to_owned(), "-n".to_owned()])
}

fn has_japanese_font() -> bool {
    let listed = shell::command("fc-list", &[":lang=ja", "family"]).output();
    listed.is_ok_and(|listed| !listed.stdout.is_empty())
}

fn library_exists(name: &str) -> bool {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib/x86_64-linux-gnu"];
    folders.iter().any(|folder| Path::new(folder).join(name).exists())
}
