//! The mutants: each breaks one promise in one place, and names the suite that must notice.

/// A deliberate defect.
pub struct Mutant {
    /// What one calls it by.
    pub name: &'static str,
    /// The file, under the root.
    pub file: &'static str,
    /// What stands there, once.
    pub find: &'static str,
    /// What the mutant puts in its place.
    pub replace: &'static str,
    /// What `cargo test` is told, to run the suite that must fail.
    pub suite: &'static [&'static str],
}

const SIMULATION: &[&str] = &["-p", "kakehashi-tests", "--test", "simulation"];
const CONVERGENCE: &[&str] = &["-p", "kakehashi-tests", "--test", "convergence"];
const LIMITS: &[&str] = &["-p", "kakehashi-tests", "--test", "limits"];
const SNAPSHOTS: &[&str] = &["-p", "kakehashi-server", "--test", "snapshots"];
const TOGETHER: &[&str] = &["-p", "kakehashi-server", "--test", "together"];
const ABUSE: &[&str] = &["-p", "kakehashi-server", "--test", "abuse", "unseen"];
const BROKEN_ROOM: &[&str] = &["-p", "kakehashi-server", "--test", "broken_room"];
const LOG: &[&str] = &["-p", "kakehashi-server", "--lib", "log::"];
const TURN: &[&str] = &["-p", "kakehashi-server", "--lib", "media::turn::"];
const CALL: &[&str] = &["-p", "kakehashi-tests", "--test", "call", "turn::"];
const UNDO: &[&str] = &["-p", "kakehashi-protocol", "--test", "undo"];
const CONVERGE: &[&str] = &["-p", "kakehashi-protocol", "--test", "converge"];
const LEFTOVERS: &[&str] = &["-p", "kakehashi-client", "--test", "leftovers"];
const VERDICTS: &[&str] = &["-p", "kakehashi-client", "--test", "verdicts"];

/// All of them.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "acknowledge before sync",
        file: "server/src/room/core/batch.rs",
        find: "        self.batch = Some(batch);\n",
        replace: "        for (connection, actor) in &batch.waiters {
            let mut message = Vec::new();
            frame(&mut message, &ServerFrame::Accepted { actor: *actor, next: self.state.actors.next(*actor) });
            self.outputs.push_back(Output::Send { connection: *connection, message: message.into() });
        }
        self.batch = Some(batch);\n",
        suite: SIMULATION,
    },
    Mutant {
        name: "dedupe off",
        file: "server/src/room/actors.rs",
        find: "            Some((_, hash)) if *hash == UNKNOWN_HASH || *hash == hash_change(change) => Offer::Resent,",
        replace: "            Some((_, hash)) if *hash == UNKNOWN_HASH || *hash == hash_change(change) => Offer::New,",
        suite: CONVERGENCE,
    },
    Mutant {
        name: "cursor off by one",
        file: "server/src/room/feed.rs",
        find: "        let skip = (seq.0 - self.start.0) as usize;",
        replace: "        let skip = (seq.0 - self.start.0) as usize + 1;",
        suite: CONVERGENCE,
    },
    Mutant {
        name: "tie broken by arrival",
        file: "protocol/src/record.rs",
        find: "                if stamp <= entry.stamp {",
        replace: "                if stamp.clock < entry.stamp.clock {",
        suite: CONVERGE,
    },
    Mutant {
        name: "rollback not restoring",
        file: "client-sdk/rust/src/replica.rs",
        find: "        self.release(record, |hold| hold.pending = hold.pending.saturating_sub(1));
        self.rebuild(document, record, pending);",
        replace: "        let _ = (document, pending);
        self.release(record, |hold| hold.pending = hold.pending.saturating_sub(0));",
        suite: VERDICTS,
    },
    Mutant {
        name: "audience filter off: parts of documents that are not read",
        file: "server/src/room/reader.rs",
        find: "self.documents.get(document).is_some_and(|position: &Position| position.seq < row.seq)",
        replace: "self.documents.get(document).is_none_or(|position: &Position| position.seq < row.seq)",
        suite: TOGETHER,
    },
    Mutant {
        name: "audience filter off: snapshots for whoever has a ticket",
        file: "server/src/room/core/reading.rs",
        find: "known.ticket == ticket && known.documents.contains(&document)",
        replace: "{ let _ = document; known.ticket == ticket }",
        suite: TOGETHER,
    },
    Mutant {
        name: "audience filter off: whoever is demoted goes on reading",
        file: "server/src/room/core/audience.rs",
        find: "            self.withdraw_unseen(connection);\n",
        replace: "",
        suite: ABUSE,
    },
    Mutant {
        name: "audience filter off: everybody is told who is in what they may not see",
        file: "server/src/room/core/people.rs",
        find: "whereabouts.document = whereabouts.document.filter(|document| self.is_public(*document));",
        replace: "whereabouts.document = whereabouts.document.filter(|document| self.shows(connection, *document));",
        suite: ABUSE,
    },
    Mutant {
        name: "audience filter off: all of a board for whoever is on it",
        file: "server/src/http/files.rs",
        find: "asking.role() < Role::Host && ",
        replace: "asking.role() < Role::Viewer && ",
        suite: ABUSE,
    },
    Mutant {
        name: "refusal not logged",
        file: "server/src/room/core/batch.rs",
        find: "        batch.waiters.insert((connection, actor));\n        batch.row.entries.push(Entry { accepted_ms: now.wall_ms, verdict });",
        replace: "        batch.waiters.insert((connection, actor));\n        if matches!(verdict, Verdict::Accepted(_)) {
            batch.row.entries.push(Entry { accepted_ms: now.wall_ms, verdict });
        }",
        suite: SIMULATION,
    },
    Mutant {
        name: "a snapshot shows what is not on disk",
        file: "server/src/room/core/reading.rs",
        find: "        if self.batch.is_some() || self.reloading {\n            return;",
        replace: "        if self.reloading {\n            return;",
        suite: SNAPSHOTS,
    },
    Mutant {
        name: "the cursor of another log is believed",
        file: "server/src/room/core/reading.rs",
        find: "cursor.filter(|cursor| cursor.log == self.state.log)",
        replace: "cursor",
        suite: SIMULATION,
    },
    Mutant {
        name: "a failed row stays in memory",
        file: "server/src/room/core/batch.rs",
        find: "        self.reloading = true;\n        self.outputs.push_back(Output::Reload);\n",
        replace: "",
        suite: SIMULATION,
    },
    Mutant {
        name: "the other log is judged again",
        file: "server/src/room/core/batch.rs",
        find: "        if entry.verdict.first() != self.state.actors.next(actor) {\n            return 0;",
        replace: "        if entry.verdict.first() > self.state.actors.next(actor) {\n            return 0;",
        suite: CONVERGENCE,
    },
    Mutant {
        name: "a device's clock is believed after it leapt",
        file: "client-sdk/rust/src/client.rs",
        find: "            self.connection.doubt = Some(Doubt::Raised);",
        replace: "            self.connection.doubt = None::<Doubt>;",
        suite: CONVERGENCE,
    },
    Mutant {
        name: "what a closed page left keeps its impossible clocks",
        file: "client-sdk/rust/src/corrections.rs",
        find: "        if !self.clock.measured {\n            return false;",
        replace: "        if self.clock.measured || !self.clock.measured {\n            return false;",
        suite: CONVERGENCE,
    },
    Mutant {
        name: "a forgotten actor goes on",
        file: "client-sdk/rust/src/input.rs",
        find: "        let forgot = standing.next < queue.answered;",
        replace: "        let forgot = false;",
        suite: LEFTOVERS,
    },
    Mutant {
        name: "own bytes stand over what the log has",
        file: "client-sdk/rust/src/replica.rs",
        find: "        let live = matches!(self.reading, Reading::Live);",
        replace: "        let live = false;",
        suite: LEFTOVERS,
    },
    Mutant {
        name: "undo takes back what another wrote",
        file: "protocol/src/undo.rs",
        find: "if unset && record(*document, *id).is_some_and(|r| r.stamp_of(*key) == *stamp) {",
        replace: "if unset && record(*document, *id).is_some_and(|r| r.stamp_of(*key) >= *stamp) {",
        suite: UNDO,
    },
    Mutant {
        name: "a damaged row is believed",
        file: "server/src/log/chain.rs",
        find: "        if self.check.then(seq, body) != check {",
        replace: "        if self.check.then(seq, body) != check && body.is_empty() {",
        suite: LOG,
    },
    Mutant {
        name: "a limit that is off by one",
        file: "protocol/src/board.rs",
        find: "                if have + *made > max {",
        replace: "                if have + *made > max + 1 {",
        suite: LIMITS,
    },
    Mutant {
        name: "a broken room says nothing",
        file: "server/src/room/task/mod.rs",
        find: "        self.recent.note(&command);\n",
        replace: "",
        suite: BROKEN_ROOM,
    },
    Mutant {
        name: "TURN lets its clients hear any peer",
        file: "server/src/media/turn/requests.rs",
        find: "        if !peers.iter().all(ours) {",
        replace: "        if !peers.iter().any(ours) && peers.len() > 1 {",
        suite: TURN,
    },
    Mutant {
        name: "a credential of TURN never ends",
        file: "server/src/media/turn/credential.rs",
        find: "filter(|until| *until > now_s)?;",
        replace: "filter(|until| *until > 0 || now_s > 0)?;",
        suite: TURN,
    },
    Mutant {
        name: "the server's own port knows requests alone",
        file: "server/src/http/listener.rs",
        find: "        Ok(Ok(Some(0..=3))) => tokio::select! {",
        replace: "        Ok(Ok(Some(255))) => tokio::select! {",
        suite: CALL,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo;

    #[test]
    fn each_mutant_finds_its_place_once() {
        for mutant in MUTANTS {
            let text = std::fs::read_to_string(repo::path(mutant.file)).unwrap_or_default();
            assert_eq!(text.matches(mutant.find).count(), 1, "{}", mutant.name);
            assert_ne!(mutant.find, mutant.replace);
        }
    }
}
