//! JSON objects written one after another into a list, so that memory holds one.

use std::io::Write;

use serde_json::Value as Json;

use crate::exchange::error::ExportError;

/// A list being written.
pub(super) struct JsonList<W> {
    out: W,
    is_empty: bool,
}

impl<W: Write> JsonList<W> {
    /// Begins with what stands before the items, the opening bracket included.
    pub(super) fn begin(mut out: W, before: &str) -> Result<Self, ExportError> {
        out.write_all(before.as_bytes())?;
        Ok(Self {
            out,
            is_empty: true,
        })
    }

    pub(super) fn push(&mut self, item: &Json) -> Result<(), ExportError> {
        let comma: &[u8] = if self.is_empty { b"\n" } else { b",\n" };
        self.is_empty = false;
        self.out.write_all(comma)?;
        serde_json::to_writer(&mut self.out, item).map_err(std::io::Error::from)?;
        Ok(())
    }

    /// Ends with what stands after the items, the closing bracket included.
    pub(super) fn end(mut self, after: &str) -> Result<(), ExportError> {
        self.out.write_all(b"\n")?;
        self.out.write_all(after.as_bytes())?;
        self.out.write_all(b"\n")?;
        self.out.flush()?;
        Ok(())
    }
}

/// An object without the members that say nothing.
pub(super) fn filled(object: Json) -> Json {
    match object {
        Json::Object(mut map) => {
            map.retain(|_, value| match value {
                Json::Null => false,
                Json::Array(items) => !items.is_empty(),
                _ => true,
            });
            Json::Object(map)
        }
        other => other,
    }
}
