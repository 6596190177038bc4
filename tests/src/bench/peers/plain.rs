//! The language of the plain servers: an update is 20 bytes, the writer and the index as numbers of
//! four bytes, and two points of six.

use super::super::Error;
use super::{Dialect, Mark, Reads, Writes};

/// Bytes of an update.
const UPDATE_BYTES: usize = 20;

/// Nothing but updates is said.
pub struct Plain;

impl Dialect for Plain {
    fn path(&self) -> String {
        "/".into()
    }

    fn hello(&self, _writer: Option<usize>) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn welcomes(&self, _message: &[u8]) -> bool {
        true
    }

    fn writer(&self, writer: usize) -> Result<Box<dyn Writes>, Error> {
        Ok(Box::new(Writer { writer: writer as u32, index: 0 }))
    }

    fn viewer(&self) -> Box<dyn Reads> {
        Box::new(Viewer)
    }
}

struct Writer {
    writer: u32,
    index: u32,
}

impl Writes for Writer {
    fn update(&mut self) -> Result<Vec<u8>, Error> {
        let mut update = vec![0x55; UPDATE_BYTES];
        update[..4].copy_from_slice(&self.writer.to_le_bytes());
        update[4..8].copy_from_slice(&self.index.to_le_bytes());
        self.index += 1;
        Ok(update)
    }
}

struct Viewer;

impl Reads for Viewer {
    fn read(&mut self, message: &[u8], each: &mut dyn FnMut(Mark)) {
        let number = |at: usize| Some(u32::from_le_bytes(message.get(at..at + 4)?.try_into().ok()?));
        if let (Some(writer), Some(index)) = (number(0), number(4)) {
            each((writer as usize, index));
        }
    }
}
