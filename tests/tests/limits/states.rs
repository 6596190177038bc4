//! Limits of what a board may grow to.

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::limits::*;
use kakehashi_protocol::op::{Change, OpBody, Property};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::verdict::Reason;

use super::Trial;
use super::shared::{NOW_MS, PAGE, Scene, create, unknown};

pub const TRIALS: &[Trial] = &[
    ("PROPERTIES_MAX", properties),
    ("STROKE_POINTS_MAX", stroke_points),
    ("INK_BYTES_MAX", ink_bytes),
    ("RECORDS_MAX", records),
    ("PAGES_MAX", pages),
    ("PEOPLE_MAX", people),
    ("PARTICIPANTS_MAX", participants),
    ("UNKNOWN_OPS_MAX", unknown_ops),
    ("CLOCK_AHEAD_MS_MAX", clock_ahead),
    ("CLOCK_STEP_MS_MAX", clock_step),
];

fn properties() {
    let mut scene = Scene::new();
    let some = |keys: std::ops::Range<usize>| keys.map(|key| Property { key: 40_000 + key as u16, value: vec![1] }).collect::<Vec<_>>();
    let kind = Kind::Rectangle.number();
    let record = scene.take(PAGE, vec![OpBody::Create { kind, properties: some(0..PROPERTIES_MAX - 1) }]);
    let set = |keys| vec![OpBody::Set { record, properties: some(keys) }];
    assert_eq!(scene.judge(PAGE, set(PROPERTIES_MAX - 1..PROPERTIES_MAX)), Ok(()));
    assert_eq!(scene.judge(PAGE, set(PROPERTIES_MAX - 1..PROPERTIES_MAX + 1)), Err(Reason::Properties));
    let reads =
        |count| Change::from_bytes(&scene.change(PAGE, vec![OpBody::Create { kind, properties: some(0..count) }]).to_bytes()).is_ok();
    assert!(reads(PROPERTIES_MAX));
    assert!(!reads(PROPERTIES_MAX + 1));
}

fn ink(points: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let points: Vec<Point> = (0..points).map(|at| Point { x: at as i32, y: 5, pressure: 0, time_ms: 8 * at as u32 }).collect();
    encode(&mut InkState::default(), &points, &mut bytes).expect("points within their range");
    bytes
}

fn stroke_points() {
    let mut scene = Scene::new();
    let record = scene.take(PAGE, vec![create(Kind::Stroke)]);
    let append = |points: usize| vec![OpBody::AppendInk { record, offset: 0, points: points as u32, ink: ink(points) }];
    assert_eq!(scene.judge(PAGE, append(STROKE_POINTS_MAX)), Ok(()));
    assert_eq!(scene.judge(PAGE, append(STROKE_POINTS_MAX + 1)), Err(Reason::Points));
    scene.take(PAGE, append(STROKE_POINTS_MAX));
    let more = vec![OpBody::AppendInk { record, offset: STROKE_POINTS_MAX as u32, points: 1, ink: ink(1) }];
    assert_eq!(scene.judge(PAGE, more), Err(Reason::Points));
}

/// Ink of so many bytes, at least a few.
fn ink_of(bytes: usize) -> (u32, Vec<u8>) {
    let mut state = 1u32;
    for points in (1..=bytes).rev() {
        for _ in 0..200 {
            let mut chance = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Of every magnitude, so that there is ink of every length.
                (state >> 12 >> (state & 15)) as i32
            };
            let points: Vec<Point> = (0..points).map(|at| Point { x: chance(), y: chance(), pressure: 0, time_ms: at as u32 }).collect();
            let mut ink = Vec::new();
            encode(&mut InkState::default(), &points, &mut ink).expect("points within their range");
            if ink.len() == bytes {
                return (points.len() as u32, ink);
            }
            if ink.len() > 2 * bytes {
                break;
            }
        }
    }
    panic!("no ink has {bytes} bytes")
}

fn ink_bytes() {
    let mut scene = Scene::new();
    let (points, large) = (STROKE_POINTS_MAX, {
        let wild =
            |at: usize| Point { x: (at * 7_919 % 1_000_003) as i32, y: (at * 104_729 % 1_000_003) as i32, pressure: 0, time_ms: at as u32 };
        let mut bytes = Vec::new();
        encode(&mut InkState::default(), &(0..STROKE_POINTS_MAX).map(wild).collect::<Vec<_>>(), &mut bytes).expect("in range");
        bytes
    });
    let stroke = |scene: &mut Scene, points: u32, ink: &[u8]| {
        let record = scene.take(PAGE, vec![create(Kind::Stroke)]);
        scene.take(PAGE, vec![OpBody::AppendInk { record, offset: 0, points, ink: ink.to_vec() }]);
    };
    while INK_BYTES_MAX - scene.board.document(PAGE).map_or(0, |page| page.ink_bytes()) >= large.len() + 16 {
        stroke(&mut scene, points as u32, &large);
    }
    // What is left is filled by small strokes up to the last sixteen bytes.
    let (small_points, small) = ink_of(16);
    while INK_BYTES_MAX - scene.board.document(PAGE).map_or(0, |page| page.ink_bytes()) >= 32 {
        stroke(&mut scene, small_points, &small);
    }
    let left = INK_BYTES_MAX - scene.board.document(PAGE).map_or(0, |page| page.ink_bytes());
    let record = scene.take(PAGE, vec![create(Kind::Stroke)]);
    let append = |(points, ink): (u32, Vec<u8>)| vec![OpBody::AppendInk { record, offset: 0, points, ink }];
    assert_eq!(scene.judge(PAGE, append(ink_of(left))), Ok(()));
    assert_eq!(scene.judge(PAGE, append(ink_of(left + 1))), Err(Reason::Ink));
}

fn records() {
    let mut scene = Scene::new();
    for _ in 0..RECORDS_MAX / 1_000 - 1 {
        scene.take(PAGE, vec![create(Kind::Rectangle); 1_000]);
    }
    assert_eq!(scene.judge(PAGE, vec![create(Kind::Rectangle); 1_000]), Ok(()));
    assert_eq!(scene.judge(PAGE, vec![create(Kind::Rectangle); 1_001]), Err(Reason::Records));
    scene.take(PAGE, vec![create(Kind::Rectangle); 1_000]);
    assert_eq!(scene.judge(PAGE, vec![create(Kind::Rectangle)]), Err(Reason::Records));
}

fn pages() {
    let mut scene = Scene::new();
    scene.take(DocumentId::COVER, vec![create(Kind::Page); PAGES_MAX - 2]);
    assert_eq!(scene.judge(DocumentId::COVER, vec![create(Kind::Page)]), Ok(()));
    assert_eq!(scene.judge(DocumentId::COVER, vec![create(Kind::Page); 2]), Err(Reason::Pages));
}

fn people() {
    let mut scene = Scene::new();
    let person = |actor: u64, scene: &Scene| Change {
        actor: ActorId(actor),
        first: 1,
        ..scene.change(DocumentId::COVER, vec![create(Kind::Person)])
    };
    for actor in 1_000..1_000 + PEOPLE_MAX as u64 - 1 {
        let person = person(actor, &scene);
        scene.board.merge(&person).expect("a person merges");
    }
    let last = person(1, &scene);
    assert_eq!(scene.board.judge(Role::Member, &last, NOW_MS), Ok(()));
    scene.board.merge(&last).expect("a person merges");
    assert_eq!(scene.board.judge(Role::Member, &person(2, &scene), NOW_MS), Err(Reason::Records));
}

fn participants() {
    let mut scene = Scene::new();
    scene.take(DocumentId::COVER, vec![create(Kind::Participant); PARTICIPANTS_MAX - 1]);
    let judge = |count| scene.board.judge(Role::Server, &scene.change(DocumentId::COVER, vec![create(Kind::Participant); count]), NOW_MS);
    assert_eq!(judge(1), Ok(()));
    assert_eq!(judge(2), Err(Reason::Records));
}

fn unknown_ops() {
    let mut scene = Scene::new();
    scene.take(PAGE, vec![unknown(1); UNKNOWN_OPS_MAX - 1]);
    assert_eq!(scene.judge(PAGE, vec![unknown(1)]), Ok(()));
    assert_eq!(scene.judge(PAGE, vec![unknown(1); 2]), Err(Reason::Unknown));
}

fn at(scene: &Scene, last: u64) -> Result<(), Reason> {
    let change = scene.change(PAGE, vec![create(Kind::Rectangle)]);
    scene.board.judge(Role::Member, &Change { clock: last - 1, ..change }, NOW_MS)
}

fn clock_ahead() {
    let scene = Scene::new();
    assert_eq!(at(&scene, NOW_MS + CLOCK_AHEAD_MS_MAX), Ok(()));
    assert_eq!(at(&scene, NOW_MS + CLOCK_AHEAD_MS_MAX + 1), Err(Reason::Clock));
    // The year 9999.
    assert_eq!(at(&scene, 253_370_764_800_000), Err(Reason::Clock));
    assert_eq!(at(&scene, u64::MAX >> 16), Err(Reason::Clock));
    assert_eq!(at(&scene, 1), Ok(()), "a clock that is behind is always admitted");
}

fn clock_step() {
    let mut scene = Scene::new();
    // The board's clock is far ahead already.
    let ahead = NOW_MS + 3 * CLOCK_AHEAD_MS_MAX;
    let change = Change { clock: ahead, ..scene.change(PAGE, vec![create(Kind::Rectangle)]) };
    scene.board.merge(&change).expect("what another log has accepted merges");
    scene.next = change.end();
    assert_eq!(at(&scene, ahead + CLOCK_STEP_MS_MAX), Ok(()));
    assert_eq!(at(&scene, ahead + CLOCK_STEP_MS_MAX + 1), Err(Reason::Clock));
}
