//! Seeded random numbers: xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64. For
//! jitter and names of actors; not for anything a stranger must not guess beyond what the seed hides.

#[derive(Clone, Debug)]
pub(crate) struct Rng([u64; 4]);

impl Rng {
    pub fn new(seeds: &[u64]) -> Self {
        let mut state = 0x6b61_6b65_6861_7368;
        let mut rng = Self([0; 4]);
        for seed in seeds {
            state ^= *seed;
            rng.0.iter_mut().for_each(|word| *word ^= splitmix(&mut state));
        }
        if rng.0 == [0; 4] {
            rng.0[0] = 1;
        }
        rng
    }

    pub fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Evenly among 0 to `max`, `max` included; the bias of the remainder is below 2^-32 for what is
    /// asked here.
    pub fn up_to(&mut self, max: u64) -> u64 {
        self.next() % max.saturating_add(1).max(1)
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_its_own_numbers_again() {
        let draw = |seed: u64| {
            (0..50)
                .map({
                    let mut rng = Rng::new(&[seed, 7]);
                    move |_| rng.next()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut rng = Rng::new(&[3]);
        assert!((0..1000).all(|_| rng.up_to(9) <= 9));
        assert!((0..1000).any(|_| rng.up_to(9) == 9));
    }
}
