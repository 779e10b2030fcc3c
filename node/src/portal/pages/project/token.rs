//! The token of the form: when it was shown, and the code that its project will have, signed.
//!
//! No cookie and no third party. It is signed with a key of this process, so a form that was shown
//! before a restart is shown once more with what was typed in it.

use std::fmt;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sync_protocol::time::Timestamp;

use crate::error::ApiError;
use crate::node::clock;
use crate::node::received::Code;

/// Nobody fills in the form sooner.
const LEAST: Duration = Duration::from_secs(4);

/// A form that was open for longer is shown again.
const MOST: Duration = Duration::from_secs(24 * 3600);

/// Signs and reads tokens.
pub(crate) struct Tokens {
    key: [u8; 32],
}

/// What a token says.
pub(super) enum Token {
    /// The form was shown long enough ago.
    Ready(Code),
    /// It was shown a moment ago.
    Early(Code),
    /// It was shown too long ago, or by a process that is no more.
    Stale(Code),
    /// It is none.
    Nothing,
}

impl Token {
    /// The code in the token, whoever made it.
    pub(super) const fn code(&self) -> Option<&Code> {
        match self {
            Self::Ready(code) | Self::Early(code) | Self::Stale(code) => Some(code),
            Self::Nothing => None,
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// Tokens under a key of their own.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(in crate::portal) fn new() -> Result<Self, ApiError> {
        Ok(Self {
            key: clock::random()?,
        })
    }

    /// The token of a form that is shown now, for a code that nobody has yet.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(super) fn draw(&self) -> Result<String, ApiError> {
        Ok(self.of(clock::now(), &Code::draw()?))
    }

    /// The token of a form shown at that time.
    pub(super) fn of(&self, shown: Timestamp, code: &Code) -> String {
        let said = format!("{}.{}", shown.0, code.shown());
        let mac = self.mac(&said).finalize().into_bytes();
        format!("{said}.{}", BASE64URL_NOPAD.encode(&mac))
    }

    /// What a token says at a time.
    pub(super) fn read(&self, token: &str, now: Timestamp) -> Token {
        let mut parts = token.split('.');
        let (Some(shown), Some(code), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Token::Nothing;
        };
        let Some(code) = Code::parse(code) else {
            return Token::Nothing;
        };
        let said = token.rsplit_once('.').map_or("", |(said, _)| said);
        let mac = BASE64URL_NOPAD.decode(mac.as_bytes()).unwrap_or_default();
        let Ok(shown) = shown.parse::<u64>() else {
            return Token::Nothing;
        };
        if self.mac(said).verify_slice(&mac).is_err() {
            return Token::Stale(code);
        }
        match now.0.checked_sub(shown).map(Duration::from_millis) {
            // The clock was set back.
            None => Token::Early(code),
            Some(open) if open < LEAST => Token::Early(code),
            Some(open) if open > MOST => Token::Stale(code),
            Some(_) => Token::Ready(code),
        }
    }

    fn mac(&self, said: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length will do");
        mac.update(said.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_after_a_moment_and_for_a_day_and_under_its_own_key_alone() {
        let (tokens, other) = (Tokens::new().unwrap(), Tokens::new().unwrap());
        let code = Code::draw().unwrap();
        let now = Timestamp(1_795_000_000_000);
        let shown = |ago: u64| tokens.of(Timestamp(now.0 - ago * 1_000), &code);
        let read = |token: &str| tokens.read(token, now);
        assert!(matches!(read(&shown(10)), Token::Ready(it) if it == code));
        assert!(matches!(read(&shown(1)), Token::Early(_)));
        assert!(matches!(read(&shown(25 * 3600)), Token::Stale(_)));
        assert!(matches!(other.read(&shown(10), now), Token::Stale(it) if it == code));
        // Neither the time nor the code can be another.
        let token = shown(1);
        let (_, rest) = token.split_once('.').unwrap();
        assert!(matches!(read(&format!("1000.{rest}")), Token::Stale(_)));
        for none in ["", "a.b", "1.2.3", "é.é.é", "....", &"x".repeat(60_000)] {
            assert!(matches!(read(none), Token::Nothing), "{none:.20}");
        }
    }
}
