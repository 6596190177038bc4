//! TURN by TCP or TLS: messages follow each other, and each says in its head how long it is (RFC 8656, 12.5).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Client;
use super::wire::{CHANNEL_HEADER_BYTES, COOKIE, HEADER_BYTES};
use crate::media::port::{DATAGRAM_BYTES_MAX, Heard};

/// Messages that may wait for a client: a quarter of a second of a large picture.
const WAITING_MAX: usize = 64;
/// How long a client that has an allocation may be silent: it asks for it again every ten minutes.
const SILENCE_MAX: Duration = Duration::from_secs(11 * 60);
/// How long it may not take what is sent to it.
const STALL_MAX: Duration = Duration::from_secs(30);
/// By how many first bytes TURN is told from ICE over TCP.
pub const FIRST_BYTES: usize = 8;

/// Whether a stream that begins so is TURN's. One of ICE begins with the length of its first check (RFC 4571).
#[must_use]
pub fn is_turn(first: &[u8; FIRST_BYTES]) -> bool {
    first[0] < 4 && first[4..] == COOKIE
}

/// Brings messages of one stream to the thread, and those to it onto the stream, until either ends.
pub async fn serve(read: impl AsyncRead + Unpin, mut write: impl AsyncWrite + Unpin, peer: SocketAddr, heard: mpsc::Sender<Heard>) {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let client = Client::Stream(LAST.fetch_add(1, Ordering::Relaxed), peer);
    let (sends, mut sent) = mpsc::channel::<Bytes>(WAITING_MAX);
    if heard.send(Heard::TurnOpened(client, sends)).await.is_err() {
        return;
    }
    let reads = async {
        let mut read = BufReader::new(read);
        while let Ok(Some(message)) = timeout(SILENCE_MAX, message(&mut read)).await {
            if heard.send(Heard::Turn(client, message)).await.is_err() {
                return;
            }
        }
    };
    let writes = async {
        while let Some(bytes) = sent.recv().await {
            let write = async {
                write.write_all(&bytes).await?;
                if sent.is_empty() { write.flush().await } else { Ok(()) }
            };
            if !matches!(timeout(STALL_MAX, write).await, Ok(Ok(()))) {
                return;
            }
        }
    };
    tokio::select! {
        () = reads => {}
        () = writes => {}
    }
    // An error means that the thread has ended.
    let _ = heard.send(Heard::TurnClosed(client)).await;
}

/// The next message; `None`: the stream has ended, or is none of TURN's.
async fn message(read: &mut (impl AsyncRead + Unpin)) -> Option<Bytes> {
    let mut message = [0; DATAGRAM_BYTES_MAX];
    read.read_exact(&mut message[..CHANNEL_HEADER_BYTES]).await.ok()?;
    let length = usize::from(u16::from_be_bytes([message[2], message[3]]));
    let length = match message[0] {
        0..=3 => HEADER_BYTES + length,
        0x40..=0x4f => CHANNEL_HEADER_BYTES + length.next_multiple_of(4),
        _ => return None,
    };
    let rest = message.get_mut(CHANNEL_HEADER_BYTES..length)?;
    read.read_exact(rest).await.ok()?;
    Some(Bytes::copy_from_slice(&message[..length]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::turn::wire::{Class, Writer, method, write_channel};

    #[test]
    fn the_first_bytes_tell_turn_from_ice() {
        let allocate = Writer::new(Class::Request, method::ALLOCATE, [9; 12]).finish(None, false);
        assert!(is_turn(&allocate[..FIRST_BYTES].try_into().unwrap()));
        let check = Writer::new(Class::Request, method::BINDING, [9; 12]).attribute(6, &[b'a'; 64]).finish(None, true);
        let framed = [&(check.len() as u16).to_be_bytes()[..], &check].concat();
        assert!(!is_turn(&framed[..FIRST_BYTES].try_into().unwrap()));
        assert!(!is_turn(b"GET / HT"));
    }

    #[tokio::test]
    async fn messages_are_read_one_by_one_whatever_pieces_they_come_in() {
        let first = Writer::new(Class::Request, method::ALLOCATE, [9; 12]).attribute(0x19, &[17, 0, 0, 0]).finish(None, false);
        let second = write_channel(0x4000, b"abcde", true);
        let all = [&first[..], &second, &first].concat();
        let mut reader = tokio_test_pieces(&all);
        for expected in [&first, &second, &first] {
            assert_eq!(message(&mut reader).await.as_deref(), Some(&expected[..]));
        }
        assert_eq!(message(&mut reader).await, None);
        for wrong in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0x40, 0, 0xff, 0xff, 1], &[0, 1, 0xff, 0xfc, 0]] {
            assert_eq!(message(&mut &wrong[..]).await, None, "{wrong:?}");
        }
    }

    /// A reader that gives at most three bytes at a time.
    fn tokio_test_pieces(bytes: &[u8]) -> impl AsyncRead + Unpin + use<> {
        let (near, mut far) = tokio::io::duplex(3);
        let bytes = bytes.to_vec();
        tokio::spawn(async move { far.write_all(&bytes).await });
        near
    }
}
