//! A whole lesson under the simulated clock: two hours, a wall with four hands, twelve pupils and a teacher, on a network
//! that breaks and servers that crash. Prints for each ten minutes what was written, how soon it was acknowledged, and
//! what memory it took. Nothing may grow but with what is written, and all are equal in the end.

use std::time::Instant;

use kakehashi_tests::sim::SECOND;
use kakehashi_tests::sim::fault::Fault;
use kakehashi_tests::sim::person::Act;
use kakehashi_tests::sim::rng::Rng;
use kakehashi_tests::sim::script::{Step, What};
use kakehashi_tests::sim::world::World;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const PANEL: usize = 0;
const PUPILS: std::ops::RangeInclusive<usize> = 1..=12;
const TEACHER: usize = 13;
const PART: u64 = 600 * SECOND;
const PARTS: u64 = 12;

/// Somebody who draws strokes of so many pieces, with pauses between.
struct Hand {
    person: usize,
    pieces: u64,
    pause: (u64, u64),
    next: u64,
    left: u64,
}

/// What the hands do, in order, and what goes wrong every two minutes.
fn lesson(rng: &mut Rng) -> Vec<Step> {
    let hand = |person, pieces, least, most| Hand { person, pieces, pause: (least * SECOND, most * SECOND), next: SECOND, left: 0 };
    let mut hands: Vec<Hand> = (0..4).map(|_| hand(PANEL, 20, 3, 9)).collect();
    hands.extend(PUPILS.map(|person| hand(person, 12, 15, 60)));
    hands.push(hand(TEACHER, 20, 5, 15));
    let mut steps = Vec::new();
    for hand in &mut hands {
        hand.next += rng.below(10 * SECOND);
        while hand.next < PARTS * PART {
            let act = if hand.left > 0 {
                hand.left -= 1;
                Act::Ink
            } else if rng.once_in(4) {
                [Act::Type, Act::Set, Act::Shape, Act::Undo, Act::Redo, Act::Erase, Act::Delete, Act::Keep, Act::Point, Act::Turn]
                    [rng.below(10) as usize]
            } else {
                hand.left = hand.pieces;
                Act::Stroke
            };
            steps.push(Step { at: hand.next, what: What::Act(hand.person, act), choice: rng.next() });
            hand.next += if hand.left > 0 { 33_000 } else { rng.between(hand.pause.0, hand.pause.1) };
        }
    }
    for minute in 0..PARTS * 10 {
        let at = (minute * 60 + 30) * SECOND;
        if minute % 10 == 0 {
            steps.push(Step { at, what: What::Act(TEACHER, Act::Page), choice: rng.next() });
        } else if minute % 2 == 0 {
            // Each part of the lesson meets the same.
            let faults = [Fault::Break, Fault::Stall, Fault::Checkpoint, Fault::Crash];
            steps.push(Step { at, what: What::Fault(faults[(minute / 2 % 5 - 1) as usize]), choice: rng.next() });
        }
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// What ten minutes were like.
struct Part {
    acknowledged: usize,
    p50_ms: f64,
    p99_ms: f64,
    memory_mb: f64,
    seconds: f64,
}

#[test]
fn a_lesson_of_two_hours_stays_as_it_began() {
    let steps = lesson(&mut Rng::new(2));
    let mut world = World::new(1, &[0; 14]);
    world.give_hands(PANEL, 4);
    let mut steps = steps.into_iter().peekable();
    let mut parts = Vec::new();
    let mut seen = 0;
    let before = MEMORY.current_usage();
    for part in 1..=PARTS {
        let began = Instant::now();
        while let Some(step) = steps.next_if(|step| step.at < part * PART) {
            world.play(step);
        }
        let mut latencies: Vec<u64> = world.report().acknowledged[seen..].iter().map(|(_, latency)| *latency).collect();
        seen += latencies.len();
        latencies.sort_unstable();
        let at = |share: usize| latencies[latencies.len() * share / 100] as f64 / 1_000.0;
        let memory_mb = MEMORY.current_usage().saturating_sub(before) as f64 / 1e6;
        let seconds = began.elapsed().as_secs_f64();
        parts.push(Part { acknowledged: latencies.len(), p50_ms: at(50), p99_ms: at(99), memory_mb, seconds });
    }
    let report = world.finish();
    println!("covered: two_hours, {} ops, faults {:?}", report.ops, report.faults);
    for (number, part) in parts.iter().enumerate() {
        let Part { acknowledged, p50_ms, p99_ms, memory_mb, seconds } = part;
        println!(
            "covered: two_hours, to minute {:>3}: {acknowledged:>6} changes, acknowledged p50 {p50_ms:.0} ms, p99 {p99_ms:.0} ms, memory {memory_mb:.1} MB, computed in {seconds:.2} s",
            (number + 1) * 10
        );
    }
    let half = parts.len() / 2;
    let sum = |parts: &[Part], of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>() / parts.len() as f64;
    let (first, second) = parts.split_at(half);
    assert!(parts.iter().all(|part| part.acknowledged > 1_000), "everybody writes all the time");
    assert!(sum(second, |part| part.p50_ms) < 1.2 * sum(first, |part| part.p50_ms), "what is usual stays so");
    assert!(sum(second, |part| part.p99_ms) < 2.0 * sum(first, |part| part.p99_ms), "what is rare stays so");
    // Memory grows with what is written, and with nothing else.
    let grown = |from: usize, to: usize| {
        let changes: usize = parts[from + 1..=to].iter().map(|part| part.acknowledged).sum();
        (parts[to].memory_mb - parts[from].memory_mb) * 1e6 / changes as f64
    };
    let (early, late) = (grown(0, half), grown(half, parts.len() - 1));
    println!("covered: two_hours, memory of all replicas for each change: {early:.0} bytes in the first hour, {late:.0} in the second");
    assert!(late < 1.25 * early, "memory grows with what is written alone");
}
