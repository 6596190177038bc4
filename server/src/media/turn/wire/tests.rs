use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// RFC 5769, 2.1 and 2.2: a request and its answer, by short-term credentials.
const REQUEST: &str = "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff
    80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
const ANSWER: &str = "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643
    000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";
const PASSWORD: &[u8] = b"VOkJxbRl1RmTxUk/WvJxBt";

#[test]
fn the_vectors_of_rfc_5769_are_read_as_they_were_meant() {
    let request = bytes(REQUEST);
    let message = Message::parse(&request).unwrap();
    assert_eq!((message.class, message.method), (Class::Request, method::BINDING));
    assert_eq!(message.text(attribute::USERNAME), Some("evtj:h6vY"));
    assert!(message.is_made_with(PASSWORD) && message.has_fingerprint());
    assert!(!message.is_made_with(b"another"));
    let answer = bytes(ANSWER);
    let message = Message::parse(&answer).unwrap();
    assert_eq!((message.class, message.method), (Class::Success, method::BINDING));
    assert_eq!(message.address(attribute::XOR_MAPPED_ADDRESS), Some("192.0.2.1:32853".parse().unwrap()));
    assert!(message.is_made_with(PASSWORD));
    // Written again, it is the same but for the blank in the vector's padding.
    let written = Writer::new(Class::Success, method::BINDING, message.transaction)
        .attribute(0x8022, b"test vector")
        .address(attribute::XOR_MAPPED_ADDRESS, "192.0.2.1:32853".parse().unwrap())
        .finish(Some(PASSWORD), true);
    assert_eq!(written.len(), answer.len());
    assert!(Message::parse(&written).unwrap().is_made_with(PASSWORD));
}

#[test]
fn addresses_of_both_families_are_read_as_written() {
    for text in ["203.0.113.7:50000", "[2001:db8::7]:1", "[::ffff:127.0.0.1]:65535", "0.0.0.0:0"] {
        let address: SocketAddr = text.parse().unwrap();
        let written = Writer::new(Class::Request, method::CREATE_PERMISSION, [7; 12]).address(attribute::XOR_PEER_ADDRESS, address);
        let written = written.finish(None, false);
        let message = Message::parse(&written).unwrap();
        assert_eq!((message.method, message.peers()), (method::CREATE_PERMISSION, Some(vec![address])));
    }
}

#[test]
fn what_follows_the_proof_is_ignored() {
    let written = Writer::new(Class::Request, method::REFRESH, [1; 12]).finish(Some(b"key"), false);
    let mut more = Writer::new(Class::Request, method::REFRESH, [1; 12]);
    more.bytes = written;
    let more = more.attribute(attribute::LIFETIME, &[0; 4]).finish(None, false);
    let message = Message::parse(&more).unwrap();
    assert!(message.is_made_with(b"key"));
    assert_eq!(message.find(attribute::LIFETIME), None);
}

#[test]
fn a_channel_says_how_long_its_data_is() {
    assert_eq!(read_channel(&write_channel(0x4001, b"abcde", false)), Some((0x4001, &b"abcde"[..])));
    assert_eq!(write_channel(0x4001, b"abcde", true).len(), 12);
    assert_eq!(read_channel(&[0x40, 1, 0, 3, 1, 2]), None);
    assert_eq!(read_channel(&[0x40, 1, 0]), None);
}
