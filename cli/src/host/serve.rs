//! A running node's API and portal, from their start until the person or the system asks for the end.

use std::path::Path;

use capactif_node::api::server::{ANY_PORT, Server};
use capactif_node::api::{ApiError, token};
use capactif_node::handles;
use capactif_node::home::Home;
use capactif_node::portal::{Certificate, PortalServer, Site};
use tokio::runtime::Builder;

use super::{RunOptions, RunningNode, Started, of_system};

/// Serves the API of `node`, and the portal where asked, until Ctrl-C, the system's request to end or, where asked, the end of
/// standard input; then stops it.
pub(super) fn run(
    home: &Path,
    node: Box<dyn RunningNode>,
    options: &RunOptions,
    started: &mut dyn FnMut(&Started),
) -> Result<(), ApiError> {
    let token = token::renew(&Home::open(home)?.api_token());
    let token = token.map_err(|error| of_system(&error))?;
    handles::some_are_left().map_err(|error| of_system(&error))?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("api")
        .enable_all()
        .build()
        .map_err(|error| of_system(&error))?;
    let served: Result<(), ApiError> = runtime.block_on(async {
        // Listened for before anything is said, so that no request to end is missed.
        let end = request_to_end().map_err(|error| of_system(&error))?;
        let server = Server::start(node.service(), &token, options.api.unwrap_or(ANY_PORT)).await?;
        let portal = match options.portal {
            Some(address) => {
                let mut site = Site::new(options.portal_url.as_deref())?;
                if let Some((certificate, key)) = &options.portal_files {
                    site = site.with_certificate(Certificate::read(certificate, key)?);
                }
                Some(PortalServer::start(node.member()?, site, address).await?)
            }
            None => None,
        };
        node.announce(server.address())?;
        let (id, listen) = (node.id(), node.listen());
        started(&Started {
            node: id,
            listen,
            api: Some(server.address()),
            portal: portal.as_ref().map(PortalServer::url),
        });
        if options.until_input_ends {
            tokio::select! {
                () = end => {}
                () = end_of_input() => {}
            }
        } else {
            end.await;
        }
        if let Some(portal) = portal {
            portal.stop().await;
        }
        server.stop().await;
        Ok(())
    });
    node.stop();
    served
}

/// The end of standard input: whoever started this process let go of it, or is no more.
async fn end_of_input() {
    let (ended, end) = tokio::sync::oneshot::channel();
    // A thread of its own: a read of a terminal or a pipe cannot be called off.
    std::thread::spawn(move || {
        let _what_was_said_does_not_matter =
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _nobody_waits = ended.send(());
    });
    let _the_thread_is_gone_too = end.await;
}

/// Ctrl-C, or the system's request to end; listened for from this call on.
#[cfg(unix)]
pub(crate) fn request_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C, or the closing of the console; listened for from this call on.
#[cfg(windows)]
pub(crate) fn request_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows;
    let mut interrupt = windows::ctrl_c()?;
    let mut close = windows::ctrl_close()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = close.recv() => {}
        }
    })
}
