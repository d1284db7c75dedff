//! Signing in by the organisation's own provider: OpenID Connect, authorization code with PKCE.
//!
//! For the workbench. [`Provider::begin`] says where a browser is sent, [`Provider::finish`] turns the code it comes back with
//! into an [`Identity`], after the signature, issuer, audience, expiry and nonce of the ID token were checked. It knows no
//! book, no user and no cookie: who may come in is the desk's to say. Instants are arguments, UTC microseconds.
//! Absent on purpose: discovery of issuers by e-mail, dynamic registration, encrypted tokens, signing out at the provider.

mod http;
mod provider;

pub use provider::{Begun, Identity, Provider, Settings, Trouble};
