//! The workbench: what a collector keeps open all day, and the only crate that knows HTTP.
//!
//! Pages are rendered on the server and work without a script: every link is an address, every act a form. A small module
//! adds the keyboard, the preview beside the worklist and the dialogs. Every address is in one table ([`routes`]) with the
//! act it takes, so that nobody reaches what the table of rights does not give. Screens and API show the views of
//! `dunwell_desk::look` and `dunwell_store::views`, and change the book through the desk's tasks alone.

mod answer;
mod api;
mod assets;
mod caller;
mod export;
mod frame;
mod gate;
mod house;
mod kept;
mod metrics;
mod posted;
mod routes;
mod screens;
mod uploads;
mod words;

pub use gate::Access;
pub use house::{House, Listening};
pub use routes::{Route, all_routes};
pub use screens::setup::setup_link;

use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Serves the workbench until the process is told to end. `ready` is told the address once it listens.
pub async fn serve(house: House, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let listener = TcpListener::bind(house.listening.address).await?;
    ready(listener.local_addr()?);
    let app = routes::router(house);
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(told_to_end())
        .await
}

/// Ends on interrupt, and on the signal that a service manager sends.
pub(crate) async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(_) => return drop(interrupted.await),
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminate.recv() => {}
    }
}
