//! Papers that lie outside the book: a pattern of addresses by kind of paper, shown as a link at each document.
//!
//! The browser opens the link; the server never fetches it, so that nobody can make it ask an address of theirs.

use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// The most characters of a pattern.
const PATTERN_LENGTH: usize = 500;

/// Where copies of documents lie, by kind of paper: addresses with `{document}` and, where it helps, `{account}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaperLinks {
    /// Of invoice copies, for instance `https://erp.example/invoices/{document}.pdf`; `None` where there is no such place.
    pub invoice_url: Option<String>,
    /// Of proofs of delivery.
    pub pod_url: Option<String>,
}

/// A link to a paper of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperLink {
    /// `invoice` or `pod`.
    pub kind: &'static str,
    /// The address, with everything in it encoded that has a meaning in an address.
    pub url: String,
}

impl PaperLinks {
    /// The patterns as they are kept, blanks cut off and empty ones left out; `None` when there is none. Refused is a
    /// pattern that does not begin with `https://` and a host, names no `{document}`, or has another name in braces.
    pub fn kept(&self) -> Result<Option<String>> {
        let clean = |what: &'static str, pattern: &Option<String>| -> Result<Option<String>> {
            let Some(pattern) = pattern.as_deref().map(str::trim).filter(|pattern| !pattern.is_empty()) else {
                return Ok(None);
            };
            match wrong(pattern) {
                None => Ok(Some(pattern.to_owned())),
                Some(why) => Err(Refusal::BadValue { what, value: pattern.into(), why: why.into() }.into()),
            }
        };
        let clean = Self {
            invoice_url: clean("address of invoices", &self.invoice_url)?,
            pod_url: clean("address of proofs of delivery", &self.pod_url)?,
        };
        Ok((clean != Self::default()).then(|| serde_json::to_string(&clean).expect("patterns are plain text")))
    }

    /// The patterns of a book.
    pub fn of(desk: &Desk) -> Self {
        Self::kept_as(desk.settings().paper_links.as_deref())
    }

    /// The patterns as a book keeps them; none where it keeps none.
    pub fn kept_as(kept: Option<&str>) -> Self {
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    /// The links of a document of the account `account`.
    pub fn links(&self, account: &str, document: &str) -> Vec<PaperLink> {
        let patterns = [("invoice", &self.invoice_url), ("pod", &self.pod_url)];
        let link = |pattern: &String| {
            pattern.replace("{account}", &encoded(account)).replace("{document}", &encoded(document))
        };
        let of =
            |(kind, pattern): (&'static str, &Option<String>)| Some(PaperLink { kind, url: link(pattern.as_ref()?) });
        patterns.into_iter().filter_map(of).collect()
    }
}

/// What is wrong with a pattern.
fn wrong(pattern: &str) -> Option<&'static str> {
    let Some(rest) = pattern.strip_prefix("https://") else { return Some("it begins with https://") };
    let (host, _) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        return Some("after https:// stands the name of a host, without names in braces");
    }
    if pattern.chars().count() > PATTERN_LENGTH {
        return Some("it has at most 500 characters");
    }
    if pattern.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "\"<>\\^`|".contains(sign)) {
        return Some("an address has no blanks or quotes; write them as %20 and %22");
    }
    if !pattern.contains("{document}") {
        return Some("it says where the number of the document stands, as {document}");
    }
    let rest = pattern.replace("{document}", "").replace("{account}", "");
    rest.contains(['{', '}']).then_some("the names in braces are {document} and {account}")
}

/// A text as a part of an address: everything but letters, digits and `-._~` is encoded (RFC 3986).
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::{PaperLinks, wrong};

    #[test]
    fn what_is_put_into_an_address_stays_a_part_of_it() {
        let pattern = "https://erp.example/{account}?doc={document}".to_owned();
        let links = PaperLinks { invoice_url: Some(pattern), pod_url: None };
        let found = links.links("A/B", "INV 1&x=../{account}#");
        assert_eq!(found[0].url, "https://erp.example/A%2FB?doc=INV%201%26x%3D..%2F%7Baccount%7D%23");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn only_addresses_of_a_fixed_host_are_taken() {
        for good in ["https://erp.example/{document}.pdf", "https://erp.example:8443/a?d={document}&a={account}"] {
            assert_eq!(wrong(good), None, "{good}");
        }
        for bad in [
            "http://erp.example/{document}",
            "javascript:alert({document})",
            "https:///{document}",
            "https://{document}.example/x",
            "https://user@erp.example/{document}",
            "https://erp.example/all.pdf",
            "https://erp.example/{document}/{name}",
            "https://erp.example/{document} .pdf",
        ] {
            assert!(wrong(bad).is_some(), "{bad}");
        }
    }
}
