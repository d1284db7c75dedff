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
mod kept_page;
mod kept_pages;
mod metrics;
mod posted;
mod refill;
mod routes;
mod screens;
mod shown_again;
mod uploads;
mod words;

/// The provider by which people sign in, for who configures it.
pub use dunwell_sso::{Provider, Settings as ProviderSettings};
pub use gate::Access;
pub use house::{House, Listening};
pub use kept_pages::KeptPages;
pub use routes::{CALLBACK, Route, all_routes};
pub use screens::setup::setup_link;

use std::net::SocketAddr;

use dunwell_desk::Desk;
use tokio::net::TcpListener;

/// Serves the workbench until the process is told to end. `ready` is told the address once it listens.
pub async fn serve(house: House, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let listener = TcpListener::bind(house.listening.address).await?;
    ready(listener.local_addr()?);
    tokio::spawn(warmed(house.clone()));
    let app = routes::router(house);
    let ended = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(told_to_end())
        .await;
    uploads::forget_all();
    ended
}

/// Reads the worklist of the day, and what looking for payers needs, before anybody asks for it: on a large book the first look
/// takes seconds. A fault is told to whoever asks next.
async fn warmed(house: House) {
    let Ok(book) = house.open_book().await else { return };
    let desk = Desk::house(book, house.clock);
    let today = house.today(&desk);
    let _ = house.worklist.lock().await.at(&desk, today, |_| None).await;
    let _ = house.books.warm(&desk.book).await;
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
