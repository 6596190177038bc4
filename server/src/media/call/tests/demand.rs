//! What senders are told that others want of their pictures.

use kakehashi_protocol::call::{Size, VideoCodec};

use super::*;

const VP8: &str = "a=rtpmap:96 VP8/90000\r\n";
const H264: &str = "a=rtpmap:97 H264/90000\r\n";

/// An offer whose places take these, in the order of `types`, and whose camera can be sent as any.
fn offer(types: &str, maps: &str) -> String {
    let section = |mid, direction, types: &str, maps: &str| format!("m=video 9 X {types}\r\na=mid:{mid}\r\na={direction}\r\n{maps}");
    let camera = section(1, "sendonly", "96 97", &format!("{VP8}{H264}"));
    let voice = |mid, direction| format!("m=audio 9 X\r\na=mid:{mid}\r\na={direction}\r\n");
    let (mine, theirs) = (voice(0, "sendonly"), voice(2, "recvonly"));
    format!("v=0\r\na=fingerprint:sha-256 AA\r\n{mine}{camera}{theirs}{}", section(3, "recvonly", types, maps))
}

impl Stage {
    fn enters_taking(&mut self, who: u32, types: &str, maps: &str) -> Reader {
        let page = Reader::default();
        self.ask(who, &page, Ask::Join {});
        self.ask(who, &page, Ask::Offer { sdp: offer(types, maps), tracks: tracks() });
        page
    }

    fn sees(&mut self, who: u32, page: &Reader, height: Option<u16>) {
        let pictures = height.map(|height| Wish { member: 1, source: Source::Camera, height }).into_iter().collect();
        self.ask(who, page, Ask::Want { pictures });
    }

    /// For so long the first one's camera comes in the sizes that it was told to.
    fn films(&mut self, page: &Reader, seconds: u64, sequence: &mut u64) {
        for _ in 0..seconds * 4 {
            let wanted = page.demand().map_or(Some(Size::Full), |(largest, _)| largest);
            for layer in Layer::ALL.into_iter().filter(|layer| Some(layer.size()) <= wanted) {
                *sequence += 1;
                let packet = self.picture(*sequence, true);
                self.packet(1, "1", layer, packet);
            }
            self.pass(Duration::from_millis(250));
        }
    }
}

impl Reader {
    fn demand(&self) -> Option<(Option<Size>, VideoCodec)> {
        let told = self.0.lock();
        told.iter().rev().find_map(|tell| match tell {
            Tell::Demand { source: Source::Camera, largest, codec } => Some((*largest, *codec)),
            _ => None,
        })
    }
}

#[test]
fn sizes_that_nobody_sees_need_not_be_sent_and_come_at_once_when_somebody_does() {
    let mut stage = Stage::new();
    let (sender, one, two) = (stage.enter(1), stage.enter(2), stage.enter(3));
    let mut sequence = 0;
    let all = Some((Some(Size::Full), VideoCodec::Vp8));
    stage.sees(2, &one, Some(1_080));
    stage.sees(3, &two, Some(100));
    stage.films(&sender, 20, &mut sequence);
    assert_eq!(sender.demand(), all, "one sees it large");
    stage.sees(2, &one, Some(100));
    stage.films(&sender, 9, &mut sequence);
    assert_eq!(sender.demand(), all, "whoever looks elsewhere often looks back");
    stage.films(&sender, 2, &mut sequence);
    assert_eq!(sender.demand(), Some((Some(Size::Quarter), VideoCodec::Vp8)));
    stage.sees(2, &one, None);
    stage.sees(3, &two, None);
    stage.films(&sender, 12, &mut sequence);
    assert_eq!(sender.demand(), Some((None, VideoCodec::Vp8)), "nobody sees it");
    stage.films(&sender, 60, &mut sequence);
    stage.sees(3, &two, Some(1_080));
    assert_eq!(sender.demand(), all, "what is not sent can be had");
    stage.films(&sender, 2, &mut sequence);
    let last = stage.stands.0.lock()[2].lock().sent.last().cloned().expect("a picture");
    assert_eq!(last.0, "3");
    assert_eq!(stage.call.members[&3].places[1].stream.current().map(|origin| origin.layer), Some(Layer::Full));
}

#[test]
fn a_sender_that_comes_back_is_told_again_and_one_that_sends_nothing_is_not_told_of_less() {
    let mut stage = Stage::new();
    let (sender, reader) = (stage.enter(1), stage.enter(2));
    let told = |page: &Reader| page.told(|tell| matches!(tell, Tell::Demand { .. }));
    stage.sees(2, &reader, None);
    (0..80).for_each(|_| stage.pass(Duration::from_millis(250)));
    assert_eq!((told(&sender), sender.demand()), (1, Some((Some(Size::Full), VideoCodec::Vp8))), "it sends directly, or the camera is off");
    stage.ask(1, &sender, Ask::Join {});
    stage.pass(Duration::from_millis(250));
    assert_eq!(told(&sender), 2);
}

#[test]
fn h264_is_sent_where_somebody_would_rather_have_it_and_all_take_it() {
    let mut stage = Stage::new();
    let both = format!("{VP8}{H264}");
    let sender = stage.enters_taking(1, "96 97", &both);
    let codec = |page: &Reader| page.demand().map(|(_, codec)| codec);
    let _first = stage.enters_taking(2, "96 97", &both);
    assert_eq!(codec(&sender), Some(VideoCodec::Vp8));
    let panel = stage.enters_taking(3, "97 96", &both);
    assert_eq!(codec(&sender), Some(VideoCodec::H264));
    let old = stage.enters_taking(4, "96", VP8);
    assert_eq!(codec(&sender), Some(VideoCodec::Vp8), "not all take it");
    stage.ask(4, &old, Ask::Leave {});
    assert_eq!(codec(&sender), Some(VideoCodec::H264));
    stage.ask(3, &panel, Ask::Leave {});
    assert_eq!(codec(&sender), Some(VideoCodec::Vp8), "nobody would rather have it");
}

#[test]
fn all_of_a_screen_is_wanted_as_long_as_it_is_shared() {
    let mut stage = Stage::new();
    let (sender, one) = (Reader::default(), stage.enter(2));
    let screen = vec![Sent { mid: "1".into(), source: Source::Screen, muted: false }];
    stage.ask(1, &sender, Ask::Join {});
    stage.ask(1, &sender, Ask::Offer { sdp: OFFER.into(), tracks: screen });
    let member = stage.call.last();
    for (pictures, sequence) in [(vec![Wish { member, source: Source::Screen, height: 90 }], 0), (Vec::new(), 100)] {
        stage.ask(2, &one, Ask::Want { pictures });
        for sequence in sequence..sequence + 60 {
            let packet = stage.picture(sequence, true);
            stage.packet(member, "1", Layer::Quarter, packet);
            stage.pass(Duration::from_millis(250));
        }
    }
    let less = |tell: &Tell| matches!(tell, Tell::Demand { largest, .. } if *largest != Some(Size::Full));
    assert_eq!(sender.told(less), 0);
}
