//! A call on a server of its own process, by native clients over real sockets (SPEC CALL-1 to CALL-9):
//! who hears whom, what cuts cost, and what forged datagrams and monstrous asks do.

mod asks;
mod forged;
mod hall;
mod lane;
mod proxy;
mod stranger;
mod tunnel;
mod turn;
mod turn_client;
mod voices;
