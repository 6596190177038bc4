//! Round trips, broken bytes, and golden vectors of the ink codec.

use super::*;
use proptest::prelude::*;

fn point(x: i32, y: i32, pressure: u8, time_ms: u32) -> Point {
    Point { x, y, pressure, time_ms }
}

/// Encodes `points` in chunks of the given sizes, the last size repeated.
fn encode_chunks(points: &[Point], sizes: &[usize]) -> (Vec<Vec<u8>>, InkState) {
    let mut state = InkState::default();
    let mut chunks = Vec::new();
    let mut rest = points;
    let mut sizes = sizes.iter().copied();
    let mut size = 1;
    while !rest.is_empty() {
        size = sizes.next().unwrap_or(size).clamp(1, rest.len());
        let mut chunk = Vec::new();
        encode(&mut state, &rest[..size], &mut chunk).unwrap();
        chunks.push(chunk);
        rest = &rest[size..];
    }
    (chunks, state)
}

/// Valid points: smooth walks with leaps to the edges, pauses, and pressures that come and go.
fn any_points() -> impl Strategy<Value = Vec<Point>> {
    let coordinate_step = prop_oneof![
        8 => -12i32..=12,
        3 => -400i32..=400,
        1 => -2 * COORDINATE_MAX..=2 * COORDINATE_MAX,
    ];
    let time_step = prop_oneof![6 => 16u32..=17, 2 => 0u32..=40, 1 => 0u32..=70_000];
    let pressure = prop_oneof![4 => Just(None), 2 => any::<u8>().prop_map(Some)];
    let step = (coordinate_step.clone(), coordinate_step, time_step, pressure);
    prop::collection::vec(step, 0..200).prop_map(|steps| {
        let mut now = Point::default();
        let clamp = |value: i32| value.clamp(-COORDINATE_MAX, COORDINATE_MAX);
        steps
            .into_iter()
            .map(|(dx, dy, step_ms, pressure)| {
                now.x = clamp(now.x + dx);
                now.y = clamp(now.y + dy);
                now.time_ms = (now.time_ms + step_ms).min(TIME_MS_MAX);
                now.pressure = pressure.unwrap_or(now.pressure);
                now
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn any_points_come_back_under_any_chunking(
        points in any_points(),
        sizes in prop::collection::vec(1usize..20, 1..20),
    ) {
        let (chunks, state) = encode_chunks(&points, &sizes);
        let mut at_once = Vec::new();
        let mut decoded_state = InkState::default();
        let bytes = chunks.concat();
        prop_assert_eq!(decode(&mut decoded_state, &bytes, points.len(), &mut at_once), Ok(points.len()));
        prop_assert_eq!(&at_once, &points);
        prop_assert_eq!(decoded_state, state);
        prop_assert!(at_once.capacity() <= points.len());

        let mut ink = Ink::default();
        let mut checked = InkState::default();
        for chunk in &chunks {
            let count = check(&mut checked, chunk, points.len()).unwrap();
            prop_assert_eq!(ink.append(chunk, ink.points(), u32::MAX), Ok(count as u32));
            prop_assert_eq!(ink.state(), Ok(&checked));
        }
        prop_assert_eq!(ink.iter().len(), points.len());
        prop_assert_eq!(ink.iter().collect::<Vec<_>>(), points.clone());
        prop_assert_eq!(ink.bytes(), &bytes);
        let bounds = points.iter().copied().fold(None::<Bounds>, |bounds, point| {
            let mut bounds = bounds.unwrap_or(Bounds::of(point));
            bounds.add(point);
            Some(bounds)
        });
        prop_assert_eq!(ink.bounds(), bounds);
        if !points.is_empty() {
            let mut out = vec![Point::default()];
            let too_few = points.len() - 1;
            prop_assert_eq!(
                decode(&mut InkState::default(), &bytes, too_few, &mut out),
                Err(InkError::TooManyPoints { points_max: too_few })
            );
            prop_assert_eq!(out, vec![Point::default()]);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        start in any_points(),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        max in 0usize..500,
    ) {
        let (_, before) = encode_chunks(&start, &[usize::MAX]);
        let mut state = before;
        let mut out = vec![Point::default(); 3];
        match decode(&mut state, &bytes, max, &mut out) {
            Ok(count) => {
                prop_assert!(count <= max);
                prop_assert_eq!(out.len(), 3 + count);
                // What decodes is valid: it can be written again.
                let mut again = before;
                prop_assert_eq!(encode(&mut again, &out[3..], &mut Vec::new()), Ok(()));
            }
            Err(_) => {
                prop_assert_eq!(state, before);
                prop_assert_eq!(out.len(), 3);
            }
        }
        prop_assert!(out.capacity() <= 3 + max.max(3));
    }
}

proptest! {
    // Each case decodes once per byte.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_cut_stroke_is_an_error_or_fewer_whole_chunks(
        points in any_points(),
        sizes in prop::collection::vec(1usize..20, 1..20),
    ) {
        let (chunks, _) = encode_chunks(&points, &sizes);
        let bytes = chunks.concat();
        let mut borders = vec![0];
        for chunk in &chunks {
            borders.push(borders[borders.len() - 1] + chunk.len());
        }
        for end in 0..bytes.len() {
            let mut out = Vec::new();
            let result = decode(&mut InkState::default(), &bytes[..end], points.len(), &mut out);
            if borders.contains(&end) {
                prop_assert_eq!(result, Ok(out.len()));
                prop_assert_eq!(&out[..], &points[..out.len()]);
            } else {
                prop_assert_eq!(result, Err(InkError::Truncated { bytes: end }));
            }
        }
    }
}

#[test]
fn what_is_out_of_range_is_refused_and_nothing_written() {
    let good = point(1, 2, 3, 100);
    let cases = [
        (point(COORDINATE_MAX + 1, 0, 0, 100), InkError::Coordinate { axis: Axis::X, value: 8_000_001 }),
        (point(0, i32::MIN, 0, 100), InkError::Coordinate { axis: Axis::Y, value: i64::from(i32::MIN) }),
        (point(0, 0, 0, 99), InkError::TimeBackwards { time_ms: 99, last_ms: 100 }),
        (point(0, 0, 0, TIME_MS_MAX + 1), InkError::TimeTooLong { time_ms: 600_001 }),
    ];
    for (bad, error) in cases {
        let mut state = InkState::default();
        let mut out = vec![7];
        assert_eq!(encode(&mut state, &[good, bad], &mut out), Err(error));
        assert_eq!((state, out), (InkState::default(), vec![7]));
    }
    assert_eq!(
        InkError::Coordinate { axis: Axis::X, value: 8_000_001 }.to_string(),
        "X is 8000001 eighths of a unit; allowed is -8000000 to 8000000"
    );
}

#[test]
fn bytes_out_of_range_are_refused() {
    // Chunks written against a state that the reader does not have lead it out of every range.
    let near = encode_chunks(&[Point::default()], &[1]).1;
    let far = near.with_last(point(COORDINATE_MAX, 0, 255, TIME_MS_MAX));
    let moved = |to: Point| {
        let mut bytes = Vec::new();
        encode(&mut { near }, &[to], &mut bytes).unwrap();
        bytes
    };
    let decoded = |bytes: &[u8]| check(&mut { far }, bytes, 10);
    assert_eq!(decoded(&moved(point(0, 0, 1, 17))), Err(InkError::Pressure { value: 256 }));
    assert_eq!(decoded(&moved(point(1, 0, 0, 0))), Err(InkError::Coordinate { axis: Axis::X, value: 8_000_001 }));
    assert_eq!(decoded(&moved(point(0, 0, 0, 18))), Err(InkError::TimeTooLong { time_ms: 600_018 }));
}

#[test]
fn trailing_garbage_is_refused() {
    let (chunks, _) = encode_chunks(&[point(10, 10, 0, 0), point(11, 12, 0, 17)], &[2]);
    let with = |garbage: &[u8]| [&chunks[0][..], garbage].concat();
    let decoded = |bytes: &[u8]| check(&mut InkState::default(), bytes, 100);
    assert_eq!(decoded(&with(&[])), Ok(2));
    assert!(matches!(decoded(&with(&[0])), Err(InkError::Truncated { .. })));
    assert!(matches!(decoded(&with(&[0, 0, 1])), Err(InkError::CountTooLong { .. })));
    let mut padded = chunks[0].clone();
    *padded.last_mut().unwrap() |= 1;
    assert!(matches!(decoded(&padded), Err(InkError::Padding { .. })));
}

#[test]
fn an_append_stands_at_its_offset() {
    let points = [point(10, 10, 0, 0), point(11, 12, 0, 17)];
    let mut author = Ink::default();
    let mut reader = Ink::default();
    for &point in &points {
        let offset = author.points();
        let chunk = author.write(&[point]).unwrap().to_vec();
        assert_eq!(reader.append(&chunk, offset + 1, 2), Err(InkError::Offset { offset: offset + 1, points: offset }));
        assert_eq!(reader.append(&chunk, offset, 2), Ok(1));
        assert_eq!(reader, author);
    }
    let third = author.write(&[points[1]]).unwrap().to_vec();
    assert_eq!(reader.append(&third, 2, 2), Err(InkError::TooManyPoints { points_max: 2 }));
    assert_eq!(Ink::from_bytes(author.bytes(), 3), Ok(author));
}

#[test]
fn ink_that_was_checked_before_is_read_when_it_is_asked_for() {
    let points = [point(10, 10, 0, 0), point(11, 12, 0, 17), point(12, 15, 0, 33)];
    let mut author = Ink::default();
    author.write(&points[..2]).unwrap();
    let kept = Ink::from_checked(author.bytes().to_vec());
    assert_eq!((kept.points(), kept.bounds()), (2, author.bounds()));
    assert_eq!(kept.iter().collect::<Vec<_>>(), points[..2]);
    let mut kept = Ink::from_checked(author.bytes().to_vec());
    let third = author.write(&points[2..]).unwrap().to_vec();
    assert_eq!(kept.append(&third, 2, 3), Ok(1));
    assert_eq!((kept.state(), kept.bounds()), (author.state(), author.bounds()));
    assert_eq!(kept, author);
}

#[test]
fn ink_that_cannot_be_read_after_all_has_no_points_and_takes_none() {
    let mut author = Ink::default();
    author.write(&[point(10, 10, 0, 0), point(11, 12, 0, 17)]).unwrap();
    let (whole, cut) = (author.bytes(), &author.bytes()[..author.bytes().len() - 1]);
    let mut kept = Ink::from_checked(cut.to_vec());
    let truncated = InkError::Truncated { bytes: cut.len() };
    assert_eq!((kept.points(), kept.iter().next(), kept.state()), (0, None, Err(truncated)));
    assert_eq!(kept.append(whole, 0, 10), Err(truncated));
    assert_eq!(kept.bytes(), cut);
}

#[test]
fn units_are_rounded_to_the_nearest_eighth() {
    let near = Point::from_units(1.06, -2.05, 0.5, 3);
    assert_eq!(near, point(8, -16, 128, 3));
    assert_eq!((near.x_units(), near.y_units()), (1.0, -2.0));
    assert_eq!(Point::from_units(f64::INFINITY, f64::NAN, -1.0, u32::MAX), point(COORDINATE_MAX, 0, 0, TIME_MS_MAX));
    assert_eq!(Point::from_units(0.0, 0.0, 1.0, 0).pressure_unit(), Some(1.0));
    assert_eq!(Point::default().pressure_unit(), None);
}

#[test]
fn more_points_than_a_chunk_holds_become_chunks() {
    let points: Vec<Point> = (0..10_000).map(|i| point(i, -i, 9, 8 * i as u32)).collect();
    let mut ink = Ink::default();
    ink.write(&points).unwrap();
    assert_eq!(Ink::from_bytes(ink.bytes(), 10_000).unwrap().iter().collect::<Vec<_>>(), points);
}

/// A golden stroke: the points of each chunk, and the chunk's bytes.
type Golden = &'static [(&'static [(i32, i32, u8, u32)], &'static [u8])];

/// A finger at 60 Hz, two points a frame: the second chunk has no times and no pressures to write.
///
/// ```text
/// 42 a4 15 c8 1c 18
///   010 0 0            two points; times and pressures as expected
///   01010 1001000001   x 800 -> 1600, long: L = 10
///   01011 10010000001  y 1600 -> 3200, long: L = 11
///   110 000            x off by 8 -> 16, rice k = 3
///   0 110              y off by 3 -> 6
///   00                 padding
/// 41 11 08
///   010 0 0            two points; times and pressures as expected
///   0 010, 0 010       off by (1, 1) -> (2, 2)
///   0 010, 0 001       off by (1, -1) -> (2, 1)
///   000                padding
/// ```
const FINGER: Golden = &[
    (&[(800, 1600, 0, 0), (808, 1603, 0, 17)], &[0x42, 0xa4, 0x15, 0xc8, 0x1c, 0x18]),
    (&[(817, 1607, 0, 33), (827, 1610, 0, 50)], &[0x41, 0x11, 0x08]),
];

/// A pen with pressure at 120 Hz, one chunk: times that are off, and runs.
///
/// ```text
/// 2e bf e6 e0 c8 03 fc 83 b6 84 93 09 0c 86 61 11
///   00101 1 1                  five points; times off; pressures off
///   010                        one time as expected: point 0
///   1, 11111111 00110 111000   no pressure as expected; +60 -> 120 - 1, k = 2, long: L = 6
///   00110 010000, 00000        x -40 -> 79, y 0, long
///   11111111 00100 0001        time 8, not 17 -> 17 - 1, k = 1, long: L = 4
///   1, 10 11011                pressure +30 -> 60 - 1, k = 5
///   0 100, 0 010               off by (2, 1) -> (4, 2), k = 3
///   010, 010                   one time and one pressure as expected: point 2
///   0 110, 0 001               off by (3, -1)
///   0 01                       time 25, not 24 -> 2 - 1, k = 2
///   0 00011                    pressure +2 -> 4 - 1, k = 5
///   0 010, 0 001               off by (1, -1)
///   1, 0 01                    time 34, not 33
///   1, 0 00010                 pressure -2 -> 3 - 1
///   0 010, 0 01                off by (1, -1); k of y is 2 now
/// ```
const PEN: Golden = &[(
    &[(-40, 0, 60, 0), (-38, 1, 90, 8), (-33, 1, 90, 16), (-27, 0, 92, 25), (-20, -2, 90, 34)],
    &[0x2e, 0xbf, 0xe6, 0xe0, 0xc8, 0x03, 0xfc, 0x83, 0xb6, 0x84, 0x93, 0x09, 0x0c, 0x86, 0x61, 0x11],
)];

/// The edges of the page, of time and of pressure, and the longest codes.
///
/// ```text
/// ff 7f e8 fe bf 42 40 1b f4 24 00
///   1 1 1                              one point; time off; pressure off
///   1, 11110 1                         time 5, not 0 -> 10 - 1, k = 1
///   1, 11111111 01000 11111110         pressure +255 -> 510 - 1, long: L = 8
///   10111 11101000010010000000001      x 8,000,000 -> 16,000,000, long: L = 23
///   10111 11101000010010000000000      y -8,000,000 -> 15,999,999
/// ff fa 12 7a a7 be 7f e3 a1 20 03 ff 1d 09 00 20
///   1 1 1                              one point; time off; pressure off
///   1, 11111111 10100 00100100111101010100  time 600,000, not 22 (5 + 17), long: L = 20
///   1, 1110 1111100                    pressure -255 -> 509 - 1, k = 7
///   11111111 11000 111010000100100000000000  x off by -16,000,000 -> 31,999,999, long: L = 24
///   11111111 11000 111010000100100000000001  y off by 16,000,000 -> 32,000,000
///   00000                              padding
/// ```
const EDGES: Golden = &[
    (&[(COORDINATE_MAX, -COORDINATE_MAX, 255, 5)], &[0xff, 0x7f, 0xe8, 0xfe, 0xbf, 0x42, 0x40, 0x1b, 0xf4, 0x24, 0x00]),
    (
        &[(-COORDINATE_MAX, COORDINATE_MAX, 0, TIME_MS_MAX)],
        &[0xff, 0xfa, 0x12, 0x7a, 0xa7, 0xbe, 0x7f, 0xe3, 0xa1, 0x20, 0x03, 0xff, 0x1d, 0x09, 0x00, 0x20],
    ),
];

#[test]
fn golden_strokes() {
    for (name, golden) in [("finger", FINGER), ("pen", PEN), ("edges", EDGES)] {
        let mut author = Ink::default();
        for (points, bytes) in golden {
            let points: Vec<Point> = points.iter().map(|&(x, y, pressure, time)| point(x, y, pressure, time)).collect();
            let offset = author.points();
            let mut reader = author.clone();
            assert_eq!(author.write(&points).unwrap(), *bytes, "{name}");
            reader.append(bytes, offset, 10).unwrap();
            assert_eq!(reader, author, "{name}");
            assert_eq!(reader.iter().skip(offset as usize).collect::<Vec<_>>(), points, "{name}");
        }
    }
}
