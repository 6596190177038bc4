//! Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).

/// A seeded source of random numbers.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next_seed(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to below 1, in steps of 2^-24, which an f32 holds exactly.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next_seed() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// Evenly from 0 to below `end`, which is at least 1.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        (((self.next_seed() >> 32) * u64::from(end)) >> 32) as u32
    }

    /// Close to a normal distribution of mean 0 and deviation 1: the sum of twelve even ones (Irwin-Hall), which
    /// needs no logarithm, and has no tail beyond 6.
    pub(crate) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        // First outputs of SplitMix64 for the seed 1234567, as published with its reference code.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next_seed(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_seed(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn normal_has_the_deviation_it_says() {
        let mut random = Random::new(5);
        let numbers: Vec<f32> = (0..10_000).map(|_| random.normal()).collect();
        let mean = numbers.iter().sum::<f32>() / 10_000.0;
        let square = numbers.iter().map(|number| number * number).sum::<f32>() / 10_000.0;
        assert!(mean.abs() < 0.05 && (square - 1.0).abs() < 0.05, "{mean} {square}");
    }
}
