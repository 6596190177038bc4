//! What every target does: it feeds its decoder and looks how much memory that took.

pub use kakehashi_tests::decoders::{feed, memory_max};
pub use libfuzzer_sys::fuzz_target;
pub use peak_alloc::PeakAlloc;

/// A target that feeds the decoder of this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        #[global_allocator]
        static MEMORY: $crate::PeakAlloc = $crate::PeakAlloc;

        $crate::fuzz_target!(|bytes: &[u8]| {
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            $crate::feed($name, bytes);
            let taken = MEMORY.peak_usage().saturating_sub(before);
            assert!(taken <= $crate::memory_max(bytes.len()), "{} bytes take {taken} of memory", bytes.len());
        });
    };
}
