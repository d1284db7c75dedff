//! What the server counts of itself: requests by the class of their answer, and how long they took.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

/// Upper ends of the durations that are told apart, in microseconds.
const ENDS: [u64; 10] = [1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Requests by class of status, 1xx to 5xx.
static ANSWERED: [AtomicU64; 5] = [const { AtomicU64::new(0) }; 5];
/// Requests by duration, each counted once in the first that takes it; the last takes what is longer.
static TOOK: [AtomicU64; ENDS.len() + 1] = [const { AtomicU64::new(0) }; ENDS.len() + 1];
/// All durations together, in microseconds.
static MICROSECONDS: AtomicU64 = AtomicU64::new(0);

/// Counts a request once it is answered.
pub(crate) async fn counted(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let class = usize::from(response.status().as_u16() / 100).clamp(1, 5) - 1;
    ANSWERED[class].fetch_add(1, Relaxed);
    let place = ENDS.iter().position(|end| micros <= *end).unwrap_or(ENDS.len());
    TOOK[place].fetch_add(1, Relaxed);
    MICROSECONDS.fetch_add(micros, Relaxed);
    response
}

/// The figures in the text form that Prometheus reads.
pub(crate) fn text() -> String {
    let mut text = String::from(
        "# HELP dunwell_requests_total Requests answered, by class of status.\n# TYPE dunwell_requests_total counter\n",
    );
    for (place, count) in ANSWERED.iter().enumerate() {
        let _ = writeln!(text, "dunwell_requests_total{{class=\"{}xx\"}} {}", place + 1, count.load(Relaxed));
    }
    text.push_str("# HELP dunwell_request_seconds How long requests took.\n# TYPE dunwell_request_seconds histogram\n");
    let mut so_far = 0;
    for (end, count) in ENDS.iter().zip(&TOOK) {
        so_far += count.load(Relaxed);
        let _ = writeln!(text, "dunwell_request_seconds_bucket{{le=\"{}\"}} {so_far}", seconds(*end));
    }
    so_far += TOOK[ENDS.len()].load(Relaxed);
    let _ = writeln!(text, "dunwell_request_seconds_bucket{{le=\"+Inf\"}} {so_far}");
    let _ = writeln!(text, "dunwell_request_seconds_sum {}", seconds(MICROSECONDS.load(Relaxed)));
    let _ = writeln!(text, "dunwell_request_seconds_count {so_far}");
    text
}

fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_in_every_bucket_that_holds_it() {
        TOOK[1].fetch_add(1, Relaxed);
        let text = text();
        let of = |le: &str| {
            let line = text.lines().find(|line| line.contains(&format!("le=\"{le}\""))).expect("a bucket");
            line.rsplit(' ').next().and_then(|count| count.parse::<u64>().ok()).expect("a count")
        };
        assert_eq!(of("0.001000"), 0);
        assert_eq!((of("0.002500"), of("+Inf")), (1, 1));
    }
}
