//! People and programs: who they are, and how they come in.

use std::io::Read;

use dunwell_desk::api_keys;
use dunwell_desk::keep_book::{self, Person};
use dunwell_desk::rules::article::with_article;
use dunwell_desk::rules::rights::Scope;
use dunwell_desk::sign_in;
use dunwell_store::views::json::instant_text;
use serde::Serialize;
use serde_json::json;

use crate::cli::{Cli, Key, KeyScope, On, User};
use crate::clock;
use crate::commands::sso;
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// The most bytes of a password that are read.
const PASSWORD_BYTES: u64 = 4096;

#[derive(Serialize)]
struct People {
    users: Vec<Person>,
}

/// `user add`, `list`, `role`, `link`, `password`, `totp`, `identity`.
pub(crate) async fn user(cli: &Cli, out: Output, action: &User) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let today = On { day: None }.in_book(&desk);
    match action {
        User::Add { name, role } => {
            let person = keep_book::add_user(&desk, name, role, today).await?;
            out.answer(&person, |person| format!("{} is {} now.", person.name, with_article(&person.role)));
        }
        User::Role { name, role } => {
            let person = keep_book::set_role(&desk, name, role, today).await?;
            out.answer(&person, |person| format!("{} is {} now.", person.name, with_article(&person.role)));
        }
        User::List => {
            let users = keep_book::users(&desk).await?;
            let users = users.into_iter().map(|user| Person { name: user.name, role: user.role }).collect();
            out.answer(&People { users }, |people| {
                let rows: Vec<_> = people.users.iter().map(|p| vec![p.name.clone(), p.role.clone()]).collect();
                if rows.is_empty() { "nobody yet".into() } else { table(&rows, &[]) }
            });
        }
        User::Link { name, minutes } => {
            let token = sign_in::make_link(&desk, name, *minutes).await?;
            let path = format!("/sign-in/link/{token}");
            let until = instant_text(clock::now() + i64::from(*minutes) * 60_000_000);
            let view = json!({ "user": name, "path": path, "minutes": minutes, "expires_at": until });
            out.answer(&view, |_| {
                format!("{path}\nGood once, for {minutes} minutes; put it after the workbench's address.")
            });
        }
        User::Password { name } => {
            sign_in::set_password(&desk, name, &password()?).await?;
            out.answer(&json!({ "user": name, "state": "set" }), |_| format!("The password of {name} is set."));
        }
        User::Identity(action) => sso::identity(&desk, out, action).await?,
        User::Totp { name, .. } => {
            let reset = sign_in::reset_totp(&desk, name).await?;
            let state = if reset { "reset" } else { "already_reset" };
            out.answer(&json!({ "user": name, "state": state }), |_| match reset {
                true => format!("{name} has no second factor any more, and is signed out."),
                false => format!("{name} has no second factor."),
            });
        }
    }
    Ok(())
}

/// The first line of standard input.
fn password() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(PASSWORD_BYTES).read_to_string(&mut text);
    read.map_err(|error| Failure::io("standard input", &error))?;
    Ok(text.lines().next().unwrap_or_default().to_string())
}

/// `key add`, `list`, `revoke`.
pub(crate) async fn key(cli: &Cli, out: Output, action: &Key) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    match action {
        Key::Add { label, scopes, days } => {
            let scopes: Vec<Scope> = scopes.iter().map(|scope| scope_of(*scope)).collect();
            let key = api_keys::add_key(&desk, label, &scopes, *days).await?;
            out.answer(&key, |key| {
                let scopes = key.scopes.join(", ");
                format!("{}\nShown once. Good for {scopes} as {} until {}.", key.secret, key.user, key.expires_at)
            });
        }
        Key::List => {
            let keys = api_keys::keys(&desk).await?;
            out.answer(&json!({ "keys": keys }), |_| {
                let rows = keys.iter().map(|key| {
                    let until = match key.revoked_at {
                        Some(at) => format!("revoked {}", instant_text(at)),
                        None => format!("until {}", instant_text(key.expires_at)),
                    };
                    vec![key.id.clone(), key.user.clone(), key.label.clone(), key.scopes.join(","), until]
                });
                let rows: Vec<_> = rows.collect();
                if rows.is_empty() { "no keys yet".into() } else { table(&rows, &[]) }
            });
        }
        Key::Revoke { id } => {
            let revoked = api_keys::revoke_key(&desk, id).await?;
            let state = if revoked { "revoked" } else { "already_revoked" };
            out.answer(&json!({ "key": id, "state": state }), |_| match revoked {
                true => format!("Key {id} opens nothing any more."),
                false => format!("Key {id} was revoked already."),
            });
        }
    }
    Ok(())
}

fn scope_of(scope: KeyScope) -> Scope {
    match scope {
        KeyScope::Read => Scope::Read,
        KeyScope::Work => Scope::Work,
        KeyScope::Import => Scope::Import,
        KeyScope::Admin => Scope::Admin,
    }
}
