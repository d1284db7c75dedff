//! `serve`: the workbench, and what is said when it is up.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use dunwell_desk::rules::calendar::Date;
use dunwell_desk::{Desk, keep_book, sign_in};
use dunwell_store::db::Db;
use dunwell_web::{House, Listening};

use crate::cli::{Cli, Serve};
use crate::clock;
use crate::commands::sso;
use crate::output::Failure;
use crate::place::Place;

/// `serve`. Listening beyond loopback is refused without a proxy that speaks TLS: passwords would travel readable.
pub(crate) async fn serve(cli: &Cli, asked: &Serve) -> Result<(), Failure> {
    let place = Place::of(cli)?;
    let db = Db::connect(&place.url, false).await?;
    let book = keep_book::open_book(&db, place.name.as_deref()).await?;
    let listening = Listening { address: asked.listen, behind_proxy: asked.behind_proxy };
    if !listening.is_allowed() {
        let message = format!(
            "{} can be reached from other machines, and passwords would travel readable; listen on 127.0.0.1, or put a \
             proxy that speaks TLS before it and say --behind-proxy",
            asked.listen
        );
        return Err(Failure::usage(message));
    }
    let label = place.label(&book.settings.name);
    let desk = Desk::house(book, clock::now);
    let house = House {
        db: db.clone(),
        book: desk.settings().name.clone(),
        clock: clock::now,
        shown_day: asked.on.day,
        listening,
        worklist: Arc::default(),
        books: Arc::default(),
        provider: sso::provider(&asked.sso, listening)?,
        pages: Arc::default(),
    };
    if let Some(file) = &asked.key_file {
        sign_in::use_key_file(file.clone());
    }
    // A key that is missing keeps nobody out who needs none: it is said here, and to whoever signs in by a code.
    if let Err(stop) = sign_in::seal_again(&desk.book).await {
        Failure::from(stop).report(false);
    }
    let nobody = keep_book::users(&desk).await?.is_empty();
    run(house, |address| {
        println!("Dunwell {} serves {label} at http://{address}", env!("CARGO_PKG_VERSION"));
        if nobody {
            println!("Nobody can sign in yet. Set it up by this link, which works once:");
            println!("  http://{address}{}", dunwell_web::setup_link());
        } else {
            println!("Sign in there, or by a one-time link: dunwell user link NAME");
        }
    })
    .await?;
    db.close().await;
    Ok(())
}

/// Serves the demo book: says its address with a link for each of `users`, who need no password.
pub(crate) async fn serve_demo(desk: &Desk, port: u16, day: Date, users: &[&str]) -> Result<(), Failure> {
    let mut links = Vec::with_capacity(users.len());
    for user in users {
        links.push((*user, sign_in::make_link(desk, user, 12 * 60).await?));
    }
    let house = House {
        db: desk.book.db().clone(),
        book: desk.settings().name.clone(),
        clock: clock::now,
        shown_day: Some(day),
        listening: Listening { address: free_or_spare(port), behind_proxy: false },
        worklist: Arc::default(),
        books: Arc::default(),
        provider: None,
        pages: Arc::default(),
    };
    run(house, |address| {
        println!("The workbench is at http://{address}, showing {day}. Each link signs in once:");
        for (user, token) in &links {
            println!("  {user:<8} http://{address}/sign-in/link/{token}");
        }
        println!("Stop it with Ctrl-C.");
    })
    .await
}

/// This port of loopback, or a spare one where another program has it.
fn free_or_spare(port: u16) -> SocketAddr {
    let wanted = SocketAddr::from(([127, 0, 0, 1], port));
    if TcpListener::bind(wanted).is_ok() { wanted } else { SocketAddr::from(([127, 0, 0, 1], 0)) }
}

async fn run(house: House, ready: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
    let address = house.listening.address;
    dunwell_web::serve(house, ready).await.map_err(|error| Failure::io(address, &error))
}
