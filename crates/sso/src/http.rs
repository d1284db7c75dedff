//! A client for the few requests to a provider: one connection each, no redirect followed, size and time bounded.
//!
//! Absent on purpose: proxies, cookies, compression, HTTP/2, kept connections. What a provider answers is small.

use std::io::{Error, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::rt::{Read, Write};
use hyper::{Response, Uri};
use hyper_util::rt::TokioIo;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The most bytes of an answer.
const MOST_BYTES: usize = 512 * 1024;
/// How long an answer may take, from the first look-up of the name to the last byte.
const LONGEST: Duration = Duration::from_secs(10);

/// The client, with the authorities it trusts.
#[derive(Clone)]
pub(crate) struct Http {
    tls: TlsConnector,
}

impl Http {
    /// A client that trusts the authorities browsers trust, and those of `more` (PEM) beside them.
    pub(crate) fn new(more: Option<&[u8]>) -> Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in more.into_iter().flat_map(CertificateDer::pem_slice_iter) {
            roots.add(certificate.map_err(Error::other)?).map_err(Error::other)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    async fn in_time(&self, request: HttpRequest) -> Result<HttpResponse> {
        let late = |_| Error::other("no answer within 10 seconds");
        tokio::time::timeout(LONGEST, self.exchange(request)).await.map_err(late)?
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse> {
        let uri = request.uri().clone();
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") if is_loopback(&host) => true,
            _ => return Err(Error::other("only https is spoken beyond this machine")),
        };
        let port = uri.port_u16().unwrap_or(if plain { 80 } else { 443 });
        let stream = TcpStream::connect((host.as_str(), port)).await?;
        if plain {
            return over(TokioIo::new(stream), request, &uri).await;
        }
        let name = ServerName::try_from(host).map_err(Error::other)?;
        over(TokioIo::new(self.tls.connect(name, stream).await?), request, &uri).await
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse>> + Send + 'c>>;

    /// Sends a request and reads its answer, whatever its status. Anything but https is refused, but for loopback.
    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.in_time(request))
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

async fn over<S>(stream: S, mut request: HttpRequest, uri: &Uri) -> Result<HttpResponse>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    request.headers_mut().insert(HOST, HeaderValue::from_str(authority).map_err(Error::other)?);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(Error::other)?;
    let (mut sender, connection) = http1::handshake(stream).await.map_err(Error::other)?;
    // It ends with the sender, and so with the time allowed.
    tokio::spawn(connection);
    let request = request.map(|body| Full::new(Bytes::from(body)));
    let (parts, body) = sender.send_request(request).await.map_err(Error::other)?.into_parts();
    let body = Limited::new(body, MOST_BYTES).collect().await.map_err(Error::other)?.to_bytes();
    Ok(Response::from_parts(parts, body.to_vec()))
}

#[cfg(test)]
mod tests {
    use hyper::Request;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers one request with these bytes, whatever it is asked.
    async fn answering(bytes: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a request");
            let _ = stream.read(&mut [0_u8; 4096]).await;
            let _ = stream.write_all(&bytes).await;
        });
        format!("http://{address}/somewhere?x=1")
    }

    async fn ask(url: &str) -> Result<Response<Vec<u8>>> {
        let request = Request::get(url).body(Vec::new()).expect("a request");
        Http::new(None).expect("a client").call(request).await
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let url =
            answering(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".into()).await;
        assert_eq!(ask(&url).await.expect("an answer").status(), 302);
    }

    #[tokio::test]
    async fn an_answer_that_is_too_long_is_refused_by_its_size() {
        for length in [MOST_BYTES, MOST_BYTES + 1] {
            let mut bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").into_bytes();
            bytes.resize(bytes.len() + length, b'x');
            let url = answering(bytes).await;
            assert_eq!(ask(&url).await.is_ok(), length == MOST_BYTES, "{length}");
        }
    }

    #[tokio::test]
    async fn plain_http_is_spoken_on_this_machine_alone() {
        let refused = ask("http://provider.example/").await.expect_err("refused").to_string();
        assert!(refused.contains("only https"), "{refused}");
        for (host, is_ours) in [("127.0.0.1", true), ("::1", true), ("localhost", true), ("127.0.0.1.example", false)] {
            assert_eq!(is_loopback(host), is_ours, "{host}");
        }
    }
}
