//! The command line of signing in by the organisation's own provider.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// How `serve` reaches the provider. The client's secret is never a word of the command line: it is in a file, or in
/// `DUNWELL_SSO_SECRET`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in by the organisation's provider (OpenID Connect)")]
pub(crate) struct Sso {
    /// The provider's address (issuer), as it writes it itself
    #[arg(long = "sso-issuer", env = "DUNWELL_SSO_ISSUER", value_name = "URL", requires = "client")]
    pub(crate) issuer: Option<String>,
    /// The client id the workbench is registered by
    #[arg(long = "sso-client", env = "DUNWELL_SSO_CLIENT", value_name = "ID", requires = "issuer")]
    pub(crate) client: Option<String>,
    /// The file with the client's secret (or DUNWELL_SSO_SECRET; without either the workbench is a public client)
    #[arg(long = "sso-secret-file", env = "DUNWELL_SSO_SECRET_FILE", value_name = "FILE", requires = "issuer")]
    pub(crate) secret_file: Option<PathBuf>,
    /// What the sign-in page calls the provider (default: the host of its address)
    #[arg(long = "sso-name", env = "DUNWELL_SSO_NAME", value_name = "NAME", requires = "issuer")]
    pub(crate) name: Option<String>,
    /// A way of signing in (acr) the provider must have used; may be given several times, one of them is enough
    #[arg(long = "sso-acr", env = "DUNWELL_SSO_ACR", value_name = "ACR", value_delimiter = ' ', requires = "issuer")]
    pub(crate) contexts: Vec<String>,
    /// Certificates (PEM) of an authority of your own that the provider's is signed by
    #[arg(long = "sso-authorities", env = "DUNWELL_SSO_AUTHORITIES", value_name = "FILE", requires = "issuer")]
    pub(crate) authorities: Option<PathBuf>,
    /// The address people open the workbench by; needed behind a proxy (default: the one it listens on)
    #[arg(long = "sso-address", env = "DUNWELL_SSO_ADDRESS", value_name = "URL", requires = "issuer")]
    pub(crate) address: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Identity {
    /// List who is linked, and who is awaited
    List,
    /// Link a person: by their number at the provider, or by the first sign-in with a verified e-mail address
    Link {
        /// Name
        name: String,
        /// The provider's address (issuer), as it writes it itself
        #[arg(long, env = "DUNWELL_SSO_ISSUER", value_name = "URL")]
        issuer: String,
        /// Their number there (sub)
        #[arg(long, value_name = "SUB", required_unless_present = "email", conflicts_with = "email")]
        subject: Option<String>,
        /// The e-mail address of the first sign-in; the provider must say that it verified it
        #[arg(long)]
        email: Option<String>,
    },
    /// Take the link of a person away; their sessions end
    Unlink {
        /// Name
        name: String,
    },
}
