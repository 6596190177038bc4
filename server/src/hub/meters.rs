//! What is counted, under the names that `/metrics` shows. Handles are taken once, so that counting
//! is an addition.

use metrics::{Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

/// Handles to all that rooms and connections count.
#[derive(Clone)]
pub struct Meters {
    /// Connections that are open.
    pub connections: Gauge,
    /// Boards in memory.
    pub rooms: Gauge,
    /// Boards read from the log.
    pub rooms_loaded: Counter,
    /// Rooms stopped by a broken invariant.
    pub rooms_broken: Counter,
    /// Rows appended.
    pub rows: Counter,
    /// Bytes of rows appended.
    pub row_bytes: Counter,
    /// Seconds from asking for an append until it is durable.
    pub append_seconds: Histogram,
    /// Appends that failed.
    pub append_failures: Counter,
    /// Checkpoints saved.
    pub checkpoints: Counter,
    /// Ops accepted.
    pub ops_accepted: Counter,
    /// Ops refused.
    pub ops_refused: Counter,
    /// Messages from clients.
    pub messages_in: Counter,
    /// Bytes of them.
    pub bytes_in: Counter,
    /// Messages to clients.
    pub messages_out: Counter,
    /// Bytes of them.
    pub bytes_out: Counter,
    /// Readers that fell behind and had to take a snapshot.
    pub behind: Counter,
    /// Connections closed for reading too slowly.
    pub too_slow: Counter,
    /// Pages in calls.
    pub call_members: Gauge,
    /// Packets of media sent to pages.
    pub call_packets: Counter,
    /// Datagrams that no socket took.
    pub call_lost: Counter,
    /// Allocations of TURN.
    pub turn_allocations: Gauge,
    /// Requests of TURN that were refused.
    pub turn_refused: Counter,
    /// Datagrams that went by TURN.
    pub turn_datagrams: Counter,
    /// Snapshots written; those served from memory are not counted.
    pub snapshots: Counter,
}

impl Default for Meters {
    fn default() -> Self {
        describe_gauge!("kakehashi_connections", "Connections that are open");
        describe_gauge!("kakehashi_rooms", "Boards in memory");
        describe_counter!("kakehashi_rooms_loaded_total", "Boards read from the log");
        describe_counter!("kakehashi_rooms_broken_total", "Rooms stopped by a broken invariant");
        describe_counter!("kakehashi_rows_total", "Rows appended to logs");
        describe_counter!("kakehashi_row_bytes_total", Unit::Bytes, "Bytes of rows appended");
        describe_histogram!("kakehashi_append_seconds", Unit::Seconds, "From asking for an append until it is durable");
        describe_counter!("kakehashi_append_failures_total", "Appends that failed");
        describe_counter!("kakehashi_checkpoints_total", "Checkpoints saved");
        describe_counter!("kakehashi_ops_accepted_total", "Ops accepted");
        describe_counter!("kakehashi_ops_refused_total", "Ops refused");
        describe_counter!("kakehashi_messages_in_total", "Messages from clients");
        describe_counter!("kakehashi_bytes_in_total", Unit::Bytes, "Bytes of messages from clients");
        describe_counter!("kakehashi_messages_out_total", "Messages to clients");
        describe_counter!("kakehashi_bytes_out_total", Unit::Bytes, "Bytes of messages to clients");
        describe_counter!("kakehashi_behind_total", "Readers that fell behind and had to take a snapshot");
        describe_counter!("kakehashi_too_slow_total", "Connections closed for reading too slowly");
        describe_gauge!("kakehashi_call_members", "Pages in calls");
        describe_counter!("kakehashi_call_packets_total", "Packets of media sent to pages");
        describe_counter!("kakehashi_call_lost_total", "Datagrams that no socket took");
        describe_gauge!("kakehashi_turn_allocations", "Allocations of TURN: ways by which pages reach calls through it");
        describe_counter!("kakehashi_turn_refused_total", "Requests of TURN that were refused, but for those without a proof");
        describe_counter!("kakehashi_turn_datagrams_total", "Datagrams that went by TURN, in both directions");
        describe_counter!("kakehashi_snapshots_total", "Snapshots written");
        Self {
            connections: gauge!("kakehashi_connections"),
            rooms: gauge!("kakehashi_rooms"),
            rooms_loaded: counter!("kakehashi_rooms_loaded_total"),
            rooms_broken: counter!("kakehashi_rooms_broken_total"),
            rows: counter!("kakehashi_rows_total"),
            row_bytes: counter!("kakehashi_row_bytes_total"),
            append_seconds: histogram!("kakehashi_append_seconds"),
            append_failures: counter!("kakehashi_append_failures_total"),
            checkpoints: counter!("kakehashi_checkpoints_total"),
            ops_accepted: counter!("kakehashi_ops_accepted_total"),
            ops_refused: counter!("kakehashi_ops_refused_total"),
            messages_in: counter!("kakehashi_messages_in_total"),
            bytes_in: counter!("kakehashi_bytes_in_total"),
            messages_out: counter!("kakehashi_messages_out_total"),
            bytes_out: counter!("kakehashi_bytes_out_total"),
            behind: counter!("kakehashi_behind_total"),
            too_slow: counter!("kakehashi_too_slow_total"),
            call_members: gauge!("kakehashi_call_members"),
            call_packets: counter!("kakehashi_call_packets_total"),
            call_lost: counter!("kakehashi_call_lost_total"),
            turn_allocations: gauge!("kakehashi_turn_allocations"),
            turn_refused: counter!("kakehashi_turn_refused_total"),
            turn_datagrams: counter!("kakehashi_turn_datagrams_total"),
            snapshots: counter!("kakehashi_snapshots_total"),
        }
    }
}
