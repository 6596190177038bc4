//! Every maximum of the protocol, with its unit and its reason. Going beyond one gives the sender a
//! typed error that names the limit; nothing else breaks (SPEC LIM-1). Limits bind admission, never
//! merging: what one log has accepted, every other takes.

/// Bytes of one message, either way. A snapshot does not travel in messages, so this need only hold
/// a burst of changes; a connection can make the server hold no more than this.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Frames of one message. A frame in memory is larger than its bytes: this holds a message of the
/// shortest ones to some megabytes.
pub const MESSAGE_FRAMES_MAX: usize = 16_384;
/// Bytes of one change: pasting a few hundred shapes is one change; larger pastes are several.
pub const CHANGE_BYTES_MAX: usize = 128 * 1024;
/// Ops of one change. A lasso over a full page deletes this many records at once.
pub const CHANGE_OPS_MAX: usize = 4_096;
/// Bytes of one property's value: a polygon of 2,000 corners fits.
pub const VALUE_BYTES_MAX: usize = 16 * 1024;
/// Properties of one record, unknown ones included.
pub const PROPERTIES_MAX: usize = 64;
/// Corners of a line, arrow or polygon.
pub const PATH_POINTS_MAX: usize = 2_000;
/// Points of one stroke: eleven minutes of a 60 Hz panel without lifting the pen. The client begins
/// a new stroke beyond it.
pub const STROKE_POINTS_MAX: usize = 40_000;
/// Records of one document, hidden ones included. A full page of 20,000 strokes leaves room for as
/// many erased ones and their fragments; about 0.4 KiB of memory each without their ink.
pub const RECORDS_MAX: usize = 100_000;
/// Ink bytes of one document: about 20 million points, 64 MiB of memory.
pub const INK_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Pages of one board, deleted ones included: a term's lessons in one notebook.
pub const PAGES_MAX: usize = 2_000;
/// Persons of one board: the page loads of a class of 40 that write twice a day, for a school year.
/// 0.3 KiB of memory each, 40 bytes of the cover's snapshot. Clients make no more somewhat before it,
/// so that a name never costs what was written with it.
pub const PEOPLE_MAX: usize = 20_000;
/// Participants of one board, removed ones included: a town hall's evening, or a class for its school
/// years. 0.5 KiB of memory each, 80 bytes of the cover's snapshot.
pub const PARTICIPANTS_MAX: usize = 5_000;
/// Documents one connection reads at a time: the cover, the page, and thumbnails of those near it.
pub const SUBSCRIPTIONS_MAX: usize = 64;
/// Actors one connection writes for: its own, and leftovers it claimed.
pub const CLAIMS_MAX: usize = 64;
/// Actors of one board over its life: a class of 40 reloading ten times a day for six years.
/// 40 bytes of server memory each.
pub const ACTORS_MAX: usize = 1_000_000;
/// Bytes of a fractional order key. Keys grow by a byte for some 60 insertions at one place.
pub const ORDER_KEY_BYTES_MAX: usize = 128;
/// Unicode scalar values of a title.
pub const TITLE_CHARS_MAX: usize = 200;
/// Unicode scalar values of a participant's name.
pub const NAME_CHARS_MAX: usize = 64;
/// Unicode scalar values of what is said at once in the talk or at a desk.
pub const WORDS_CHARS_MAX: usize = 2_000;
/// What a timer may be set to, milliseconds: a day.
pub const TIMER_MS_MAX: i64 = 24 * 60 * 60 * 1_000;
/// Records named by one presence: more are shown as a box, not one by one.
pub const PRESENCE_RECORDS_MAX: usize = 256;
/// By how much a preview may resize, either way: what a record's own scale allows.
pub const TRANSFORM_SCALE_MAX: u32 = 1_000;
/// How far a preview may move, eighths of a page unit: resizing by the greatest factor about a point
/// at the edge of where things may lie.
pub const TRANSFORM_MOVE_MAX: u32 = 1 << 30;
/// How far from the page's origin a coordinate may lie, in eighths of a page unit: 131,072 units,
/// 68 pages side by side.
pub const COORDINATE_MAX: i64 = 131_072 * 8;
/// A clock this far beyond both the server's and the board's greatest is refused, milliseconds.
/// A day covers every time zone mistake; the client corrects its clock before it writes.
pub const CLOCK_AHEAD_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// How far one change may push the board's own greatest clock when that is already ahead of the
/// server's, milliseconds. It must hold the ops of one change.
pub const CLOCK_STEP_MS_MAX: u64 = 65_536;
/// Changes an actor may have sent and not seen answered. The server remembers at least as many, so
/// that a resend is always recognised.
pub const IN_FLIGHT_CHANGES_MAX: usize = 128;
/// Hashes of an actor's latest changes that a room keeps, to tell a resend from an impostor.
pub const REMEMBERED_CHANGES: usize = 256;
/// Refusals of an actor that a room keeps to answer resends.
pub const REMEMBERED_REFUSALS: usize = 256;
/// Bytes of an op of a kind this version does not know.
pub const UNKNOWN_OP_BYTES_MAX: usize = 64 * 1024;
/// Ops of unknown kinds in one document.
pub const UNKNOWN_OPS_MAX: usize = 10_000;
/// Bytes of an uploaded picture.
pub const ASSET_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Pixels of an uploaded picture: 40 megapixels take 160 MB decoded, what a weak panel bears.
pub const ASSET_PIXELS_MAX: u64 = 40_000_000;
/// Pixels of all frames of a moving picture, or of all refinements of one that sharpens while it
/// loads: a weak panel paints so many in some seconds. A megapixel may have 800 frames.
pub const ASSET_PAINTED_PIXELS_MAX: u64 = 800_000_000;
