//! The socket: listening, the sweep beside it, and a shutdown that finishes what was accepted.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, sync::watch};

use crate::{App, StartError, sweep, webhook};

/// Listens on the address.
///
/// # Errors
/// [`StartError::Listen`] when nobody can listen there.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, error })
}

/// Serves the app on a listener until `stop` resolves; then it answers the requests that it has accepted, waiting as
/// long as the settings allow, and closes the store.
///
/// # Errors
/// Fails when the listener or the last writes do.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let grace = Duration::from_millis(app.parts().limits.shutdown_grace_ms);
    let sweeper = tokio::spawn(sweep_now_and_then(app.clone(), stopped.clone()));
    let courier = tokio::spawn(webhook::deliver_all_the_time(app.clone(), stopped.clone()));
    let ending = app.clone();
    let until_stop = async move {
        stop.await;
        // Streams would keep their connections open to the end of their tokens.
        ending.parts().hub.close();
        stopping.send_replace(true);
    };
    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(until_stop);
    let mut stopped = stopped;
    let out_of_patience = async move {
        // An error means that the sender is gone, which is after the server ended.
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(grace).await;
    };
    let served = tokio::select! {
        served = async { server.await } => served,
        () = out_of_patience => Ok(()),
    };
    // The sweeper holds no transaction between two writes.
    sweeper.abort();
    // What was on its way is sent once more after the next start.
    courier.abort();
    app.shutdown().await.map_err(io::Error::other)?;
    served
}

async fn sweep_now_and_then(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        match sweep::sweep(&app, app.now()).await {
            Ok(swept) if swept != sweep::Swept::default() => {
                let sweep::Swept { members, gifts, nudges, forgotten } = swept;
                tracing::info!(members, gifts, nudges, forgotten, "swept");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the sweep stopped early"),
        }
        tokio::select! {
            () = tokio::time::sleep(app.until_next_sweep()) => {}
            _ = stopped.changed() => return,
        }
    }
}
