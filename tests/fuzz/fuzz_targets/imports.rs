//! libFuzzer's way into [`countersign_fuzz::imports`]. Must never hold a check of its own.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::imports(data));
