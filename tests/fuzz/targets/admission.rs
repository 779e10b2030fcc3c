#![no_main]
//! See `capactif_tests::fuzzing`.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| capactif_tests::fuzzing::fuzz("admission", bytes));
