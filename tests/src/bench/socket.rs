//! A WebSocket client that costs next to nothing, so that a thousand of them leave the machine to
//! the server: one buffer for all that read on a thread, no masks but zeros, no fragments (no
//! server here sends any).

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Bytes that are read at once.
const READ_BYTES: usize = 256 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// A connection after its handshake.
pub struct Socket {
    stream: TcpStream,
    /// The beginning of a frame whose end has not come yet.
    kept: Vec<u8>,
}

impl Socket {
    /// Connects to `ws://address` and the path.
    ///
    /// # Errors
    /// Those of the network, and an answer that is no upgrade.
    pub async fn connect(address: &str, path: &str) -> Result<Self> {
        Self::after(TcpStream::connect(address).await?, address, path).await
    }

    /// As [`Self::connect`], with the least that the system gives to what was received and not read.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_narrowly(address: &str, path: &str) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(1)?;
        let stream = socket.connect(address.parse().map_err(Error::other)?).await?;
        Self::after(stream, address, path).await
    }

    async fn after(mut stream: TcpStream, address: &str, path: &str) -> Result<Self> {
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut read = Vec::new();
        let end = loop {
            let mut some = [0; 512];
            let count = stream.read(&mut some).await?;
            if count == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            read.extend_from_slice(&some[..count]);
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        if !read.starts_with(b"HTTP/1.1 101") {
            return Err(Error::other(String::from_utf8_lossy(&read[..end]).into_owned()));
        }
        Ok(Self { stream, kept: read.split_off(end) })
    }

    /// Sends one binary message.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn send(&mut self, message: &[u8]) -> Result<()> {
        self.stream.write_all(&client_frame(0x82, message)).await
    }

    /// Waits for bytes, gives each whole message to `each`, and says how many bytes came. Cancel safe.
    ///
    /// # Errors
    /// Those of the network; the connection's end.
    pub async fn read(&mut self, mut each: impl FnMut(&[u8])) -> Result<usize> {
        let mut pinged = false;
        let count = loop {
            // What came with the handshake's answer is there already.
            if !self.kept.is_empty() {
                let used = frames(&self.kept, &mut each, &mut pinged)?;
                self.kept.drain(..used);
                if used > 0 {
                    break used;
                }
            }
            self.stream.readable().await?;
            let read = BUFFER.with_borrow_mut(|buffer| {
                let count = match self.stream.try_read(buffer) {
                    Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                    Ok(count) => count,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
                    Err(error) => return Err(error),
                };
                let read = &buffer[..count];
                if self.kept.is_empty() {
                    let used = frames(read, &mut each, &mut pinged)?;
                    self.kept.extend_from_slice(&read[used..]);
                } else {
                    self.kept.extend_from_slice(read);
                    let used = frames(&self.kept, &mut each, &mut pinged)?;
                    self.kept.drain(..used);
                }
                Ok(count)
            })?;
            if read > 0 {
                break read;
            }
        };
        if pinged {
            // A server that asks seldom never finds the buffer full.
            let _ = self.stream.try_write(&client_frame(0x8a, &[]));
        }
        Ok(count)
    }
}

/// A client's frame with a mask of zeros.
fn client_frame(head: u8, message: &[u8]) -> Vec<u8> {
    let mut frame = vec![head];
    match message.len() {
        length @ 0..126 => frame.push(0x80 | length as u8),
        length @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(message);
    frame
}

/// A server's binary frame.
#[must_use]
pub fn server_frame(message: &[u8]) -> Vec<u8> {
    let mut frame = client_frame(0x82, message);
    let masked = frame.len() - message.len() - 4;
    frame.drain(masked..masked + 4);
    frame[1] &= 0x7f;
    frame
}

/// Where the first frame's payload lies in `bytes`, masked or not; `None` if the frame is not whole.
#[must_use]
pub fn payload(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let second = *bytes.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (head, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        length => (2, usize::from(length)),
    };
    let range = head + mask..head + mask + length;
    (bytes.len() >= range.end).then_some(range)
}

fn frames(mut bytes: &[u8], each: &mut impl FnMut(&[u8]), pinged: &mut bool) -> Result<usize> {
    let whole = bytes.len();
    while let Some(range) = payload(bytes) {
        match bytes[0] & 0x0f {
            1 | 2 => each(&bytes[range.clone()]),
            8 => return Err(Error::other("the server closed the connection")),
            9 => *pinged = true,
            _ => {}
        }
        bytes = &bytes[range.end..];
    }
    Ok(whole - bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_are_found_again() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let message = vec![7; length];
            for frame in [client_frame(0x82, &message), server_frame(&message)] {
                assert_eq!(payload(&frame).map(|range| frame[range].to_vec()), Some(message.clone()));
                assert_eq!(payload(&frame[..frame.len() - 1]).map(|_| ()), None);
            }
        }
    }

    #[test]
    fn a_frame_that_is_not_whole_is_kept() {
        let bytes = [server_frame(&[1, 2]), server_frame(&[3]), vec![0x82, 5, 0]].concat();
        let mut seen = Vec::new();
        let used = frames(&bytes, &mut |message| seen.push(message.to_vec()), &mut false).unwrap();
        assert_eq!((used, seen), (bytes.len() - 3, vec![vec![1, 2], vec![3]]));
    }
}
