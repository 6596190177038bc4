//! Several replicas that write at the same time and hear of each other in different orders.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::model::Model;
use super::*;
use crate::ids::ActorId;

#[derive(Clone, Debug)]
enum Action {
    Insert {
        who: usize,
        at: usize,
        text: String,
    },
    /// Types a word in front of what it typed before.
    Backwards {
        who: usize,
        at: usize,
        text: String,
    },
    /// Hangs letters on any character, as no client of ours would but a peer may.
    Hang {
        who: usize,
        on: usize,
        side: Side,
        text: String,
    },
    Delete {
        who: usize,
        at: usize,
        len: usize,
    },
    /// Takes one of its own ops back, where nobody wrote since.
    Undo {
        who: usize,
        which: usize,
    },
    Hear {
        who: usize,
        of: usize,
    },
    /// Something else uses up a counter.
    Skip {
        who: usize,
    },
}

#[derive(Clone, Debug)]
enum Body {
    Insert { parent: Option<CharId>, side: Side, text: String },
    Mark { spans: Vec<Span>, visible: bool },
}

#[derive(Clone, Debug)]
struct Op {
    id: OpId,
    stamp: Stamp,
    body: Body,
    /// The ops whose characters it names.
    needs: BTreeSet<OpId>,
}

fn apply(text: &mut Text, op: &Op) {
    match &op.body {
        Body::Insert { parent, side, text: letters } => {
            let insert = Insert { id: op.id, parent: *parent, side: *side, text: letters };
            text.check_insert(&insert).unwrap();
            text.insert(insert).unwrap();
        }
        Body::Mark { spans, visible } => text.mark(Mark { stamp: op.stamp, spans, visible: *visible }).unwrap(),
    }
}

/// The same span cut at the ends of ops.
fn cut_spans(text: &Text, spans: &[Span]) -> Vec<Span> {
    let mut cut: Vec<Span> = Vec::new();
    for range in text.ranges(spans).unwrap() {
        for offset in range.start..range.end {
            let CharId { op, index } = text.name(Spot { chain: range.chain, offset });
            match cut.last_mut() {
                Some(last) if last.op == op && last.start + last.len == index => last.len += 1,
                _ => cut.push(Span { op, start: index, len: 1 }),
            }
        }
    }
    cut
}

#[derive(Default)]
struct Replica {
    text: Text,
    counter: u64,
    clock: u64,
    heard: BTreeSet<usize>,
}

#[derive(Default)]
struct World {
    replicas: Vec<Replica>,
    ops: Vec<Op>,
}

impl World {
    fn write(&mut self, who: usize, body: Body) {
        let replica = &mut self.replicas[who];
        replica.counter += 1;
        replica.clock += 1;
        let actor = ActorId(who as u64 + 1);
        let needs = match &body {
            Body::Insert { parent, .. } => parent.iter().map(|parent| parent.op).collect(),
            Body::Mark { spans, .. } => cut_spans(&replica.text, spans).iter().map(|span| span.op).collect(),
        };
        let op = Op { id: OpId { actor, counter: replica.counter }, stamp: Stamp { clock: replica.clock, actor }, body, needs };
        apply(&mut replica.text, &op);
        replica.heard.insert(self.ops.len());
        self.ops.push(op);
    }

    fn insert(&mut self, who: usize, at: usize, text: &str) {
        let (parent, side) = self.replicas[who].text.place(at);
        self.write(who, Body::Insert { parent, side, text: text.to_owned() });
        // What was typed stands where it was typed (SPEC TXT-6).
        let shown = self.replicas[who].text.to_string();
        assert_eq!(shown.chars().skip(at).take(text.chars().count()).collect::<String>(), text);
    }

    fn mark(&mut self, who: usize, spans: Vec<Span>, visible: bool) {
        if !spans.is_empty() {
            self.write(who, Body::Mark { spans, visible });
        }
    }

    fn undo(&mut self, who: usize, which: usize) {
        let own: Vec<&Op> = self.ops.iter().filter(|op| op.id.actor.0 == who as u64 + 1).collect();
        if own.is_empty() {
            return;
        }
        let op = own[which % own.len()].clone();
        let text = &self.replicas[who].text;
        match op.body {
            Body::Insert { text: letters, .. } => {
                let whole = [Span { op: op.id, start: 0, len: letters.chars().count() as u32 }];
                let spans = text.spans_with(&whole, |stamp| stamp.is_none());
                self.mark(who, spans, false);
            }
            Body::Mark { spans, visible } => {
                let spans = text.spans_with(&spans, |stamp| stamp == Some(op.stamp));
                self.mark(who, spans, !visible);
            }
        }
    }

    fn hear(&mut self, who: usize, of: usize) {
        let new: Vec<usize> = self.replicas[of].heard.difference(&self.replicas[who].heard).copied().collect();
        let replica = &mut self.replicas[who];
        for index in new {
            apply(&mut replica.text, &self.ops[index]);
            replica.clock = replica.clock.max(self.ops[index].stamp.clock);
            replica.heard.insert(index);
        }
    }

    fn run(actions: &[Action], count: usize) -> Self {
        let mut world = Self { replicas: Vec::new(), ops: Vec::new() };
        world.replicas.resize_with(count, Replica::default);
        for action in actions {
            match action {
                Action::Insert { who, at, text } => {
                    let at = at % (world.replicas[*who].text.len() + 1);
                    world.insert(*who, at, text);
                }
                Action::Backwards { who, at, text } => {
                    let at = at % (world.replicas[*who].text.len() + 1);
                    text.chars().rev().for_each(|letter| world.insert(*who, at, &letter.to_string()));
                }
                Action::Hang { who, on, side, text } => {
                    let names: Vec<CharId> = letters(&world.replicas[*who].text).into_iter().map(|letter| letter.0).collect();
                    if !names.is_empty() {
                        world.write(*who, Body::Insert { parent: Some(names[on % names.len()]), side: *side, text: text.clone() });
                    }
                }
                Action::Delete { who, at, len } => {
                    let spans = world.replicas[*who].text.spans(*at % world.replicas[*who].text.len().max(1), *len);
                    world.mark(*who, spans, false);
                }
                Action::Undo { who, which } => world.undo(*who, *which),
                Action::Hear { who, of } => world.hear(*who, *of),
                Action::Skip { who } => world.replicas[*who].counter += 1,
            }
        }
        world
    }

    /// The ops in another order, in which each comes after its author's earlier ones and after those
    /// it names.
    fn shuffled(&self, mut seed: u64) -> Vec<&Op> {
        let mut left: Vec<&Op> = self.ops.iter().collect();
        let mut order = Vec::new();
        while !left.is_empty() {
            let is_ready =
                |op: &Op| left.iter().all(|other| !op.needs.contains(&other.id) && (other.id.actor != op.id.actor || other.id >= op.id));
            let ready: Vec<usize> = (0..left.len()).filter(|index| is_ready(left[*index])).collect();
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.push(left.remove(ready[(seed >> 33) as usize % ready.len()]));
        }
        order
    }
}

const REPLICAS: usize = 3;

fn any_action() -> impl Strategy<Value = Action> {
    let who = 0..REPLICAS;
    prop_oneof![
        5 => (who.clone(), 0usize..60, "[a-zあ-ん𠀀-𠀿]{1,6}").prop_map(|(who, at, text)| Action::Insert { who, at, text }),
        2 => (who.clone(), 0usize..60, "[A-Z]{2,4}").prop_map(|(who, at, text)| Action::Backwards { who, at, text }),
        3 => (who.clone(), 0usize..12, any::<bool>(), "[0-9]{1,3}").prop_map(|(who, on, left, text)| {
            let side = if left { Side::Left } else { Side::Right };
            Action::Hang { who, on, side, text }
        }),
        3 => (who.clone(), 0usize..60, 1usize..9).prop_map(|(who, at, len)| Action::Delete { who, at, len }),
        2 => (who.clone(), 0usize..20).prop_map(|(who, which)| Action::Undo { who, which }),
        3 => (who.clone(), who.clone()).prop_map(|(who, of)| Action::Hear { who, of }),
        1 => who.prop_map(|who| Action::Skip { who }),
    ]
}

fn letters(text: &Text) -> Vec<(CharId, char, Option<Stamp>, bool)> {
    let mut all = Vec::new();
    for piece in &text.pieces {
        for (offset, letter) in (piece.at.offset..).zip(piece.text.chars()) {
            all.push((text.name(Spot { offset, ..piece.at }), letter, piece.stamp(), piece.visible()));
        }
    }
    all
}

/// What is kept beside the pieces agrees with them, and no two neighbours could be one.
fn assert_sound(text: &Text) {
    let count = |piece: &Piece| piece.text.chars().count();
    assert!(text.pieces.iter().all(|piece| piece.len > 0 && piece.len as usize == count(piece)));
    assert_eq!(text.total(), text.pieces.iter().map(count).sum::<usize>());
    assert_eq!(text.len(), text.to_string().chars().count());
    for pair in text.pieces.windows(2) {
        let joins = pair[0].at.chain == pair[1].at.chain && pair[0].end() == pair[1].at.offset && pair[0].seen == pair[1].seen;
        assert!(!joins, "{pair:?}");
    }
}

proptest! {
    /// SPEC TXT-11: equal whatever the order of arrival; and TXT-2 to TXT-8 against the model.
    #[test]
    fn every_order_gives_the_text_of_the_model(actions in prop::collection::vec(any_action(), 1..50), seed: u64) {
        let world = World::run(&actions, REPLICAS);
        let mut all = Text::new();
        let mut model = Model::new();
        for op in &world.ops {
            match &op.body {
                Body::Insert { parent, side, text } => model.insert(Insert { id: op.id, parent: *parent, side: *side, text }),
                // The model knows no chains, and takes spans op by op.
                Body::Mark { spans, visible } => model.mark(Mark { stamp: op.stamp, spans: &cut_spans(&all, spans), visible: *visible }),
            }
            apply(&mut all, op);
        }
        assert_sound(&all);
        prop_assert_eq!(letters(&all), model.letters());
        for position in 0..=all.len() {
            prop_assert_eq!(all.place(position), model.place(position));
        }
        for round in 0..3 {
            let mut other = Text::new();
            for op in world.shuffled(seed.wrapping_add(round)) {
                apply(&mut other, op);
            }
            assert_sound(&other);
            prop_assert_eq!(&other, &all);
            prop_assert_eq!(other.export(), all.export());
        }
        for replica in &world.replicas {
            let mut text = replica.text.clone();
            (0..world.ops.len()).filter(|index| !replica.heard.contains(index)).for_each(|index| apply(&mut text, &world.ops[index]));
            prop_assert_eq!(&text, &all);
        }
    }

    /// SPEC TXT-12: an export makes the same text again, also op by op and in another order, and the
    /// text goes on as the other would.
    #[test]
    fn an_export_makes_the_same_text_again(actions in prop::collection::vec(any_action(), 1..50), cut in 0usize..50) {
        let world = World::run(&actions, REPLICAS);
        let cut = cut.min(world.ops.len());
        let mut text = Text::new();
        world.ops[..cut].iter().for_each(|op| apply(&mut text, op));
        let mut again = Text::import(text.export()).unwrap();
        prop_assert_eq!(&again, &text);
        for op in &world.ops[cut..] {
            apply(&mut text, op);
            apply(&mut again, op);
        }
        prop_assert_eq!(&again, &text);
        let mut single = Vec::new();
        for op in &world.ops {
            let Body::Insert { parent, side, text: letters } = &op.body else { continue };
            let len = letters.chars().count() as u32;
            let mut marks = Vec::new();
            for index in 0..len {
                let piece = text.pieces.iter().find(|piece| piece.holds(text.spot(CharId { op: op.id, index }).unwrap())).unwrap();
                let Some(seen) = piece.seen else { continue };
                marks.push(TextMark { start: index, len: 1, stamp: seen.stamp, visible: seen.visible });
            }
            single.push(TextRun { id: op.id, ops: vec![TextOps { count: 1, len }], parent: *parent, side: *side, text: letters.clone(), marks });
        }
        single.reverse();
        prop_assert_eq!(&Text::import(single).unwrap(), &text);
    }

    /// Positions, names and spans say the same.
    #[test]
    fn positions_names_and_spans_agree(actions in prop::collection::vec(any_action(), 1..40), start in 0usize..60, len in 0usize..60) {
        let world = World::run(&actions, REPLICAS);
        let text = &world.replicas[0].text;
        for position in 0..text.len() {
            let name = text.char_at(position).unwrap();
            prop_assert_eq!(text.position_of(name), Some(position));
        }
        prop_assert_eq!(text.char_at(text.len()), None);
        let spans = text.spans(start, len);
        let mut named: Vec<Option<CharId>> = cut_spans_or_none(text, &spans).into_iter().map(Some).collect();
        let mut expected: Vec<Option<CharId>> = (start..(start + len).min(text.len())).map(|position| text.char_at(position)).collect();
        named.sort();
        expected.sort();
        prop_assert_eq!(named, expected);
        let shown: String = text.runs().filter(|piece| piece.visible).map(|piece| piece.text).collect();
        prop_assert_eq!(shown, text.to_string());
    }

    /// SPEC TXT-5: what several people type at one place at once stays whole, whether they type
    /// forwards, backwards, or paste.
    #[test]
    fn runs_typed_at_one_place_do_not_interleave(
        before in "[x-z]{0,4}",
        at in 0usize..5,
        hands in prop::collection::vec((0u8..3, 1usize..8), 2..4),
        seed: u64,
    ) {
        let mut world = World::run(&[], hands.len() + 1);
        let last = hands.len();
        if !before.is_empty() {
            world.insert(last, 0, &before);
        }
        let at = at.min(before.chars().count());
        let mut words = Vec::new();
        for (who, (way, len)) in hands.iter().enumerate() {
            world.hear(who, last);
            let word: String = (0..*len).map(|index| char::from(b'a' + who as u8 * 8 + index as u8)).collect();
            match way {
                0 => world.insert(who, at, &word),
                1 => word.chars().enumerate().for_each(|(index, letter)| world.insert(who, at + index, &letter.to_string())),
                _ => word.chars().rev().for_each(|letter| world.insert(who, at, &letter.to_string())),
            }
            words.push(word);
        }
        let mut all = Text::new();
        world.shuffled(seed).into_iter().for_each(|op| apply(&mut all, op));
        let all = all.to_string();
        for word in &words {
            prop_assert!(all.contains(word.as_str()), "{} is torn in {}", word, all);
        }
    }

    /// Import takes no step for granted: any list of runs gives a sound text or an error.
    #[test]
    fn import_takes_any_runs(runs in prop::collection::vec(any_run(), 0..8)) {
        if let Ok(text) = Text::import(runs) {
            assert_sound(&text);
            prop_assert_eq!(&Text::import(text.export()).unwrap(), &text);
        }
    }
}

fn cut_spans_or_none(text: &Text, spans: &[Span]) -> Vec<CharId> {
    if spans.is_empty() {
        return Vec::new();
    }
    let cut = cut_spans(text, spans);
    cut.iter().flat_map(|span| (span.start..span.start + span.len).map(|index| CharId { op: span.op, index })).collect()
}

/// Small numbers, so that much of it fits together by chance.
fn any_run() -> impl Strategy<Value = TextRun> {
    let id = || (0u64..2, prop_oneof![8 => 1u64..5, 1 => Just(u64::MAX)]).prop_map(|(actor, counter)| OpId::new(actor, counter));
    let number = || prop_oneof![20 => 0u32..4, 1 => Just(u32::MAX)];
    let ops = (number(), number()).prop_map(|(count, len)| TextOps { count, len });
    let mark = (number(), number(), any::<bool>()).prop_map(|(start, len, visible)| TextMark {
        start,
        len,
        stamp: Stamp { clock: 1, actor: ActorId(1) },
        visible,
    });
    let parent = prop::option::of((id(), number()).prop_map(|(op, index)| CharId { op, index }));
    let side = prop_oneof![1 => Just(Side::Left), 3 => Just(Side::Right)];
    (id(), prop::collection::vec(ops, 1..3), parent, side, prop::option::weighted(0.1, "[a-c]{0,5}"), prop::collection::vec(mark, 0..2))
        .prop_map(|(id, ops, parent, side, text, marks)| {
            let named = ops.iter().map(|ops| u64::from(ops.count) * u64::from(ops.len)).fold(0, u64::saturating_add);
            let text = text.unwrap_or_else(|| "é".repeat(named.min(20) as usize));
            TextRun { id, ops, parent, side, text, marks }
        })
}
