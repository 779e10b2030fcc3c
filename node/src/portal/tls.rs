//! The portal's own certificate, and connections that are sealed with it.
//!
//! For whoever has certificate files and no web server before the portal. The handshake is made by
//! the connection's own first reading, so that nobody who begins one and goes silent keeps others
//! waiting; and within the patience of every connection.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

use crate::error::{ApiError, ExitKind};

use super::connections::Guest;

/// A certificate with its chain and its key.
#[derive(Clone)]
pub struct Certificate {
    config: Arc<ServerConfig>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Certificate")
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads PEM files: the certificate followed by its chain, and its private key.
    ///
    /// # Errors
    /// A file cannot be read or is none, or the two do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, ApiError> {
        let unfit = |file: &Path, reason: String| {
            let file = file.display().to_string();
            let text = format!("{file} cannot serve as a certificate or key: {reason}");
            ApiError::new("bad_portal_certificate", ExitKind::Usage, text)
                .with("file", file)
                .with("reason", reason)
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unfit(certificate, error.to_string()))?;
        let secret =
            PrivateKeyDer::from_pem_file(key).map_err(|error| unfit(key, error.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|it| it.with_no_client_auth().with_single_cert(chain, secret));
        let mut config = config.map_err(|error| unfit(certificate, error.to_string()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
        })
    }

    /// A connection, sealed once its first bytes are read.
    pub(super) fn seal(&self, guest: Guest) -> Line {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.config));
        Line::Beginning(Box::new(acceptor.accept(guest)))
    }
}

/// A connection, sealed or not.
pub(super) enum Line {
    /// As it is.
    Open(Box<Guest>),
    /// Keys are being agreed on.
    Beginning(Box<Accept<Guest>>),
    /// Sealed.
    Sealed(Box<TlsStream<Guest>>),
}

impl Line {
    /// Agrees on keys where that is still to be done.
    fn settle(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Self::Beginning(handshake) = self {
            let sealed = ready!(Pin::new(&mut **handshake).poll(context))?;
            *self = Self::Sealed(Box::new(sealed));
        }
        Poll::Ready(Ok(()))
    }

    /// What bytes go through, once they may.
    fn stream(&mut self) -> io::Result<Pin<&mut dyn Stream>> {
        match self {
            Self::Open(guest) => Ok(Pin::new(&mut **guest)),
            Self::Sealed(sealed) => Ok(Pin::new(&mut **sealed)),
            Self::Beginning(_) => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.settle(context))?;
        self.stream()?.poll_read(context, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.settle(context))?;
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.settle(context))?;
        self.stream()?.poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.stream() {
            Ok(stream) => stream.poll_flush(context),
            // Nothing was written yet.
            Err(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.stream() {
            Ok(stream) => stream.poll_shutdown(context),
            Err(_) => Poll::Ready(Ok(())),
        }
    }
}
