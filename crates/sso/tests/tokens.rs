//! ID tokens as a provider might make them, right and wrong, against a provider on this machine that hands them out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dunwell_sso::{Identity, Provider, Settings, Trouble};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    Audience, AuthenticationContextClass, ClientId, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, JsonWebKeyId,
    Nonce, PrivateSigningKey, StandardClaims, SubjectIdentifier,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const NOW: i64 = 1_750_000_000 * SECOND;
const SECRET: &str = "a shared secret of the client, long enough";

/// A key of the provider (Ed25519, PKCS #8), made of one byte again and again.
fn key(byte: u8) -> CoreEdDsaPrivateSigningKey {
    let mut bytes = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    bytes.extend([byte; 32]);
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let text = format!("{begin}\n{}\n{end}\n", STANDARD.encode(bytes));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&text, Some(JsonWebKeyId::new("the key".into()))).expect("a key")
}

/// What the provider hands out, and what it was asked for a token with.
#[derive(Default)]
struct Out {
    token: String,
    asked: String,
}

/// A provider on this machine: its address, and what it hands out.
async fn provider() -> (String, Arc<Mutex<Out>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    let out = Arc::new(Mutex::new(Out::default()));
    let (own, kept) = (issuer.clone(), out.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream, &own, &kept).await;
        }
    });
    (issuer, out)
}

async fn answer(mut stream: TcpStream, issuer: &str, out: &Mutex<Out>) {
    let mut asked = Vec::new();
    let mut bytes = [0_u8; 8192];
    loop {
        let read = stream.read(&mut bytes).await.unwrap_or(0);
        asked.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&asked).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0)
        });
        if whole || read == 0 {
            break;
        }
    }
    let asked = String::from_utf8_lossy(&asked).into_owned();
    let body = match asked.split(' ').nth(1) {
        Some("/.well-known/openid-configuration") => json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256"],
        }),
        Some("/keys") => json!(CoreJsonWebKeySet::new(vec![key(1).as_verification_key()])),
        Some("/token") => {
            let mut out = out.lock().expect("a lock");
            out.asked = asked;
            json!({ "access_token": "a", "token_type": "Bearer", "id_token": out.token })
        }
        _ => json!({}),
    };
    let body = body.to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
}

/// An ID token that is right, until something of it is changed.
#[derive(Clone)]
struct Made {
    issuer: String,
    audiences: Vec<&'static str>,
    nonce: String,
    issued: i64,
    expires: i64,
    proven: Option<i64>,
    party: Option<&'static str>,
    context: Option<&'static str>,
    key: u8,
    shared: bool,
}

impl Made {
    fn text(&self) -> String {
        let at = |instant: i64| (UNIX_EPOCH + Duration::from_micros(instant.unsigned_abs())).into();
        let who = StandardClaims::new(SubjectIdentifier::new("42".into()))
            .set_email(Some(EndUserEmail::new("anna@example.com".into())))
            .set_email_verified(Some(true));
        let issuer = IssuerUrl::new(self.issuer.clone()).expect("an address");
        let audiences = self.audiences.iter().map(|audience| Audience::new((*audience).into())).collect();
        let none = EmptyAdditionalClaims {};
        let claims = CoreIdTokenClaims::new(issuer, audiences, at(self.expires), at(self.issued), who, none)
            .set_nonce(Some(Nonce::new(self.nonce.clone())))
            .set_auth_time(self.proven.map(at))
            .set_authorized_party(self.party.map(|party| ClientId::new(party.into())))
            .set_auth_context_ref(self.context.map(|context| AuthenticationContextClass::new(context.into())));
        let token = if self.shared {
            CoreIdToken::new(claims, &CoreHmacKey::new(SECRET), CoreJwsSigningAlgorithm::HmacSha256, None, None)
        } else {
            CoreIdToken::new(claims, &key(self.key), CoreJwsSigningAlgorithm::EdDsa, None, None)
        };
        token.expect("a token").to_string()
    }
}

fn settings(issuer: &str, contexts: &[&str]) -> Settings {
    Settings {
        issuer: issuer.into(),
        client_id: "dunwell".into(),
        client_secret: Some(SECRET.into()),
        redirect: "http://127.0.0.1:8321/sign-in/provider/back".into(),
        name: "Example".into(),
        contexts: contexts.iter().map(|context| (*context).to_owned()).collect(),
        authorities: None,
    }
}

/// A sign-in in which the provider hands out a token that was changed so.
async fn come_in(contexts: &[&str], change: impl FnOnce(&mut Made)) -> Result<Identity, Trouble> {
    let (issuer, out) = provider().await;
    let known = Provider::new(settings(&issuer, contexts)).expect("settings");
    let begun = known.begin(false, NOW).await.expect("it begins");
    let mut made = Made {
        issuer: issuer.clone(),
        audiences: vec!["dunwell"],
        nonce: begun.nonce.clone(),
        issued: NOW,
        expires: NOW + 5 * MINUTE,
        proven: Some(NOW - MINUTE),
        party: None,
        context: None,
        key: 1,
        shared: false,
    };
    change(&mut made);
    out.lock().expect("a lock").token = made.text();
    let came = known.finish("the code", Some(&issuer), &begun.nonce, &begun.verifier, NOW).await;
    let asked = out.lock().expect("a lock").asked.clone();
    assert!(asked.contains("authorization: Basic ") && !asked.contains("client_secret"), "{asked}");
    assert!(asked.contains(&format!("code_verifier={}", begun.verifier)), "{asked}");
    came
}

#[tokio::test]
async fn a_right_token_says_who_came_and_when_they_proved_it() {
    let came = come_in(&[], |_| {}).await.expect("a right token");
    assert_eq!((came.subject.as_str(), came.verified_email.as_deref()), ("42", Some("anna@example.com")));
    assert_eq!(came.proven_at, Some(NOW - MINUTE));
    let came = come_in(&["gold", "silver"], |made| made.context = Some("silver")).await.expect("one is enough");
    assert_eq!(came.subject, "42");
    let came = come_in(&[], |made| made.proven = Some(NOW + 4 * MINUTE)).await.expect("clocks may differ");
    assert_eq!(came.proven_at, Some(NOW), "a proof is never from tomorrow");
}

#[tokio::test]
async fn every_other_token_is_refused() {
    type Change = fn(&mut Made);
    let changes: [(&str, Change); 14] = [
        ("nonce", |made| made.nonce = "another".into()),
        ("expired", |made| (made.issued, made.expires) = (NOW - 5 * MINUTE, NOW)),
        ("issuer", |made| made.issuer = "https://other.example".into()),
        ("audiences", |made| made.audiences = vec!["another"]),
        ("not a trusted audience", |made| made.audiences = vec!["dunwell", "another"]),
        ("another client", |made| made.party = Some("another")),
        ("signature", |made| made.key = 2),
        ("algorithm", |made| made.shared = true),
        ("clock", |made| made.issued = NOW - 6 * MINUTE),
        ("clock", |made| made.issued = NOW + 6 * MINUTE),
        ("older than 12 hours", |made| made.proven = Some(NOW - 13 * 60 * MINUTE)),
        ("older than 12 hours", |made| made.proven = Some(NOW + 6 * MINUTE)),
        ("nonce", |made| made.nonce = String::new()),
        ("expired", |made| made.expires = NOW - MINUTE),
    ];
    for (why, change) in changes {
        match come_in(&[], change).await {
            Err(Trouble::Unproven(said)) => assert!(said.to_lowercase().contains(why), "{why}: {said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    for context in [None, Some("bronze")] {
        let came = come_in(&["gold"], |made| made.context = context).await;
        assert!(matches!(came, Err(Trouble::Unproven(_))), "{came:?}");
    }
}

#[tokio::test]
async fn a_way_there_carries_the_challenge_and_asks_for_a_fresh_proof_where_one_is_wanted() {
    let (issuer, _) = provider().await;
    let known = Provider::new(settings(&issuer, &["gold"])).expect("settings");
    let begun = known.begin(false, NOW).await.expect("it begins");
    for part in
        ["response_type=code", "code_challenge_method=S256", "max_age=43200", "acr_values=gold", "scope=openid+email"]
    {
        assert!(begun.url.contains(part), "{part}: {}", begun.url);
    }
    assert!(!begun.url.contains(&begun.verifier) && !begun.url.contains("prompt="), "{}", begun.url);
    let fresh = known.begin(true, NOW).await.expect("it begins");
    assert!(fresh.url.contains("prompt=login") && fresh.url.contains("max_age=300"), "{}", fresh.url);
    assert!(fresh.state != begun.state && fresh.nonce != begun.nonce, "each is its own");
    let other = known.finish("c", Some("https://other.example"), &begun.nonce, &begun.verifier, NOW).await;
    assert!(matches!(other, Err(Trouble::Unproven(_))), "mixed up: {other:?}");
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_left_alone_for_ten_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    let knocks = Arc::new(AtomicUsize::new(0));
    let counted = knocks.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    let known = Provider::new(settings(&issuer, &[])).expect("settings");
    let asked_at = async |at| {
        assert!(matches!(known.begin(false, at).await, Err(Trouble::Unreachable(_))), "{at}");
        knocks.load(Ordering::SeqCst)
    };
    let first = asked_at(NOW).await;
    assert!(first > 0);
    assert_eq!(asked_at(NOW + 9 * SECOND).await, first, "what it said is remembered");
    assert!(asked_at(NOW + 10 * SECOND).await > first, "then it is asked again");
}

#[tokio::test]
async fn settings_that_would_talk_in_the_clear_are_refused() {
    let mut wrong = settings("http://id.example", &[]);
    assert!(matches!(Provider::new(wrong.clone()), Err(Trouble::Settings(_))));
    wrong.issuer = "https://id.example".into();
    wrong.redirect = "http://desk.example/sign-in/provider/back".into();
    assert!(matches!(Provider::new(wrong.clone()), Err(Trouble::Settings(_))));
    wrong.redirect = "https://desk.example/sign-in/provider/back".into();
    assert!(Provider::new(wrong.clone()).is_ok());
    wrong.authorities = Some(b"-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n".to_vec());
    assert!(matches!(Provider::new(wrong), Err(Trouble::Settings(_))), "a certificate that is none");
    let nobody = Provider::new(settings("http://127.0.0.1:9", &[])).expect("settings");
    assert!(matches!(nobody.begin(false, NOW).await, Err(Trouble::Unreachable(_))));
}
