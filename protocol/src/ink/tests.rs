//! Round trips, broken bytes, and golden vectors of the ink codec.

use super::*;
use proptest::prelude::*;

fn point(x: i32, y: i32, pressure: u8, time_ms: u32) -> Point {
    Point {
        x,
        y,
        pressure,
        time_ms,
    }
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
    let step = (
        coordinate_step.clone(),
        coordinate_step,
        time_step,
        pressure,
    );
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
            prop_assert_eq!(ink.state(), &checked);
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
        (
            point(COORDINATE_MAX + 1, 0, 0, 100),
            InkError::Coordinate {
                axis: Axis::X,
                value: 8_000_001,
            },
        ),
        (
            point(0, i32::MIN, 0, 100),
            InkError::Coordinate {
                axis: Axis::Y,
                value: i64::from(i32::MIN),
            },
        ),
        (
            point(0, 0, 0, 99),
            InkError::TimeBackwards {
                time_ms: 99,
                last_ms: 100,
            },
        ),
        (
            point(0, 0, 0, TIME_MS_MAX + 1),
            InkError::TimeTooLong { time_ms: 600_001 },
        ),
    ];
    for (bad, error) in cases {
        let mut state = InkState::default();
        let mut out = vec![7];
        assert_eq!(encode(&mut state, &[good, bad], &mut out), Err(error));
        assert_eq!((state, out), (InkState::default(), vec![7]));
    }
    assert_eq!(
        InkError::Coordinate {
            axis: Axis::X,
            value: 8_000_001
        }
        .to_string(),
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
    assert_eq!(
        decoded(&moved(point(0, 0, 1, 17))),
        Err(InkError::Pressure { value: 256 })
    );
    assert_eq!(
        decoded(&moved(point(1, 0, 0, 0))),
        Err(InkError::Coordinate {
            axis: Axis::X,
            value: 8_000_001
        })
    );
    assert_eq!(
        decoded(&moved(point(0, 0, 0, 18))),
        Err(InkError::TimeTooLong { time_ms: 600_018 })
    );
}

#[test]
fn trailing_garbage_is_refused() {
    let (chunks, _) = encode_chunks(&[point(10, 10, 0, 0), point(11, 12, 0, 17)], &[2]);
    let with = |garbage: &[u8]| [&chunks[0][..], garbage].concat();
    let decoded = |bytes: &[u8]| check(&mut InkState::default(), bytes, 100);
    assert_eq!(decoded(&with(&[])), Ok(2));
    assert!(matches!(
        decoded(&with(&[0])),
        Err(InkError::Truncated { .. })
    ));
    assert!(matches!(
        decoded(&with(&[0, 0, 1])),
        Err(InkError::CountTooLong { .. })
    ));
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
        assert_eq!(
            reader.append(&chunk, offset + 1, 2),
            Err(InkError::Offset {
                offset: offset + 1,
                points: offset
            })
        );
        assert_eq!(reader.append(&chunk, offset, 2), Ok(1));
        assert_eq!(reader, author);
    }
    let third = author.write(&[points[1]]).unwrap().to_vec();
    assert_eq!(
        reader.append(&third, 2, 2),
        Err(InkError::TooManyPoints { points_max: 2 })
    );
    assert_eq!(Ink::from_bytes(author.bytes(), 3), Ok(author));
}

#[test]
fn units_are_rounded_to_the_nearest_eighth() {
    let near = Point::from_units(1.06, -2.05, 0.5, 3);
    assert_eq!(near, point(8, -16, 128, 3));
    assert_eq!((near.x_units(), near.y_units()), (1.0, -2.0));
    assert_eq!(
        Point::from_units(f64::INFINITY, f64::NAN, -1.0, u32::MAX),
        point(COORDINATE_MAX, 0, 0, TIME_MS_MAX)
    );
    assert_eq!(
        Point::from_units(0.0, 0.0, 1.0, 0).pressure_unit(),
        Some(1.0)
    );
    assert_eq!(Point::default().pressure_unit(), None);
}

#[test]
fn more_points_than_a_chunk_holds_become_chunks() {
    let points: Vec<Point> = (0..10_000).map(|i| point(i, -i, 9, 8 * i as u32)).collect();
    let mut ink = Ink::default();
    ink.write(&points).unwrap();
    assert_eq!(
        Ink::from_bytes(ink.bytes(), 10_000)
            .unwrap()
            .iter()
            .collect::<Vec<_>>(),
        points
    );
}
