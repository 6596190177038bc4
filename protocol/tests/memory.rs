//! What a reader may allocate: so many bytes for each byte it is given, whatever the bytes say.
//!
//! This binary has one test, so that nothing else is counted.

use std::collections::BTreeMap;

use kakehashi_protocol::codec::{ActorNames, DecodeError, put};
use kakehashi_protocol::ids::ActorId;
use kakehashi_protocol::limits;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::schema::{Key, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame, read_message};
use kakehashi_protocol::wire::part::{ActorBook, read_part};
use kakehashi_protocol::wire::row::{Introduction, LogActors, read_row};
use kakehashi_protocol::wire::snapshot::read_snapshot;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Actors are kept by the caller, so the tests' book does not count them.
#[derive(Clone)]
struct Book(BTreeMap<u64, ActorId>);

impl ActorNames for Book {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        if number == 0 { Ok(ActorId(0)) } else { self.0.get(&number).copied().ok_or(DecodeError::UnknownActor(number)) }
    }
}
impl ActorBook for Book {
    fn introduce(&mut self, _: u64, _: ActorId) {}
}
impl LogActors for Book {
    fn introduce(&mut self, _: Introduction) {}
}

/// A reader by its name, what it may take for each byte, and what besides.
struct Bound {
    name: &'static str,
    each: usize,
    besides: usize,
    read: fn(&[u8]) -> bool,
}

const BOUNDS: &[Bound] = &[
    Bound { name: "change", each: 64, besides: 64 * 1024, read: |bytes| Change::from_bytes(bytes).is_ok() },
    Bound { name: "client message", each: 80, besides: 2 * 1024 * 1024, read: |bytes| read_message::<ClientFrame>(bytes).is_ok() },
    Bound { name: "server message", each: 200, besides: 2 * 1024 * 1024, read: |bytes| read_message::<ServerFrame>(bytes).is_ok() },
    Bound { name: "part", each: 128, besides: 64 * 1024, read: |bytes| read_part(bytes, &mut book()).is_ok() },
    Bound { name: "row", each: 64, besides: 64 * 1024, read: |bytes| read_row(bytes, &mut book()).is_ok() },
    Bound { name: "snapshot", each: 128, besides: 64 * 1024, read: |bytes| read_snapshot(bytes).is_ok() },
    Bound { name: "path", each: 8, besides: 1024, read: |bytes| Value::decode(Key::Path, bytes).is_ok() },
    Bound { name: "title", each: 1, besides: 1024, read: |bytes| Value::decode(Key::Title, bytes).is_ok() },
];

fn book() -> Book {
    Book((1..4).map(|number| (number, ActorId(number))).collect())
}

fn repeated(head: &[u8], unit: &[u8], bytes: usize) -> Vec<u8> {
    let mut out = head.to_vec();
    while out.len() + unit.len() <= bytes {
        out.extend_from_slice(unit);
    }
    out
}

fn number(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, value);
    out
}

/// Bytes that say more than they hold, and bytes in which the smallest thing that takes the most
/// memory is repeated: found by going through each layout.
fn hostile() -> Vec<Vec<u8>> {
    let most = limits::MESSAGE_BYTES_MAX;
    let mut all = vec![Vec::new(), vec![0xff; most], vec![0; most], vec![1; most], vec![2; most]];
    // Counts and lengths of any size at any place.
    for count in [64, 255, 2_000, 4_096, 65_535, 1_000_000, 1 << 20, 1 << 32, u64::MAX] {
        for place in 0..40 {
            for filler in [0, 1, 2] {
                let mut bytes = vec![filler; place];
                bytes.extend(number(count));
                bytes.resize(2_000, 0);
                all.push(bytes.clone());
                // The same as bincode writes numbers.
                bytes.truncate(place);
                bytes.push(253);
                bytes.extend(count.to_le_bytes());
                bytes.resize(2_000, 0);
                all.push(bytes);
            }
        }
    }
    // Messages of the smallest frames: pings, empty changes and parts, goodbyes.
    for frame in [&[6, 0][..], &[2, 0], &[3, 0], &[4, 0, 0], &[8, 0, 0], &[7, 0], &[1, 0, 0, 0], &[7, 1, 0, 0, 0]] {
        all.push(repeated(&[], frame, most));
        all.push(repeated(&[], frame, 2_000));
    }
    // One frame with as many of the smallest things as fit: what is shown, selected, refused, introduced, subscribed.
    let length = |count: u64| [&[252][..], &(count as u32).to_le_bytes()].concat();
    for (head, unit) in [
        (vec![7], vec![0, 0, 0]),
        (vec![5, 0, 0, 0, 0, 0, 0, 0, 0, 0], vec![0, 0]),
        (vec![1, 0, 0], vec![0, 0, 0]),
        (vec![2, 0, 0, 0, 0], vec![0, 0]),
        ([&[0, 1, 0, 0][..], &[0; 16]].concat(), vec![0, 0, 0]),
    ] {
        let count = (most - head.len() - 8) / unit.len();
        all.push(repeated(&[head, length(count as u64)].concat(), &unit, most));
    }
    // Changes with the most ops, properties and spans; a body says its length.
    let op = |kind: u64, body: &[u8]| [number(0), number(0), number(kind), number(body.len() as u64), body.to_vec()].concat();
    let head = |ops: usize| [number(1), 7u64.to_le_bytes().to_vec(), vec![1, 1, 1, 0, 0], number(ops as u64)].concat();
    all.push(repeated(&head(limits::CHANGE_OPS_MAX), &op(99, &[]), limits::CHANGE_BYTES_MAX));
    let properties = repeated(&[2, 64], &[1, 0], 130);
    all.push(repeated(&head(900), &op(1, &properties), limits::CHANGE_BYTES_MAX));
    let spans = repeated(&[0, 0, 0, 0x80, 0x20], &[0, 0, 0, 1], 16_389);
    all.push(repeated(&head(7), &op(5, &spans), limits::CHANGE_BYTES_MAX));
    // The same with nothing behind the count.
    all.push(head(limits::CHANGE_OPS_MAX));
    all.push([head(1), op(5, &[0, 0, 0, 0x80, 0x20])].concat());
    all.push([head(1), op(1, &[2, 64])].concat());
    all.push(number(limits::PATH_POINTS_MAX as u64));
    all.push(number(limits::CHANGE_OPS_MAX as u64));
    // Parts and rows of the smallest entries.
    all.push(repeated(&[0, 0, 1, 0], &[0x81, 1, 1, 0, 0], most));
    all.push(repeated(&[0, 0, 1, 0], &[0, 1, 1, 1, 0, 9, 0], most));
    all.push(repeated(&[0, 0, 1, 0, 127, 1, 1, 1, 0x80, 0x20], &[0, 9, 0], 10 + 4_096 * 3));
    all.push(repeated(&[1, 0, 0], &[1, 0, 1, 1, 1, 0], most));
    all.push(repeated(&[1, 0, 0], &[0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 9, 0], most));
    // Snapshots: records with nothing, with empty ink, with properties; texts of single characters; unknown ops.
    let snapshot = |count: usize, record: &dyn Fn(u64) -> Vec<u8>| {
        let mut bytes = [vec![1], vec![0; 16], vec![0], vec![0; 8], vec![0, 0], number(count as u64)].concat();
        (1..=count as u64).for_each(|place| bytes.extend(record(place)));
        bytes.push(0);
        bytes
    };
    let record = |place: u64, flags: u8, rest: &[u8]| [number(0), number(place), vec![2, 0, flags], rest.to_vec()].concat();
    all.push(snapshot(20_000, &|place| record(place, 0, &[0])));
    all.push(snapshot(20_000, &|place| record(place, 2, &[0, 0])));
    all.push(snapshot(20_000, &|place| record(place, 4, &[0, 0])));
    all.push(snapshot(500, &|place| {
        record(place, 0, &[&[200, 1][..], &(0..200u64).flat_map(|key| [number(key), vec![0, 0]].concat()).collect::<Vec<u8>>()].concat())
    }));
    let chars: Vec<u8> = (0..5_000u64).flat_map(|run| [number(0), number(run * 2 + 1), vec![1, 1, 1, 2, 1, b'a', 0]].concat()).collect();
    all.push(snapshot(1, &|place| record(place, 4, &[vec![0], number(5_000), chars.clone()].concat())));
    let mut unknown = snapshot(0, &|_| Vec::new());
    unknown.pop();
    unknown.extend(number(20_000));
    (1..=20_000).for_each(|place| unknown.extend([number(0), number(place), vec![1, 9, 0]].concat()));
    all.push(unknown);
    // Paths.
    all.push(repeated(&number(limits::PATH_POINTS_MAX as u64), &[0, 0], 4_002));
    all
}

// SPEC LIM-2.
#[test]
fn no_reader_takes_more_than_its_bound() {
    let hostile = hostile();
    for bound in BOUNDS {
        let (mut worst, mut worst_at, mut read) = (0.0f64, 0, 0);
        for bytes in &hostile {
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            read += usize::from((bound.read)(bytes));
            let taken = MEMORY.peak_usage().saturating_sub(before);
            let allowed = bound.each * bytes.len() + bound.besides;
            let share = taken as f64 / allowed as f64;
            if share > worst {
                (worst, worst_at) = (share, bytes.len());
            }
            assert!(
                taken <= allowed,
                "{}: {taken} bytes for {} given, {allowed} allowed; begins {:?}",
                bound.name,
                bytes.len(),
                &bytes[..bytes.len().min(24)]
            );
        }
        println!(
            "memory: {} takes at most {} bytes each and {}; {} inputs, {read} read, worst {:.0}% of it at {worst_at} bytes",
            bound.name,
            bound.each,
            bound.besides,
            hostile.len(),
            worst * 100.0
        );
    }
}
