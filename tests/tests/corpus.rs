//! What fuzzing found worth keeping (`fuzz/corpus`), fed to every decoder again: no panic, and no memory beyond its limit.

use std::fs;
use std::path::Path;

use kakehashi_tests::decoders::{DECODERS, memory_max};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[test]
fn every_decoder_bears_what_was_found() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut total = 0;
    for (name, decoder) in DECODERS {
        let mut inputs = 0;
        for entry in fs::read_dir(corpus.join(name)).unwrap_or_else(|error| panic!("the corpus of {name}: {error}")) {
            let path = entry.expect("an entry of the corpus").path();
            let bytes = fs::read(&path).expect("an input");
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let fed = std::panic::catch_unwind(|| decoder(&bytes));
            assert!(fed.is_ok(), "{name} panics at {}", path.display());
            let taken = MEMORY.peak_usage().saturating_sub(before);
            assert!(taken <= memory_max(bytes.len()), "{name}: {} takes {taken} bytes of memory", path.display());
            inputs += 1;
        }
        assert!(inputs > 0, "{name} has no corpus");
        total += inputs;
    }
    println!("covered: corpus, {} decoders, {total} inputs", DECODERS.len());
    let targets = fs::read_dir(corpus.join("../fuzz_targets")).expect("the targets").count();
    assert_eq!(targets, DECODERS.len(), "each decoder has a target");
}
