//! The provider: what it says of itself, and the two halves of a sign-in.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AccessToken, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EmptyAdditionalClaims, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, UserInfoClaims,
};

use crate::http::{Http, is_loopback};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// How long what the provider says of itself is taken as it was.
const KNOWN_FOR: i64 = 60 * MINUTE;
/// How soon it is asked again because a key is missing.
const KEYS_AGAIN: i64 = MINUTE;
/// How long it is not asked again after it could not be asked, so that strangers do not make us knock at it all the time.
const FAILED_FOR: i64 = 10 * SECOND;
/// How far the provider's clock may be from ours.
const CLOCKS_APART: i64 = 5 * MINUTE;
/// How long ago a person may have signed in at the provider: as long as the longest session here.
const LONGEST: i64 = 12 * 60 * MINUTE;
/// The longest subject the standard allows, in bytes (OpenID Connect Core 1.0, section 2).
const SUBJECT_BYTES: usize = 255;

/// Signatures that are taken: those by a key of the provider's own. One by a shared secret, or none, is refused.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// How the provider is reached, and who we are to it.
#[derive(Clone)]
pub struct Settings {
    /// The provider's address, as it writes it itself.
    pub issuer: String,
    /// The name it knows this workbench by.
    pub client_id: String,
    /// The secret it knows this workbench by; `None` where it asks for none.
    pub client_secret: Option<String>,
    /// The address it sends browsers back to.
    pub redirect: String,
    /// What people call it.
    pub name: String,
    /// Ways of signing in (`acr`) of which the provider must have used one; empty where its own rules are enough.
    pub contexts: Vec<String>,
    /// Certificates of authorities that are trusted beside those browsers trust, as PEM.
    pub authorities: Option<Vec<u8>>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Where a browser is sent, and what is kept until it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The address at the provider.
    pub url: String,
    /// What the browser brings back.
    pub state: String,
    /// What the ID token must carry.
    pub nonce: String,
    /// The proof that whoever brings the code is who began (PKCE).
    pub verifier: String,
}

/// Who came, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person's number there, which never changes hands.
    pub subject: String,
    /// Their e-mail address, where the provider says that it verified it.
    pub verified_email: Option<String>,
    /// When they last proved there who they are, UTC microseconds; never later than now, `None` where it is not said.
    pub proven_at: Option<i64>,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The settings make no sense, in these words.
    Settings(String),
    /// The provider cannot be reached, or says what cannot be understood.
    Unreachable(String),
    /// The provider refuses.
    Declined(String),
    /// What it says of the person does not hold.
    Unproven(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(why) => write!(f, "the settings of the sign-in provider: {why}"),
            Self::Unreachable(why) => write!(f, "the sign-in provider cannot be asked: {why}"),
            Self::Declined(why) => write!(f, "the sign-in provider refuses: {why}"),
            Self::Unproven(why) => write!(f, "the sign-in provider's word does not hold: {why}"),
        }
    }
}

impl std::error::Error for Trouble {}

struct Known {
    since: i64,
    metadata: Arc<CoreProviderMetadata>,
}

/// When the provider could not be asked, and why.
struct Failed {
    since: i64,
    why: String,
}

/// A provider of sign-ins. What it says of itself is asked when first needed, and once an hour.
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: Http,
    known: Mutex<Option<Known>>,
    failed: Mutex<Option<Failed>>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl Provider {
    /// A provider by its settings. Refused (`Settings`) when an address is none, or is not https and not on this machine.
    pub fn new(settings: Settings) -> Result<Self, Trouble> {
        let wrong = |what: &str, error: &dyn fmt::Display| Trouble::Settings(format!("{what}: {error}"));
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| wrong("issuer", &error))?;
        let redirect = RedirectUrl::new(settings.redirect.clone()).map_err(|error| wrong("address", &error))?;
        for (what, url) in [("issuer", issuer.url()), ("address of the workbench", redirect.url())] {
            let safe = url.scheme() == "https" || url.scheme() == "http" && url.host_str().is_some_and(is_ours);
            if !safe {
                return Err(Trouble::Settings(format!("{what}: write https, only loopback goes without")));
            }
        }
        if settings.client_id.is_empty() {
            return Err(Trouble::Settings("the client id is missing".into()));
        }
        let http = Http::new(settings.authorities.as_deref()).map_err(|error| wrong("authorities", &error))?;
        Ok(Self { settings, issuer, redirect, http, known: Mutex::new(None), failed: Mutex::new(None) })
    }

    /// The issuer, as the provider writes it.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Begins a sign-in; with `fresh` the provider is told to ask for the password again, whoever is signed in there.
    pub async fn begin(&self, fresh: bool, now: i64) -> Result<Begun, Trouble> {
        let metadata = self.metadata(now, KNOWN_FOR).await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let longest = if fresh { CLOCKS_APART } else { LONGEST };
        let mut asked = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(challenge)
            .set_max_age(Duration::from_micros(longest.unsigned_abs()));
        for context in &self.settings.contexts {
            asked = asked.add_auth_context_value(AuthenticationContextClass::new(context.clone()));
        }
        if fresh {
            asked = asked.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = asked.url();
        Ok(Begun {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges the code a browser came back with, and says who it is. `issuer` is the one the address names (RFC 9207).
    pub async fn finish(
        &self,
        code: &str,
        issuer: Option<&str>,
        nonce: &str,
        verifier: &str,
        now: i64,
    ) -> Result<Identity, Trouble> {
        if issuer.is_some_and(|issuer| issuer != self.settings.issuer) {
            return Err(Trouble::Unproven("the answer comes from another issuer".into()));
        }
        let metadata = self.metadata(now, KNOWN_FOR).await?;
        let client = self.client(&metadata);
        let unready = |_| Trouble::Unreachable("it names no token endpoint".into());
        let answer = client
            .exchange_code(AuthorizationCode::new(code.into()))
            .map_err(unready)?
            .set_redirect_uri(Cow::Borrowed(&self.redirect))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.into()))
            .request_async(&self.http)
            .await
            .map_err(not_exchanged)?;
        let token = answer.extra_fields().id_token().ok_or_else(|| Trouble::Unproven("there is no ID token".into()))?;
        let claims = match self.claims(&client, token, nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // Keys change: they are looked up again, not oftener than once a minute.
                let metadata = self.metadata(now, KEYS_AGAIN).await?;
                self.claims(&self.client(&metadata), token, nonce, now).map_err(unproven)?
            }
            claims => claims.map_err(unproven)?,
        };
        let mut identity = self.identity(&claims, now)?;
        if identity.verified_email.is_none() {
            identity.verified_email = self.asked_for_email(&client, answer.access_token(), &claims).await;
        }
        Ok(identity)
    }

    /// What the provider says of itself, not older than `age`. A failure is remembered for ten seconds.
    async fn metadata(&self, now: i64, age: i64) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        let known = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.as_ref().filter(|known| (0..age).contains(&(now - known.since))).map(|known| known.metadata.clone())
        };
        if let Some(metadata) = known {
            return Ok(metadata);
        }
        let failed = {
            let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.as_ref().filter(|failed| (0..FAILED_FOR).contains(&(now - failed.since))).map(|of| of.why.clone())
        };
        if let Some(why) = failed {
            return Err(Trouble::Unreachable(why));
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = Arc::new(found.map_err(|error| {
            let why = with_cause(&error);
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Failed { since: now, why: why.clone() });
            Trouble::Unreachable(why)
        })?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { since: now, metadata: metadata.clone() });
        Ok(metadata)
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let knows = |method| methods.is_none_or(|methods| methods.contains(&method));
        let in_body = !knows(CoreClientAuthMethod::ClientSecretBasic) && knows(CoreClientAuthMethod::ClientSecretPost);
        CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(self.settings.client_id.clone()), secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    /// The claims of an ID token once its signature, issuer, audience, expiry, age and nonce hold.
    fn claims(
        &self,
        client: &Client,
        token: &CoreIdToken,
        nonce: &str,
        now: i64,
    ) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
        let at = UNIX_EPOCH + Duration::from_micros(now.max(0).unsigned_abs());
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || at.into())
            .set_issue_time_verifier_fn(move |issued| {
                let apart = (now - issued.timestamp_micros()).abs();
                if apart <= CLOCKS_APART {
                    Ok(())
                } else {
                    Err("its clock and ours differ by more than 5 minutes".into())
                }
            });
        token.claims(&verifier, &Nonce::new(nonce.into())).cloned()
    }

    fn identity(&self, claims: &CoreIdTokenClaims, now: i64) -> Result<Identity, Trouble> {
        let unproven = |why: &str| Err(Trouble::Unproven(why.into()));
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.settings.client_id) {
            return unproven("the ID token was made for another client");
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > SUBJECT_BYTES || subject.contains('\0') {
            return unproven("the subject is not one");
        }
        let context = claims.auth_context_ref().map(|context| context.as_str());
        let wanted = &self.settings.contexts;
        if !wanted.is_empty() && !context.is_some_and(|context| wanted.iter().any(|wanted| wanted == context)) {
            return unproven("the sign-in there was not of a kind that is asked for here (acr)");
        }
        let proven_at = claims.auth_time().map(|at| at.timestamp_micros());
        if proven_at.is_some_and(|at| at > now + CLOCKS_APART || at < now - LONGEST - CLOCKS_APART) {
            return unproven("the sign-in there is older than 12 hours");
        }
        let verified = claims.email().filter(|_| claims.email_verified() == Some(true));
        Ok(Identity {
            issuer: self.settings.issuer.clone(),
            subject: subject.into(),
            verified_email: verified.map(|email| email.as_str().to_owned()),
            proven_at: proven_at.map(|at| at.min(now)),
        })
    }

    /// The verified e-mail address, asked where the ID token does not tell it. That it cannot be had is no trouble: who is
    /// linked already comes in without.
    async fn asked_for_email(
        &self,
        client: &Client,
        access: &AccessToken,
        claims: &CoreIdTokenClaims,
    ) -> Option<String> {
        let writable = access.secret().bytes().all(|byte| byte.is_ascii_graphic());
        let subject = claims.subject().clone();
        let request = writable.then(|| client.user_info(access.clone(), Some(subject)))?.ok()?;
        let answer: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim> =
            request.request_async(&self.http).await.ok()?;
        let verified = answer.email_verified() == Some(true);
        answer.email().filter(|_| verified).map(|email| email.as_str().to_owned())
    }
}

fn is_ours(host: &str) -> bool {
    is_loopback(host.trim_matches(['[', ']']))
}

fn unproven(error: ClaimsVerificationError) -> Trouble {
    Trouble::Unproven(with_cause(&error))
}

fn not_exchanged<E>(error: RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>) -> Trouble
where
    E: std::error::Error + 'static,
{
    match error {
        // Its words may be anybody's: the code of the error is enough.
        RequestTokenError::ServerResponse(said) => Trouble::Declined(said.error().to_string()),
        RequestTokenError::Request(error) => Trouble::Unreachable(with_cause(&error)),
        RequestTokenError::Parse(error, _) => Trouble::Unreachable(format!("its answer cannot be read: {error}")),
        RequestTokenError::Other(why) => Trouble::Unreachable(why),
    }
}

/// An error with what caused it, which these libraries keep out of their words.
fn with_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
