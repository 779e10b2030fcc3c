//! Every error has words for people in both languages.

use super::*;
use crate::network::{
    AddressError, BindError, CloseCode, CloseReason, ConnectError, DiscoveryWarning, ReceiveError,
    SendError, SilenceCause,
};

fn every_error() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let address: SocketAddr = "192.0.2.1:4433".parse().unwrap();
    let (text, detail, host) = (String::new(), String::new(), String::new());
    let source = std::io::Error::other("x");
    let bind = [
        BindError::NoAddress,
        BindError::PortInUse { address },
        BindError::PortReserved { address },
        BindError::NotOurs { address },
        BindError::NoResources(std::io::ErrorKind::Other.into()),
        BindError::System { address, source },
    ];
    let (expected, actual) = (NodeId([1; 32]), NodeId([2; 32]));
    let connect = [
        ConnectError::NoAddress,
        ConnectError::WrongPeer {
            address,
            expected,
            actual,
        },
        ConnectError::KeyRefused {
            address,
            detail: detail.clone(),
        },
        ConnectError::OtherProtocol { address },
        ConnectError::Busy { address },
        ConnectError::Handshake {
            address,
            detail: detail.clone(),
        },
        ConnectError::Stalled { address },
        ConnectError::NoAnswer {
            addresses: vec![address],
            cause: SilenceCause::Silent,
        },
        ConnectError::NoSocket { address },
        ConnectError::Stopped,
    ];
    let addresses = [
        AddressError::Malformed { text: text.clone() },
        AddressError::UnknownName {
            host: host.clone(),
            detail,
        },
        AddressError::NoNameService { host },
    ];
    let codes = [
        CloseCode::Done,
        CloseCode::KeyRefused,
        CloseCode::Misbehaved,
        CloseCode::Stopping,
        CloseCode::Incompatible,
        CloseCode::Busy,
    ];
    let closes = codes
        .map(|code| CloseReason::Peer {
            code,
            text: text.clone(),
        })
        .into_iter()
        .chain([
            CloseReason::Local,
            CloseReason::Silent,
            CloseReason::Restarted,
        ])
        .chain([CloseReason::Transport(text.clone())]);
    let send = [
        SendError::FrameTooLarge {
            actual: 2,
            limit: 1,
        },
        SendError::Full,
        SendError::Undelivered,
    ];
    let receive = [ReceiveError::Truncated { missing: 1 }];
    let warnings = [
        DiscoveryWarning::Unavailable {
            detail: text.clone(),
        },
        DiscoveryWarning::Crowded { limit: 1 },
    ];
    let mut all: Vec<_> = bind.iter().map(|e| (e.code(), e.args())).collect();
    all.extend(connect.iter().map(|e| (e.code(), e.args())));
    all.extend(addresses.iter().map(|e| (e.code(), e.args())));
    all.extend(closes.map(|e| (e.code(), e.args())));
    all.extend(send.iter().map(|e| (e.code(), e.args())));
    all.extend(receive.iter().map(|e| (e.code(), e.args())));
    all.extend(warnings.iter().map(|e| (e.code(), e.args())));
    all
}

/// The message of `id` with its indented continuation lines.
fn message<'a>(catalogue: &'a str, id: &str) -> Option<&'a str> {
    let start = catalogue.match_indices(id).map(|(at, _)| at).find(|at| {
        let starts_line = *at == 0 || catalogue.as_bytes()[at - 1] == b'\n';
        starts_line && catalogue[at + id.len()..].starts_with(" =")
    })?;
    let rest = &catalogue[start..];
    let end = rest
        .match_indices('\n')
        .map(|(at, _)| at)
        .find(|at| !rest[at + 1..].starts_with([' ', '\n']))
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

#[test]
fn every_error_has_a_text_in_both_languages_that_uses_its_facts_only() {
    let catalogues = [
        ("fr", include_str!("../../../locales/fr/network.ftl")),
        ("en", include_str!("../../../locales/en/network.ftl")),
    ];
    for (code, args) in every_error() {
        for (language, catalogue) in catalogues {
            let text = message(catalogue, &format!("error-{code}"))
                .unwrap_or_else(|| panic!("{language} lacks error-{code}"));
            for used in text.split('$').skip(1) {
                let name: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                assert!(
                    args.iter().any(|(given, _)| *given == name),
                    "{language} error-{code} uses ${name}, which is not given"
                );
            }
        }
    }
}

#[test]
fn the_most_telling_failure_is_reported() {
    let address: SocketAddr = "192.0.2.1:4433".parse().unwrap();
    let other: SocketAddr = "192.0.2.2:4434".parse().unwrap();
    let silent = ConnectError::NoAnswer {
        addresses: vec![address],
        cause: SilenceCause::Silent,
    };
    let closed = ConnectError::NoAnswer {
        addresses: vec![other],
        cause: SilenceCause::PortClosed,
    };
    let both = silent.clone().or(closed);
    assert_eq!(
        both,
        ConnectError::NoAnswer {
            addresses: vec![address, other],
            cause: SilenceCause::PortClosed
        }
    );
    assert_eq!(both.args()[1], ("port", "4433, 4434".to_owned()));
    let busy = ConnectError::Busy { address };
    assert_eq!(silent.clone().or(busy.clone()), busy);
    assert_eq!(busy.clone().or(silent), busy);
}
