//! A leg that breaks alone. Engines are large, and what a page says reaches deep into them: where one panics, the leg of that page
//! has ended, as if the engine had said so, and nobody else's.

use std::cell::Cell;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::{Layer, Leg, LegError, Output, Transport};
use crate::media::leg::Event;

/// A leg whose panics end it.
pub struct Guarded<L> {
    leg: L,
    /// It has panicked, and is not to be trusted with anything more.
    broken: Cell<bool>,
}

impl<L: Leg> Guarded<L> {
    /// Guards a leg.
    pub const fn new(leg: L) -> Self {
        Self { leg, broken: Cell::new(false) }
    }

    /// Does something with the leg; `None`: it is broken, by this or before.
    fn with<T>(&mut self, act: impl FnOnce(&mut L) -> T) -> Option<T> {
        let leg = &mut self.leg;
        held(&self.broken, || act(leg))
    }

    fn ends<T>(&mut self, act: impl FnOnce(&mut L) -> Result<T, LegError>) -> Result<T, LegError> {
        self.with(act).unwrap_or_else(|| Err(LegError::Ended("its engine is broken".into())))
    }
}

fn held<T>(broken: &Cell<bool>, act: impl FnOnce() -> T) -> Option<T> {
    if broken.get() {
        return None;
    }
    catch_unwind(AssertUnwindSafe(act))
        .map_err(|_| {
            broken.set(true);
            tracing::error!("the engine of a leg is broken, and the leg ends; what was said stands above");
        })
        .ok()
}

impl<L: Leg> Leg for Guarded<L> {
    fn accept(&mut self, offer: &str) -> Result<String, LegError> {
        self.ends(|leg| leg.accept(offer))
    }

    fn ufrag(&mut self) -> String {
        self.with(Leg::ufrag).unwrap_or_default()
    }

    fn knows(&self, now: Instant, transport: Transport, source: SocketAddr, destination: SocketAddr, check: &[u8]) -> bool {
        held(&self.broken, || self.leg.knows(now, transport, source, destination, check)).unwrap_or_default()
    }

    fn receive(
        &mut self,
        now: Instant,
        transport: Transport,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &[u8],
    ) -> Result<(), LegError> {
        self.ends(|leg| leg.receive(now, transport, source, destination, datagram))
    }

    fn elapse(&mut self, now: Instant) -> Result<(), LegError> {
        self.ends(|leg| leg.elapse(now))
    }

    fn poll(&mut self) -> Result<Output, LegError> {
        self.with(Leg::poll).unwrap_or(Ok(Output::Event(Event::Closed)))
    }

    fn send(&mut self, mid: &str, packet: &super::Packet) {
        self.with(|leg| leg.send(mid, packet));
    }

    fn want_picture(&mut self, mid: &str, layer: Layer) {
        self.with(|leg| leg.want_picture(mid, layer));
    }

    fn show(&mut self, message: &[u8]) {
        self.with(|leg| leg.show(message));
    }

    fn aim_for(&mut self, bits: u64) {
        self.with(|leg| leg.aim_for(bits));
    }

    fn feel(&mut self, bits: u64) {
        self.with(|leg| leg.feel(bits));
    }

    fn pad(&mut self, pads: bool) {
        self.with(|leg| leg.pad(pads));
    }

    fn spare_sound(&mut self, spare: bool) {
        self.with(|leg| leg.spare_sound(spare));
    }

    fn close(&mut self) {
        self.with(Leg::close);
    }
}
