//! Signing in by the organisation's own provider: how `serve` reaches it, and `user identity`.

use std::path::Path;
use std::sync::Arc;

use dunwell_desk::{Desk, sign_in};
use dunwell_store::access::identity::IdentityView;
use dunwell_store::views::json::instant_text;
use dunwell_web::{CALLBACK, Listening, Provider, ProviderSettings};
use serde::Serialize;
use serde_json::json;

use crate::cli::sso::{Identity, Sso};
use crate::output::{Failure, Output, table};

/// The environment's word for the client's secret.
const SECRET: &str = "DUNWELL_SSO_SECRET";
/// The most bytes of a file with a secret or with certificates.
const MOST_BYTES: u64 = 256 * 1024;

/// The provider that `serve` was told of, if it was told of one. It is asked when somebody signs in, not now.
pub(crate) fn provider(asked: &Sso, listening: Listening) -> Result<Option<Arc<Provider>>, Failure> {
    let (Some(issuer), Some(client)) = (&asked.issuer, &asked.client) else { return Ok(None) };
    let address = match &asked.address {
        Some(address) => address.trim_end_matches('/').to_owned(),
        None if listening.behind_proxy => {
            return Err(Failure::usage("say --sso-address: behind a proxy only you know what people open"));
        }
        None if listening.address.port() == 0 => {
            return Err(Failure::usage("name a port, or say --sso-address: the provider sends people back to it"));
        }
        None => format!("http://{}", listening.address),
    };
    let host = issuer.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or(issuer);
    let settings = ProviderSettings {
        issuer: issuer.clone(),
        client_id: client.clone(),
        client_secret: secret(asked.secret_file.as_deref())?,
        redirect: format!("{address}{CALLBACK}"),
        name: asked.name.clone().unwrap_or_else(|| host.to_owned()),
        contexts: asked.contexts.clone(),
        authorities: asked.authorities.as_deref().map(read).transpose()?,
    };
    let provider = Provider::new(settings).map_err(|trouble| Failure::usage(trouble.to_string()))?;
    Ok(Some(Arc::new(provider)))
}

fn secret(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let text = match file {
        Some(path) => {
            let unreadable = |_| Failure::usage(format!("{}: a secret is text", path.display()));
            Some(String::from_utf8(read(path)?).map_err(unreadable)?)
        }
        None => std::env::var(SECRET).ok(),
    };
    let text = text.map(|text| text.trim().to_owned());
    match text {
        Some(text) if text.is_empty() => Err(Failure::usage("the client's secret is empty")),
        text => Ok(text),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::io(path.display(), &error);
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > MOST_BYTES {
        return Err(Failure::usage(format!("{} is larger than {MOST_BYTES} bytes", path.display())));
    }
    std::fs::read(path).map_err(failed)
}

#[derive(Serialize)]
struct Identities {
    identities: Vec<IdentityView>,
}

/// `user identity list`, `link`, `unlink`.
pub(crate) async fn identity(desk: &Desk, out: Output, action: &Identity) -> Result<(), Failure> {
    match action {
        Identity::List => {
            let identities = sign_in::identities(desk).await?;
            out.answer(&Identities { identities }, |view| {
                let rows: Vec<_> = view.identities.iter().map(row).collect();
                if rows.is_empty() { "nobody is linked yet".into() } else { table(&rows, &[]) }
            });
        }
        Identity::Link { name, issuer, subject: Some(subject), .. } => {
            sign_in::link_identity(desk, name, issuer, subject).await?;
            let view = json!({ "user": name, "issuer": issuer, "subject": subject, "state": "linked" });
            out.answer(&view, |_| format!("{name} signs in by {issuer} from now on."));
        }
        Identity::Link { name, issuer, subject: None, email } => {
            let email = email.as_deref().unwrap_or_default();
            let email = sign_in::await_identity(desk, name, issuer, email).await?;
            let view = json!({ "user": name, "issuer": issuer, "awaited_email": email, "state": "awaited" });
            out.answer(&view, |_| format!("The first sign-in at {issuer} as {email}, verified there, links {name}."));
        }
        Identity::Unlink { name } => {
            let unlinked = sign_in::unlink_identity(desk, name).await?;
            let state = if unlinked { "unlinked" } else { "already_unlinked" };
            out.answer(&json!({ "user": name, "state": state }), |_| match unlinked {
                true => format!("{name} is linked to nobody any more, and is signed out."),
                false => format!("{name} was linked to nobody."),
            });
        }
    }
    Ok(())
}

fn row(identity: &IdentityView) -> Vec<String> {
    let who = match (&identity.subject, &identity.awaited_email) {
        (Some(subject), _) => format!("linked to {subject}"),
        (None, Some(email)) => format!("awaited as {email}"),
        (None, None) => String::new(),
    };
    let since = format!("since {}", instant_text(identity.changed_at));
    vec![identity.user.clone(), identity.issuer.clone(), who, since]
}
