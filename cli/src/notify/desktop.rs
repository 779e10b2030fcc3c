//! The screen of this computer: the freedesktop service over D-Bus, Windows' toasts, macOS' centre.

use notify_rust::{Notification, Timeout};

use super::Notice;

/// Shows notices, one at a time.
pub(crate) trait Screen {
    /// Shows a notice.
    ///
    /// # Errors
    /// Why no screen takes it, in the system's words.
    fn show(&mut self, notice: &Notice) -> Result<(), String>;
}

/// The desktop that this process was started from, if it was started from one.
#[derive(Debug, Default)]
pub(crate) struct Desktop {
    /// The one shown last, which the next replaces: they never pile up on a screen.
    last: Option<u32>,
}

impl Screen for Desktop {
    fn show(&mut self, notice: &Notice) -> Result<(), String> {
        let mut shown = Notification::new();
        shown
            .appname("Cap Actif")
            .summary(&notice.summary)
            .body(&notice.body)
            .timeout(Timeout::Default);
        if let Some(last) = self.last {
            shown.id(last);
        }
        let handle = shown.show().map_err(|error| error.to_string())?;
        self.last = number(&handle);
        Ok(())
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn number(handle: &notify_rust::NotificationHandle) -> Option<u32> {
    Some(handle.id())
}

/// The other systems have no such numbers.
#[cfg(any(windows, target_os = "macos"))]
fn number<T>(_handle: &T) -> Option<u32> {
    None
}

/// Whether there is a desktop to show anything on: asks its notification service who it is.
///
/// # Errors
/// Why there is none, in the system's words: no session bus, or nobody there who shows notices.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn reach() -> Result<(), String> {
    let service = notify_rust::get_server_information();
    service.map(drop).map_err(|error| error.to_string())
}

/// Windows and macOS always have one; whether it shows anything is the person's setting.
#[cfg(any(windows, target_os = "macos"))]
pub(crate) fn reach() -> Result<(), String> {
    Ok(())
}
