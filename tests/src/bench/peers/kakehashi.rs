//! Our own server's language: a lesson on one page.

use std::sync::Arc;

use kakehashi_handwriting::Stroke;
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::wire::frame::{ClientFrame, message};

use super::super::Error;
use super::super::board::{
    Pen, acknowledged, first_page, hello, join, new_actor, new_board, points, socket_path, strokes_with_pressure, walk,
};
use super::super::socket::Socket;
use super::{Dialect, Mark, Reads, Writes};

/// Points of a stroke, as the lesson has them.
const STROKE_POINTS: usize = 120;
/// Points of an update.
const UPDATE_POINTS: usize = 2;
/// Writers there may be at most.
const WRITERS_MAX: usize = 64;

/// A board with one page.
pub struct Kakehashi {
    board: BoardId,
    page: DocumentId,
    writers: Arc<Vec<ActorId>>,
    /// Strokes after which a writer moves the last one instead of writing another.
    strokes_max: usize,
}

impl Kakehashi {
    /// Has a server make a board.
    ///
    /// # Errors
    /// The server does not answer as it should.
    pub fn new(address: &str) -> Result<Self, Error> {
        let board = new_board(address)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let page = runtime.block_on(first_page(address, board))?;
        Ok(Self::on(board, page))
    }

    /// On a page that is there.
    #[must_use]
    pub fn on(board: BoardId, page: DocumentId) -> Self {
        Self { board, page, writers: Arc::new((0..WRITERS_MAX).map(|_| new_actor()).collect()), strokes_max: usize::MAX }
    }

    /// The same, but these write.
    #[must_use]
    pub fn with_writers(self, writers: Vec<ActorId>) -> Self {
        Self { writers: Arc::new(writers), ..self }
    }

    /// The same, but each writer moves its last stroke once it has written so many.
    #[must_use]
    pub fn with_strokes_max(self, strokes_max: usize) -> Self {
        Self { strokes_max, ..self }
    }

    /// One more connection that reads the page.
    ///
    /// # Errors
    /// The server does not let it in.
    pub fn join(&self, address: &str) -> Result<Socket, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(join(address, self.board, new_actor(), &[DocumentId::COVER, self.page]))?.0)
    }
}

impl Dialect for Kakehashi {
    fn path(&self) -> String {
        socket_path(self.board)
    }

    fn hello(&self, writer: Option<usize>) -> Vec<Vec<u8>> {
        let actor = writer.map_or_else(new_actor, |writer| self.writers[writer]);
        vec![hello(actor, &[DocumentId::COVER, self.page])]
    }

    fn welcomes(&self, message: &[u8]) -> bool {
        // 0 is a welcome; the answers to the subscriptions stand in the same message.
        message.first() == Some(&0)
    }

    fn writer(&self, writer: usize) -> Result<Box<dyn Writes>, Error> {
        let actor = self.writers[writer];
        let strokes = strokes_with_pressure(writer as u64 + 1, 32, STROKE_POINTS);
        Ok(Box::new(Writer {
            actor,
            pen: Pen::new(actor, self.page),
            strokes,
            strokes_max: self.strokes_max,
            written: 0,
            ends: Vec::new(),
            current: Vec::new(),
        }))
    }

    fn viewer(&self) -> Box<dyn Reads> {
        Box::new(Viewer { writers: Arc::clone(&self.writers), numbers: Vec::new() })
    }
}

struct Writer {
    actor: ActorId,
    pen: Pen,
    strokes: Vec<Stroke>,
    strokes_max: usize,
    written: usize,
    /// The counter after each update.
    ends: Vec<u64>,
    current: Vec<Point>,
}

impl Writes for Writer {
    fn update(&mut self) -> Result<Vec<u8>, Error> {
        let at = self.written % STROKE_POINTS;
        if at == 0 {
            self.current = points(&self.strokes[self.written / STROKE_POINTS % self.strokes.len()]);
        }
        let change = if self.written / STROKE_POINTS < self.strokes_max {
            self.pen.write(&self.current[at..at + UPDATE_POINTS], at == 0)?
        } else {
            self.pen.drag(at as i64, at as i64)
        };
        self.written += UPDATE_POINTS;
        self.ends.push(self.pen.next());
        Ok(message(&ClientFrame::Change(change.to_bytes())))
    }

    fn acknowledged(&mut self, message: &[u8]) -> Option<u32> {
        let next = acknowledged(message, self.actor)?;
        Some(self.ends.partition_point(|end| *end <= next) as u32)
    }
}

struct Viewer {
    writers: Arc<Vec<ActorId>>,
    /// The log's number of a writer, the writer, and how many of its updates have come.
    numbers: Vec<(u64, usize, u32)>,
}

impl Reads for Viewer {
    fn read(&mut self, message: &[u8], each: &mut dyn FnMut(Mark)) {
        let numbers = std::cell::RefCell::new(&mut self.numbers);
        let introduced = |number, actor| {
            if let Some(writer) = self.writers.iter().position(|writer| *writer == actor) {
                numbers.borrow_mut().push((number, writer, 0));
            }
        };
        walk(message, introduced, |author| {
            if let Some((_, writer, count)) = numbers.borrow_mut().iter_mut().find(|(number, _, _)| *number == author) {
                each((*writer, *count));
                *count += 1;
            }
        });
    }
}
