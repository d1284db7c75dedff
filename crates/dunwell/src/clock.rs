//! The one place that reads the machine's clock.

use dunwell_desk::rules::calendar::Date;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The instant, UTC microseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "the clock module is where the clock is read")]
pub(crate) fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Today in an IANA time zone; in UTC when the machine does not know the zone.
#[allow(clippy::disallowed_methods, reason = "the clock module is where the clock is read")]
pub(crate) fn today(zone: &str) -> Date {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Zoned::now().with_time_zone(zone).date()
}

/// Reads an RFC 3339 instant as UTC microseconds.
pub(crate) fn instant(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}
