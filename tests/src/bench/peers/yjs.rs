//! The language of the Yjs servers. Each update pushes a binary of 12 bytes to an array, encoded as
//! Yjs does (version 1 of its updates): an item after the writer's last one. Numbers are written
//! as our own codec writes them.
//!
//! The 12 bytes are the writer, the index, and room for two points.

use kakehashi_protocol::codec::{Reader, put, put_bytes};

use super::super::Error;
use super::{Dialect, Mark, Reads, Writes};

/// The name of the document.
const NAME: &str = "lesson";
/// The bytes of what an update pushes.
const BINARY_BYTES: usize = 12;
/// The number of binary content.
const BINARY: u8 = 3;
/// A client's number as Yjs draws them: of 32 bits.
const FIRST_CLIENT: u64 = 0x7a31_90c0;

/// One of the two servers.
pub struct Yjs {
    /// Whether messages begin with the document's name, and a token comes first.
    named: bool,
}

impl Yjs {
    /// `@hocuspocus/server`.
    pub const HOCUSPOCUS: Self = Self { named: true };
    /// `@y/websocket-server`.
    pub const Y_WEBSOCKET: Self = Self { named: false };

    fn message(&self, rest: &[u8]) -> Vec<u8> {
        let mut message = Vec::new();
        if self.named {
            put_bytes(&mut message, NAME.as_bytes());
        }
        message.extend_from_slice(rest);
        message
    }
}

impl Dialect for Yjs {
    fn path(&self) -> String {
        if self.named { "/".into() } else { format!("/{NAME}") }
    }

    fn hello(&self, _writer: Option<usize>) -> Vec<Vec<u8>> {
        // The first step of a sync (0, 0) with an empty state: one byte, which says that nobody is known.
        let sync = self.message(&[0, 0, 1, 0]);
        // The message 2 holds a token (0), which nobody asks for here.
        if self.named { vec![self.message(&[2, 0, 1, b'-']), sync] } else { vec![sync] }
    }

    fn welcomes(&self, message: &[u8]) -> bool {
        // The second step of the sync.
        message.starts_with(&self.message(&[0, 1]))
    }

    fn writer(&self, writer: usize) -> Result<Box<dyn Writes>, Error> {
        Ok(Box::new(Writer { head: self.message(&[0, 2]), writer, index: 0 }))
    }

    fn viewer(&self) -> Box<dyn Reads> {
        Box::new(Viewer { head: self.message(&[0, 2]) })
    }
}

struct Writer {
    head: Vec<u8>,
    writer: usize,
    index: u32,
}

impl Writes for Writer {
    fn update(&mut self) -> Result<Vec<u8>, Error> {
        let (client, clock) = (FIRST_CLIENT + self.writer as u64, u64::from(self.index));
        // One client with one item.
        let mut update = vec![1, 1];
        put(&mut update, client);
        put(&mut update, clock);
        // It stands after the client's last item; the first in the array.
        if let Some(last) = clock.checked_sub(1) {
            update.push(0x80 | BINARY);
            put(&mut update, client);
            put(&mut update, last);
        } else {
            update.extend_from_slice(&[BINARY, 1]);
            put_bytes(&mut update, b"ink");
        }
        let mut binary = [0x55; BINARY_BYTES];
        binary[..4].copy_from_slice(&(self.writer as u32).to_le_bytes());
        binary[4..8].copy_from_slice(&self.index.to_le_bytes());
        put_bytes(&mut update, &binary);
        // Nothing is deleted.
        update.push(0);
        self.index += 1;
        let mut message = self.head.clone();
        put_bytes(&mut message, &update);
        Ok(message)
    }
}

struct Viewer {
    head: Vec<u8>,
}

impl Reads for Viewer {
    fn read(&mut self, message: &[u8], each: &mut dyn FnMut(Mark)) {
        if !message.starts_with(&self.head) {
            return;
        }
        let mut reader = Reader::new(&message[self.head.len()..]);
        // Anything else than binaries is none of ours, and what follows it cannot be read.
        let _ = read_update(&mut reader, each);
    }
}

/// Finds the binaries in an update with its length before it. Servers may have merged several.
fn read_update(reader: &mut Reader<'_>, each: &mut dyn FnMut(Mark)) -> Option<()> {
    let number = |reader: &mut Reader<'_>| reader.number("an update").ok();
    number(reader)?;
    for _ in 0..number(reader)? {
        let items = number(reader)?;
        number(reader)?;
        number(reader)?;
        for _ in 0..items {
            let info = reader.byte("an item").ok()?;
            for _ in 0..2 * (info >> 6).count_ones() {
                number(reader)?;
            }
            if info >> 6 == 0 {
                // The parent: 1 and its name.
                number(reader)?;
                reader.bytes("a parent", 64).ok()?;
            }
            if info & 0x3f != BINARY {
                return None;
            }
            let binary = reader.bytes("a binary", 64).ok()?;
            let four = |at: usize| Some(u32::from_le_bytes(binary.get(at..at + 4)?.try_into().ok()?));
            each((four(0)? as usize, four(4)?));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for server in [Yjs::HOCUSPOCUS, Yjs::Y_WEBSOCKET] {
            let (mut writer, mut viewer) = (server.writer(3).unwrap(), server.viewer());
            for index in 0..3 {
                let mut marks = Vec::new();
                viewer.read(&writer.update().unwrap(), &mut |mark| marks.push(mark));
                assert_eq!(marks, [(3, index)]);
            }
        }
    }
}
