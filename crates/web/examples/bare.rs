//! The peer of the workbench's benchmark: a bare handler that asks the book one indexed question.
//! `cargo run --release --example bare -- BOOK-URL BOOK-NAME PORT`; answers `GET /` with a user's role.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use dunwell_desk::keep_book::open_book;
use dunwell_store::book::Book;
use dunwell_store::db::Db;

async fn answer(State(book): State<Book>) -> String {
    let role = match book.read().await {
        Ok(mut reading) => reading.user("anna").await,
        Err(fault) => Err(fault),
    };
    role.map_or_else(|fault| fault.to_string(), Option::unwrap_or_default)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, name, port] = &arguments[..] else { return Err("bare BOOK-URL BOOK-NAME PORT".into()) };
    let db = Db::connect(url, false).await?;
    let book = open_book(&db, Some(name)).await?;
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, Router::new().route("/", get(answer)).with_state(book)).await?;
    Ok(())
}
