//! Janus's video room on this machine, with settings of its own, and nothing started that a call does not need.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::super::Error;
use super::super::process::{Process, free_address};

/// Its only room.
pub const ROOM: u32 = 1;
/// UDP ports for its connections.
const PORTS: &str = "20000-20999";
/// Plug-ins that Debian's package brings and a call does not need.
const UNUSED_PLUGINS: [&str; 11] =
    ["audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "streaming", "textroom", "videocall", "voicemail"];
/// Ways to it other than by WebSocket.
const UNUSED_TRANSPORTS: [&str; 5] = ["http", "mqtt", "nanomsg", "pfunix", "rabbitmq"];

/// Whether its program can be run here.
pub fn is_installed() -> bool {
    let mut command = Command::new("janus");
    command.arg("--help").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Starts it; `folder` is for its settings.
///
/// # Errors
/// It does not start.
pub fn start(folder: &Path) -> Result<Process, Error> {
    let address = free_address()?;
    let port = address.rsplit(':').next().unwrap_or_default();
    let files = |names: &[&str]| names.iter().map(|name| format!("libjanus_{name}.so")).collect::<Vec<_>>().join(",");
    let (plugins, transports) = (files(&UNUSED_PLUGINS), files(&UNUSED_TRANSPORTS));
    let settings = [
        (
            "janus.jcfg",
            format!(
                r#"general: {{ debug_level = 1 }}
media: {{ rtp_port_range = "{PORTS}" }}
nat: {{ ice_lite = true ice_enforce_list = "127.0.0.1" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"#
            ),
        ),
        (
            "janus.transport.websockets.jcfg",
            format!("general: {{ json = \"compact\" ws = true ws_port = {port} ws_ip = \"127.0.0.1\" }}\n"),
        ),
        (
            "janus.plugin.videoroom.jcfg",
            format!(
                "room-{ROOM}: {{ publishers = 16 audiocodec = \"opus\" videocodec = \"vp8\" opus_fec = true opus_dtx = true record = false }}\n"
            ),
        ),
    ];
    for (name, text) in settings {
        fs::write(folder.join(name), text)?;
    }
    let mut command = Command::new("janus");
    command.arg("--configs-folder").arg(folder).stderr(Stdio::null());
    Process::start_at(command, address)
}
