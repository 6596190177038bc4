//! The hybrid clock: the device's time corrected by the server's, and never behind what was seen
//! (SPEC CLOCK-1).

#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// What is added to the device's time, milliseconds.
    pub offset: i64,
    /// Whether `offset` was measured, or is the zero of a device not yet connected.
    pub measured: bool,
    /// The greatest clock of any op, one's own included.
    last: u64,
    /// The greatest clock of an op that does not change any more: of others, or sent.
    heard: u64,
}

impl Clock {
    /// The first of the clocks that a change written now has.
    pub fn next(&self, now: u64) -> u64 {
        (self.last + 1).max(now.saturating_add_signed(self.offset))
    }

    /// A clock greater than all there are.
    pub const fn ahead(&self) -> u64 {
        self.last + 1
    }

    pub const fn heard(&self) -> u64 {
        self.heard
    }

    /// An own change has clocks up to this one.
    pub fn wrote(&mut self, clock: u64) {
        self.last = self.last.max(clock);
    }

    /// An op of this clock is there to stay.
    pub fn hear(&mut self, clock: u64) {
        self.last = self.last.max(clock);
        self.heard = self.heard.max(clock);
    }

    /// Own changes were shifted: `last` is theirs again.
    pub fn shifted(&mut self, last: u64) {
        self.last = self.heard.max(last);
    }

    /// Takes the server's time at the middle of asking and being answered. Gives by how much the
    /// offset changed.
    pub fn measure(&mut self, asked: u64, answered: u64, server_ms: u64) -> i64 {
        let middle = asked + answered.saturating_sub(asked) / 2;
        let offset = (server_ms as i64).saturating_sub(middle as i64);
        let by = offset.saturating_sub(self.offset);
        self.offset = offset;
        self.measured = true;
        by
    }
}
