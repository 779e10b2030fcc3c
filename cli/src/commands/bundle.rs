//! Journals in a file, for a USB stick or an e-mail.

pub(crate) mod read;
pub(crate) mod write;
