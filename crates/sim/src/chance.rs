//! Chance that is the same on every machine: seeded numbers, and the few distributions a book needs.
//!
//! Only additions, multiplications, divisions and square roots are used on floats, which IEEE 754 fixes to the last bit;
//! the machine's own `exp` or `ln` would make other books elsewhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of chance. Streams of one seed are independent of each other: what one account draws moves no other.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream `stream` of `seed`.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from 0 up to but without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// A whole number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = most.saturating_sub(least).saturating_add(1).max(1);
        least + (self.unit() * width as f64) as i64
    }

    /// Whether something happens that happens in `percent` of cases.
    pub(crate) fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// One of a list that is not empty.
    pub(crate) fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.between(0, list.len() as i64 - 1) as usize]
    }

    /// Puts a list in another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.between(0, last as i64) as usize);
        }
    }

    /// A lognormal number with that median; `spread` is the deviation of its logarithm.
    pub(crate) fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        median * exp(self.normal() * spread)
    }

    /// A number of the standard normal distribution, near enough: the sum of twelve uniform ones, never beyond 6.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// The exponential of `x`, for the small numbers met here: halved until small, then its series, then squared back.
fn exp(x: f64) -> f64 {
    const HALVINGS: i32 = 6;
    let small = x / 64.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..12 {
        term *= small / f64::from(n);
        sum += term;
    }
    (0..HALVINGS).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let draw = |seed, stream| Chance::new(seed, stream).between(0, 1 << 30);
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn the_exponential_is_the_exponential() {
        for x in [-6.0, -1.0, 0.0, 0.5, 1.0, 6.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn lognormal_numbers_lie_around_their_median() {
        let mut chance = Chance::new(7, 7);
        let mut numbers: Vec<f64> = (0..2_001).map(|_| chance.lognormal(100.0, 1.0)).collect();
        numbers.sort_by(f64::total_cmp);
        assert!((85.0..118.0).contains(&numbers[1_000]), "{}", numbers[1_000]);
        assert!(numbers[0] > 0.0);
    }
}
