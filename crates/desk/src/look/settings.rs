//! What a book is set to, as it is shown.

use dunwell_rules::calendar::{Calendar, Date};
use dunwell_store::book::Settings;
use serde::Serialize;
use serde_json::Value;

use crate::paper_links::PaperLinks;
use crate::pays_from::PaysFrom;
use crate::version::version_of;

/// The settings of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsView {
    /// The book's name.
    pub name: String,
    /// Its base currency.
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
    /// The business calendar by name.
    pub calendar: String,
    /// The days of its weekend, `mon` to `sun`.
    pub weekend: Vec<&'static str>,
    /// The holidays that the book adds to the calendar's.
    pub holidays: Vec<Date>,
    /// Upper ends of the aging buckets, in days.
    pub buckets: Vec<i64>,
    /// `rehearsal` or `live`.
    pub mode: &'static str,
    /// Who writes the letters; null where nobody is set.
    pub sender: Value,
    /// Where copies of documents lie outside the book.
    pub papers: PaperLinks,
    /// The bank accounts that the book pays from.
    pub pays_from: PaysFrom,
    /// What a change must name, so that it is not recorded over somebody else's.
    pub version: String,
}

impl SettingsView {
    /// The settings as they are shown.
    pub fn of(settings: &Settings) -> Self {
        let calendar = Calendar::read(&settings.calendar).unwrap_or_else(Calendar::every_day);
        let json = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let view = Self {
            name: settings.name.clone(),
            currency: settings.currency.code().to_owned(),
            time_zone: settings.time_zone.clone(),
            calendar: calendar.name().to_owned(),
            weekend: calendar.weekend(),
            holidays: calendar.added_holidays().to_vec(),
            buckets: settings.buckets.clone(),
            mode: settings.mode.code(),
            sender: json(&settings.sender).unwrap_or_default(),
            papers: PaperLinks::kept_as(settings.paper_links.as_deref()),
            pays_from: PaysFrom::kept_as(settings.pays_from.as_deref()),
            version: String::new(),
        };
        Self { version: version_of(&view), ..view }
    }
}
