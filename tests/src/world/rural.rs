//! A slow line.
