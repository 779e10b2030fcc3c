//! The portal's connections: how many there may be, and how slow they may get.
//!
//! A connection that neither says what it wants nor takes what it is given is closed, and no address
//! holds all of them. Behind a proxy on this machine every connection is the proxy's, which sees to
//! that itself; only their number is bounded then.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

use super::tls::{Certificate, Line};

/// How many connections are let in, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Connections at once; who comes beyond waits in the system's queue.
    pub(super) in_all: usize,
    /// Of one address that is not this machine's; who comes beyond is turned away.
    pub(super) of_one: usize,
    /// How long a connection may stand without taking anything it was given: for its first request,
    /// between two, and while it is sent an answer.
    pub(super) patience: Duration,
    /// How long it may stand at all: a whole file over a slow line.
    pub(super) life: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            in_all: 1_024,
            of_one: 64,
            patience: Duration::from_secs(30),
            life: Duration::from_secs(900),
        }
    }
}

/// A listener that keeps to its bounds.
#[derive(Debug)]
pub(super) struct BoundedListener {
    listener: TcpListener,
    bounds: Bounds,
    certificate: Option<Certificate>,
    seats: Arc<Semaphore>,
    each: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl BoundedListener {
    pub(super) fn new(
        listener: TcpListener,
        bounds: Bounds,
        certificate: Option<Certificate>,
    ) -> Self {
        Self {
            listener,
            bounds,
            certificate,
            seats: Arc::new(Semaphore::new(bounds.in_all)),
            each: Arc::default(),
        }
    }

    /// A place for one more of this address, if it may have one.
    fn place(&self, address: IpAddr, seat: OwnedSemaphorePermit) -> Option<Place> {
        let address = address.to_canonical();
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let held = each.entry(address).or_default();
        if *held >= self.bounds.of_one && !address.is_loopback() {
            return None;
        }
        *held += 1;
        Some(Place {
            address,
            each: Arc::clone(&self.each),
            _seat: seat,
        })
    }
}

impl Listener for BoundedListener {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            let Ok(seat) = Arc::clone(&self.seats).acquire_owned().await else {
                // Never closed while it listens.
                std::future::pending::<()>().await;
                continue;
            };
            // Tries again, after a moment where the system has no file left.
            let (stream, from) = Listener::accept(&mut self.listener).await;
            if let Some(place) = self.place(from.ip(), seat) {
                let guest = Guest::new(stream, place, self.bounds);
                let line = match &self.certificate {
                    Some(certificate) => certificate.seal(guest),
                    None => Line::Open(Box::new(guest)),
                };
                return (line, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One of the places there are; given back when the connection is over.
#[derive(Debug)]
struct Place {
    address: IpAddr,
    each: Arc<Mutex<HashMap<IpAddr, usize>>>,
    _seat: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = each.get_mut(&self.address) {
            *held -= 1;
            if *held == 0 {
                each.remove(&self.address);
            }
        }
    }
}

/// A connection that is closed once it keeps us waiting.
#[derive(Debug)]
pub(super) struct Guest {
    stream: TcpStream,
    _place: Place,
    patience: Duration,
    ends: Instant,
    waits: Pin<Box<Sleep>>,
}

impl Guest {
    fn new(stream: TcpStream, place: Place, bounds: Bounds) -> Self {
        let now = Instant::now();
        Self {
            stream,
            _place: place,
            patience: bounds.patience,
            ends: now + bounds.life,
            waits: Box::pin(sleep_until(now + bounds.patience)),
        }
    }

    /// It took something: it may have another while.
    fn took(&mut self) {
        let until = (Instant::now() + self.patience).min(self.ends);
        self.waits.as_mut().reset(until);
    }

    /// What to say where there is nothing to read or no room to write.
    fn waiting<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match self.waits.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Guest {
    // What is sent to us byte by byte is no reason to wait longer.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Pending => self.waiting(context),
            read => read,
        }
    }
}

impl AsyncWrite for Guest {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.waiting(context),
            written => {
                self.took();
                written
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, bytes) {
            Poll::Pending => self.waiting(context),
            written => {
                self.took();
                written
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_address_holds_all_the_places() {
        let bounds = Bounds {
            of_one: 3,
            ..Bounds::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bounded = BoundedListener::new(listener, bounds, None);
        let seat = || Arc::clone(&bounded.seats).try_acquire_owned().unwrap();
        let greedy = "192.0.2.1".parse().unwrap();
        let mut held: Vec<_> = (0..10)
            .filter_map(|_| bounded.place(greedy, seat()))
            .collect();
        assert_eq!(held.len(), 3);
        assert!(
            bounded
                .place("192.0.2.2".parse().unwrap(), seat())
                .is_some()
        );
        held.pop();
        assert!(bounded.place(greedy, seat()).is_some(), "one went");
        drop(held);
        assert!(
            bounded.each.lock().unwrap().is_empty(),
            "nobody is remembered"
        );
        assert_eq!(bounded.seats.available_permits(), bounds.in_all);
        let own: Vec<_> = (0..10)
            .map(|_| bounded.place([127, 0, 0, 1].into(), seat()))
            .collect();
        assert!(
            own.iter().all(Option::is_some),
            "a proxy here speaks for many"
        );
    }
}
