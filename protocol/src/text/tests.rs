//! The rules of the text sequence, one by one.

use super::*;
use crate::ids::ActorId;

const A: u64 = 1;
const B: u64 = 2;

fn name(actor: u64, counter: u64, index: u32) -> CharId {
    CharId { op: OpId::new(actor, counter), index }
}

fn span(actor: u64, counter: u64, start: u32, len: u32) -> Span {
    Span { op: OpId::new(actor, counter), start, len }
}

fn stamp(clock: u64, actor: u64) -> Stamp {
    Stamp { clock, actor: ActorId(actor) }
}

/// Inserts at a visible position.
fn typed(text: &mut Text, actor: u64, counter: u64, at: usize, letters: &str) {
    let (parent, side) = text.place(at);
    text.insert(Insert { id: OpId::new(actor, counter), parent, side, text: letters }).unwrap();
}

fn hide(text: &mut Text, clock: u64, actor: u64, spans: &[Span]) {
    text.mark(Mark { stamp: stamp(clock, actor), spans, visible: false }).unwrap();
}

fn show(text: &mut Text, clock: u64, actor: u64, spans: &[Span]) {
    text.mark(Mark { stamp: stamp(clock, actor), spans, visible: true }).unwrap();
}

fn of(letters: &str) -> Text {
    let mut text = Text::new();
    typed(&mut text, A, 1, 0, letters);
    text
}

/// SPEC TXT-2, TXT-3: the walk takes left children, the character, right children; siblings by op.
#[test]
fn the_walk_gives_the_order() {
    let mut text = of("ac");
    let mut put = |actor, counter, parent, side, letters| {
        text.insert(Insert { id: OpId::new(actor, counter), parent: Some(parent), side, text: letters }).unwrap();
    };
    put(B, 2, name(A, 1, 0), Side::Right, "3");
    put(A, 2, name(A, 1, 0), Side::Right, "2");
    put(B, 1, name(A, 1, 1), Side::Left, "l");
    put(A, 3, name(A, 1, 1), Side::Left, "k");
    // After `a`: the rest of its own run (op 1 of A) with all that hangs on it, then ops A2 and B2.
    assert_eq!(text.to_string(), "aklc23");
}

/// SPEC TXT-1: positions and indexes count Unicode scalar values.
#[test]
fn characters_are_scalar_values() {
    let mut text = of("架け橋🌉");
    assert_eq!((text.len(), text.total()), (4, 4));
    assert_eq!(text.char_at(3), Some(name(A, 1, 3)));
    typed(&mut text, B, 1, 3, "e\u{301}");
    assert_eq!(text.to_string(), "架け橋e\u{301}🌉");
    assert_eq!(text.position_of(name(A, 1, 3)), Some(5));
    hide(&mut text, 1, A, &[span(A, 1, 1, 2)]);
    assert_eq!(text.to_string(), "架e\u{301}🌉");
}

/// SPEC TXT-4, TXT-6: hidden characters keep their places, and count when a place is named.
#[test]
fn a_local_insert_minds_hidden_characters() {
    let mut text = of("abc");
    assert_eq!(Text::new().place(0), (None, Side::Right));
    assert_eq!(text.place(0), (Some(name(A, 1, 0)), Side::Left));
    assert_eq!(text.place(1), (Some(name(A, 1, 1)), Side::Left));
    assert_eq!(text.place(3), (Some(name(A, 1, 2)), Side::Right));
    assert_eq!(text.place(99), text.place(3));
    hide(&mut text, 1, A, &[span(A, 1, 1, 1)]);
    assert_eq!(text.place(1), (Some(name(A, 1, 1)), Side::Left));
    hide(&mut text, 2, A, &[span(A, 1, 0, 3)]);
    assert_eq!(text.place(0), (Some(name(A, 1, 0)), Side::Left));
    typed(&mut text, B, 1, 0, "new");
    assert_eq!(text.to_string(), "new");
}

/// SPEC TXT-14: a cursor moves with the text, and stands where its character stood once that is hidden.
#[test]
fn a_cursor_is_kept_by_the_name_of_a_character() {
    let mut text = of("abcd");
    let cursor = name(A, 1, 2);
    assert_eq!(text.position_of(cursor), Some(2));
    typed(&mut text, B, 1, 0, "xy");
    assert_eq!(text.position_of(cursor), Some(4));
    hide(&mut text, 1, A, &[span(A, 1, 2, 1)]);
    assert_eq!((text.to_string().as_str(), text.position_of(cursor)), ("xyabd", Some(4)));
    hide(&mut text, 2, A, &[span(A, 1, 0, 1)]);
    assert_eq!(text.position_of(cursor), Some(3));
}

/// SPEC TXT-7: visibility goes by the greater stamp, character by character.
#[test]
fn the_greater_stamp_decides_what_is_seen() {
    let mut one = of("abcdef");
    let mut other = one.clone();
    hide(&mut one, 5, A, &[span(A, 1, 0, 4)]);
    show(&mut one, 4, B, &[span(A, 1, 2, 4)]);
    show(&mut other, 4, B, &[span(A, 1, 2, 4)]);
    hide(&mut other, 5, A, &[span(A, 1, 0, 4)]);
    assert_eq!(one, other);
    assert_eq!(one.to_string(), "ef");
    show(&mut one, 5, A, &[span(A, 1, 0, 6)]);
    assert_eq!(one.to_string(), "ef", "an equal stamp changes nothing");
    show(&mut one, 5, B, &[span(A, 1, 1, 1)]);
    assert_eq!(one.to_string(), "bef", "the actor decides between equal clocks");
    let seen: Vec<_> = one.runs().map(|piece| (piece.first.index, piece.text, piece.stamp, piece.visible)).collect();
    let expected = [
        (0, "a", Some(stamp(5, A)), false),
        (1, "b", Some(stamp(5, B)), true),
        (2, "cd", Some(stamp(5, A)), false),
        (4, "ef", Some(stamp(5, A)), true),
    ];
    assert_eq!(seen, expected);
}

/// SPEC TXT-8: undo of a delete shows what is still hidden by it, and nothing else.
#[test]
fn undo_of_a_delete_leaves_what_another_deleted() {
    let mut text = of("abcdef");
    hide(&mut text, 1, A, &[span(A, 1, 0, 4)]);
    hide(&mut text, 2, B, &[span(A, 1, 2, 3)]);
    let mine = text.spans_with(&[span(A, 1, 0, 4)], |present| present == Some(stamp(1, A)));
    assert_eq!(mine, [span(A, 1, 0, 2)]);
    show(&mut text, 3, A, &mine);
    assert_eq!(text.to_string(), "abf");
}

/// SPEC TXT-8: undo of an insert hides what nobody touched, and leaves what another wrote inside.
#[test]
fn undo_of_an_insert_leaves_what_another_wrote() {
    let mut text = of("abcd");
    typed(&mut text, B, 1, 2, "-");
    hide(&mut text, 1, B, &[span(A, 1, 0, 1)]);
    show(&mut text, 2, B, &[span(A, 1, 0, 1)]);
    let untouched = text.spans_with(&[span(A, 1, 0, 4), span(B, 9, 0, 1)], |present| present.is_none());
    assert_eq!(untouched, [span(A, 1, 1, 3)]);
    hide(&mut text, 3, A, &untouched);
    assert_eq!(text.to_string(), "a-");
    let hidden = text.spans_with(&untouched, |present| present == Some(stamp(3, A)));
    show(&mut text, 4, A, &hidden);
    assert_eq!(text.to_string(), "ab-cd");
}

#[test]
fn spans_are_subtracted() {
    let mut text = of("abcdef");
    typed(&mut text, B, 1, 3, "xyz");
    let all = text.spans(0, 9);
    assert_eq!(all, [span(A, 1, 0, 6), span(B, 1, 0, 3)]);
    let less = |others: &[Span]| text.spans_without(&all, others);
    assert_eq!(less(&[]), all);
    assert_eq!(less(&all), []);
    assert_eq!(less(&[span(B, 1, 0, 3), span(B, 2, 0, 1)]), [span(A, 1, 0, 6)]);
    let parts = [span(A, 1, 4, 1), span(A, 1, 1, 1), span(B, 1, 2, 1)];
    assert_eq!(less(&parts), [span(A, 1, 0, 1), span(A, 1, 2, 2), span(A, 1, 5, 1), span(B, 1, 0, 2)]);
    assert_eq!(text.spans_without(&[span(A, 1, 2, 2)], &[span(A, 1, 0, 3)]), [span(A, 1, 3, 1)]);
    assert_eq!(text.spans_without(&[span(A, 1, 2, 2)], &[span(A, 1, 3, 3)]), [span(A, 1, 2, 1)]);
    assert_eq!(text.spans_without(&[span(A, 1, 2, 2)], &[span(A, 1, 4, 2), span(A, 1, 0, 2)]), [span(A, 1, 2, 2)]);
}

/// SPEC TXT-9: a paragraph typed letter by letter is one piece, one run and one span.
#[test]
fn typing_stays_one_run() {
    let mut text = Text::new();
    for counter in 1..=10_000 {
        let end = text.len();
        typed(&mut text, A, counter, end, "あ");
    }
    assert_eq!((text.pieces.len(), text.children.len()), (1, 1));
    let runs = text.export();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].ops, [TextOps { count: 10_000, len: 1 }]);
    assert_eq!(text.spans(0, 20_000), [span(A, 1, 0, 10_000)]);
    assert_eq!(text.char_at(7_000), Some(name(A, 7_001, 0)));
    hide(&mut text, 1, A, &[span(A, 101, 0, 50), span(A, 151, 0, 50), span(A, 140, 0, 20)]);
    assert_eq!((text.pieces.len(), text.len()), (3, 9_900));
    assert_eq!(text.export()[0].marks, [TextMark { start: 100, len: 100, stamp: stamp(1, A), visible: false }]);
}

/// SPEC TXT-9: what hangs on a chain's last letter before the chain goes on is not part of it.
#[test]
fn a_chain_goes_on_past_what_another_hung_on_it() {
    for (other, expected) in [(B, "abcx"), (0, "abxc")] {
        let hung = Insert { id: OpId::new(other, 7), parent: Some(name(A, 1, 1)), side: Side::Right, text: "x" };
        let next = Insert { id: OpId::new(A, 2), text: "c", ..hung };
        let mut text = of("ab");
        text.insert(hung).unwrap();
        text.insert(next).unwrap();
        assert_eq!(text.to_string(), expected);
        assert_eq!(text.export().len(), 2);
        let mut turned = of("ab");
        turned.insert(next).unwrap();
        turned.insert(hung).unwrap();
        assert_eq!(turned, text);
    }
}

/// SPEC TXT-10: what cannot be merged is refused with its reason, and changes nothing.
#[test]
fn wrong_inserts_are_refused() {
    let mut text = of("abc");
    let good = Insert { id: OpId::new(A, 2), parent: Some(name(A, 1, 2)), side: Side::Right, text: "d" };
    let long = "x".repeat(INSERT_CHARS_MAX + 1);
    let unchanged = text.clone();
    let wrong = [
        (Insert { text: "", ..good }, TextError::Empty),
        (Insert { text: &long, ..good }, TextError::TooLong { chars: INSERT_CHARS_MAX + 1, max: INSERT_CHARS_MAX }),
        (Insert { id: OpId::new(A, 1), ..good }, TextError::Duplicate { op: OpId::new(A, 1) }),
        (Insert { parent: Some(name(B, 1, 0)), ..good }, TextError::UnknownOp { op: OpId::new(B, 1) }),
        (Insert { parent: Some(name(A, 2, 0)), ..good }, TextError::UnknownOp { op: OpId::new(A, 2) }),
        (Insert { parent: Some(name(A, 1, 3)), ..good }, TextError::OutOfRange { op: OpId::new(A, 1), index: 3, len: 3 }),
        (Insert { parent: None, side: Side::Left, ..good }, TextError::LeftOfRoot),
    ];
    for (insert, error) in wrong {
        assert_eq!(text.check_insert(&insert), Err(error));
        assert_eq!(text.insert(insert), Err(error));
        assert_eq!(text, unchanged);
    }
    assert_eq!(text.check_insert(&good), Ok(()));
    assert_eq!(text, unchanged);
    text.insert(good).unwrap();
    assert_eq!(text.insert(good), Err(TextError::Duplicate { op: good.id }), "also within a chain");
}

/// SPEC TXT-10: one wrong span, and none is applied.
#[test]
fn wrong_marks_are_refused_whole() {
    let mut text = of("abc");
    typed(&mut text, A, 2, 3, "de");
    let unchanged = text.clone();
    let (first, second) = (OpId::new(A, 1), OpId::new(A, 2));
    let wrong: [(&[Span], TextError); 6] = [
        (&[], TextError::Empty),
        (&[span(A, 1, 0, 1), span(A, 1, 1, 0)], TextError::Empty),
        (&[span(A, 1, 0, 1), span(A, 3, 0, 1)], TextError::UnknownOp { op: OpId::new(A, 3) }),
        (&[span(A, 1, 0, 1), span(A, 1, 3, 1)], TextError::OutOfRange { op: first, index: 3, len: 3 }),
        (&[span(A, 1, 0, 1), span(A, 1, 2, 4)], TextError::OutOfRange { op: first, index: 5, len: 5 }),
        (&[span(A, 2, 1, u32::MAX)], TextError::OutOfRange { op: second, index: 4_294_967_295, len: 2 }),
    ];
    for (spans, error) in wrong {
        let mark = Mark { stamp: stamp(1, A), spans, visible: false };
        assert_eq!(text.check_mark(&mark), Err(error));
        assert_eq!(text.mark(mark), Err(error));
        assert_eq!(text, unchanged);
    }
    hide(&mut text, 1, A, &[span(A, 1, 2, 3)]);
    assert_eq!(text.to_string(), "ab");
}

/// SPEC TXT-13: the limit of the whole text binds admission, not merging.
#[test]
fn a_full_text_admits_nothing_and_merges_all() {
    let mut text = Text::new();
    let block = "x".repeat(4_000);
    for counter in 1..=5 {
        let end = text.len();
        typed(&mut text, A, counter, end, &block);
    }
    let (parent, side) = text.place(0);
    let one_more = Insert { id: OpId::new(B, 1), parent, side, text: "y" };
    assert_eq!(text.check_insert(&one_more), Err(TextError::TooLong { chars: 20_001, max: TEXT_CHARS_MAX }));
    text.insert(one_more).unwrap();
    assert_eq!(text.total(), 20_001);
    assert_eq!(Text::import(text.export()), Ok(text));
}

/// SPEC TXT-12: runs no text has.
#[test]
fn wrong_runs_are_refused() {
    let run = |actor: u64, counter: u64, parent: Option<CharId>, text: &str| TextRun {
        id: OpId::new(actor, counter),
        ops: vec![TextOps { count: 1, len: text.chars().count() as u32 }],
        parent,
        side: Side::Right,
        text: text.to_owned(),
        marks: Vec::new(),
    };
    let id = OpId::new(A, 1);
    let good = run(A, 1, None, "abc");
    let mark = |start, len| TextMark { start, len, stamp: stamp(1, A), visible: false };
    let wrong = [
        (vec![good.clone(), good.clone()], TextError::Duplicate { op: id }),
        (vec![run(A, 1, None, "")], TextError::Empty),
        (vec![run(A, 2, Some(name(A, 1, 0)), "x")], TextError::UnknownOp { op: id }),
        (vec![run(A, 2, Some(name(B, 1, 0)), "x"), run(B, 1, Some(name(A, 2, 0)), "yz")], TextError::Cycle { chars: 3 }),
        (vec![run(A, 1, Some(name(A, 1, 0)), "x"), run(B, 1, None, "ok")], TextError::Cycle { chars: 1 }),
        (vec![TextRun { text: "ab".to_owned(), ..good.clone() }], TextError::Names { run: id, chars: 2 }),
        (vec![TextRun { text: "abcd".to_owned(), ..good.clone() }], TextError::Names { run: id, chars: 4 }),
        (vec![TextRun { side: Side::Left, ..good.clone() }], TextError::LeftOfRoot),
        (vec![TextRun { marks: vec![mark(2, 2)], ..good.clone() }], TextError::Marks { run: id }),
        (vec![TextRun { marks: vec![mark(1, 0)], ..good.clone() }], TextError::Marks { run: id }),
        (vec![TextRun { marks: vec![mark(1, 2), mark(2, 1)], ..good.clone() }], TextError::Marks { run: id }),
    ];
    for (runs, error) in wrong {
        assert_eq!(Text::import(runs), Err(error));
    }
    assert_eq!(Text::import(vec![good]).unwrap().to_string(), "abc");
}

/// SPEC TXT-11: any single field of the state shows in the export.
#[test]
fn an_export_shows_every_field() {
    let base = || {
        let mut text = of("abc");
        typed(&mut text, B, 1, 1, "x");
        hide(&mut text, 1, A, &[span(A, 1, 1, 1)]);
        text
    };
    let mut exports = vec![base().export()];
    let mut add = |change: &dyn Fn(&mut Text)| {
        let mut text = base();
        change(&mut text);
        exports.push(text.export());
    };
    add(&|text| hide(text, 2, A, &[span(A, 1, 1, 1)]));
    add(&|text| hide(text, 1, B, &[span(A, 1, 1, 1)]));
    add(&|text| show(text, 2, A, &[span(A, 1, 1, 1)]));
    add(&|text| show(text, 1, A, &[span(A, 1, 0, 1)]));
    add(&|text| hide(text, 1, A, &[span(A, 1, 0, 1)]));
    add(&|text| typed(text, B, 2, 2, "y"));
    add(&|text| typed(text, B, 3, 2, "y"));
    add(&|text| typed(text, B, 2, 2, "z"));
    add(&|text| typed(text, B, 2, 3, "y"));
    for (index, export) in exports.iter().enumerate() {
        assert!(!exports[..index].contains(export), "number {index} is like one before");
    }
}

/// A tree as deep as the text is long neither overflows the stack nor takes long to read.
#[test]
fn a_full_text_typed_backwards_is_read_again() {
    let mut runs = Vec::new();
    for counter in 1..=TEXT_CHARS_MAX as u64 {
        let parent = (counter > 1).then(|| name(A, counter - 1, 0));
        let side = if counter > 1 { Side::Left } else { Side::Right };
        let ops = vec![TextOps { count: 1, len: 1 }];
        runs.push(TextRun { id: OpId::new(A, counter), ops, parent, side, text: "x".to_owned(), marks: Vec::new() });
    }
    let mut text = Text::import(runs.clone()).unwrap();
    assert_eq!(text.export(), runs);
    assert_eq!(text.len(), TEXT_CHARS_MAX);
    assert_eq!(text.char_at(0), Some(name(A, TEXT_CHARS_MAX as u64, 0)));
    typed(&mut text, B, 1, 0, "y");
    let all = text.spans(0, usize::MAX);
    hide(&mut text, 1, A, &all);
    assert!(text.is_empty());
}
