//! The server of Kakehashi: one process that keeps boards and brings those together who write on them.
//!
//! # Layout
//! - [`log`]: where boards are kept. [`assets`]: where their pictures are. [`disk`]: what both rest on.
//! - [`board_file`]: boards as files. [`backup`]: all boards in a folder. [`scrub`]: whether all that is kept is whole.
//! - [`room`]: a live board. [`hub`]: which boards are live.
//! - [`media`]: the calls beside the boards.
//! - [`connection`]: one client. [`http`]: everything that is asked once. [`app_files`]: the app itself.
//! - [`directory`]: what is known of people, and who may enter a board. [`oidc`]: who somebody is by a provider's word.
//! - [`webhooks`]: how other programs hear of it.
//! - [`config`], [`tls`], [`telemetry`]: what the program is told, how it is reached, what it tells. [`outbound`]: what it asks of other servers.

pub mod app_files;
pub mod assets;
pub mod backup;
pub mod board_file;
pub mod config;
pub mod connection;
pub mod directory;
pub mod disk;
pub mod http;
pub mod hub;
pub mod log;
pub mod media;
pub mod oidc;
pub mod outbound;
pub mod room;
pub mod scrub;
pub mod telemetry;
pub mod tls;
pub mod webhooks;
