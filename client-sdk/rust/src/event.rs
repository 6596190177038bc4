//! What the client asks of its driver, and what it tells the app.

use std::collections::VecDeque;

use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::FailureCode;

/// What the driver is to do. Requests must be carried out in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Open a connection; answered by [`crate::Client::handle_connected`] or
    /// [`crate::Client::handle_disconnected`].
    Connect,
    /// Drop the connection, or the attempt at one. Nothing more is reported of it.
    Disconnect,
    /// Get a document's snapshot over HTTP; answered by [`crate::Client::handle_snapshot`].
    FetchSnapshot {
        /// Which.
        document: DocumentId,
        /// What opens it; good as long as the connection lives.
        ticket: String,
    },
    /// Look whether the device keeps a document; answered by [`crate::Client::handle_recalled`]. Only
    /// after [`crate::Client::recall_documents`].
    Recall {
        /// Which.
        document: DocumentId,
    },
    /// Keep a change on the device, in the place of one with the same actor and counter.
    Persist {
        /// Who wrote it.
        actor: ActorId,
        /// Its first op's counter.
        first: u64,
        /// The bytes that [`crate::Client::adopt`] takes.
        bytes: Vec<u8>,
    },
    /// Forget changes of the actor with a first counter below this one.
    Forget {
        /// Whose.
        actor: ActorId,
        /// Below this counter.
        below: u64,
    },
    /// Keep the key of an actor beside its changes: the client writes under a new name (SPEC ACT-4).
    Keep {
        /// The actor.
        actor: ActorId,
        /// Its key.
        key: [u8; 16],
    },
    /// Nothing of this actor is left to be sent: its key and changes can go.
    Release(ActorId),
}

/// Whether the server is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Status {
    /// Connected and welcomed.
    Live,
    /// Trying; edits are kept.
    #[default]
    Connecting,
    /// Not reachable for [`crate::OFFLINE_MS`], or the board cannot be had at all; edits are kept.
    Offline,
}

/// Why something did not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeCode {
    /// The server said so.
    Failure(FailureCode),
    /// The server sent what cannot be read; the connection begins anew.
    Protocol,
    /// What the device kept is damaged; what could be read of it is used.
    Storage,
}

/// What the app may want to know. Events of one kind that nobody polled are one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The connection's state is another.
    Status(Status),
    /// So many ops are not acknowledged.
    Unsaved(usize),
    /// Records of a document are other than before.
    Changed {
        /// Which document.
        document: DocumentId,
        /// Which records, each once.
        records: Vec<RecordId>,
        /// Everything may be different; `records` is empty then.
        all: bool,
    },
    /// The list of pages, or an entry of it, is other than before.
    Pages,
    /// What others show of themselves in a document (the cover's is of those who look at no page).
    Presence {
        /// Which.
        document: DocumentId,
    },
    /// Who is on the board is other than before, or what is known of those who wrote on it.
    People,
    /// The meeting is other than before: its session, its participants, the own role, what was said, who
    /// waits.
    Meeting,
    /// The board's call tells something: JSON as [`kakehashi_protocol::call::Tell`] has it.
    Call(String),
    /// Own ops were refused, and taken back.
    Refused {
        /// Why.
        reason: Reason,
        /// How many.
        ops: usize,
    },
    /// Something did not work.
    Notice {
        /// What.
        code: NoticeCode,
        /// In English, for logs.
        detail: String,
    },
    /// A document may no longer be seen; its state is gone.
    Withdrawn(DocumentId),
    /// The board cannot be had, and the client stopped trying.
    Stopped(FailureCode),
    /// A server that was restored from a backup made the client write on under a new name. Names the
    /// app holds of unsaved records still find them.
    Renewed {
        /// The name it had.
        before: ActorId,
        /// The name it has.
        now: ActorId,
    },
}

#[derive(Default, Debug)]
struct Touched {
    records: SortedMap<RecordId, ()>,
    all: bool,
}

/// Events in the making: changes are gathered until they are polled.
#[derive(Default, Debug)]
pub(crate) struct Events {
    queue: VecDeque<Event>,
    /// What the call told.
    tells: VecDeque<String>,
    /// Whether that has a listener of its own, or had one.
    tells_apart: bool,
    touched: SortedMap<DocumentId, Touched>,
    presence: SortedMap<DocumentId, ()>,
    people: bool,
    meeting: bool,
    unsaved: usize,
    status: Status,
}

impl Events {
    pub fn push(&mut self, event: Event) {
        match event {
            Event::Call(tell) => self.tells.push_back(tell),
            event => self.queue.push_back(event),
        }
    }

    pub fn notice(&mut self, code: NoticeCode, detail: impl Into<String>) {
        self.push(Event::Notice { code, detail: detail.into() });
    }

    pub fn touch(&mut self, document: DocumentId, record: RecordId) {
        let touched = self.touched.or_default(document);
        if !touched.all {
            touched.records.insert(record, ());
        }
    }

    pub fn touch_all(&mut self, document: DocumentId) {
        self.touched.insert(document, Touched { records: SortedMap::new(), all: true });
    }

    pub fn forget(&mut self, document: DocumentId) {
        self.touched.remove(&document);
    }

    pub fn presence(&mut self, document: DocumentId) {
        self.presence.insert(document, ());
    }

    pub fn people(&mut self) {
        self.people = true;
    }

    pub fn meeting(&mut self) {
        self.meeting = true;
    }

    /// The next of what the call told; from then on it is no event any more.
    #[cfg(feature = "native")]
    pub fn take_tell(&mut self) -> Option<String> {
        self.tells_apart = true;
        self.tells.pop_front()
    }

    pub fn poll(&mut self, status: Status, unsaved: usize) -> Option<Event> {
        if self.status != status {
            self.status = status;
            return Some(Event::Status(status));
        }
        if let Some(event) = self.queue.pop_front() {
            return Some(event);
        }
        if !self.tells_apart
            && let Some(tell) = self.tells.pop_front()
        {
            return Some(Event::Call(tell));
        }
        if let Some((document, touched)) = self.touched.pop_first() {
            return Some(Event::Changed { document, records: touched.records.keys().copied().collect(), all: touched.all });
        }
        if let Some((document, ())) = self.presence.pop_first() {
            return Some(Event::Presence { document });
        }
        if std::mem::take(&mut self.people) {
            return Some(Event::People);
        }
        if std::mem::take(&mut self.meeting) {
            return Some(Event::Meeting);
        }
        if self.unsaved != unsaved {
            self.unsaved = unsaved;
            return Some(Event::Unsaved(unsaved));
        }
        None
    }
}
