//! The thread that has the directory's file. What waits is done in one transaction, so that five
//! hundred people who enter at once cost a few syncs and not five hundred.

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::DirectoryError;

/// Jobs that may wait.
const QUEUE_MAX: usize = 1_024;
/// Jobs of one transaction: bounds how long the first of them waits for its answer.
const TOGETHER_MAX: usize = 256;

/// A job: works on the file, if that can be written, and gives what answers once it is known whether all was.
type Job = Box<dyn FnOnce(Result<&Connection, DirectoryError>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), DirectoryError>)>;

/// Where jobs are handed in.
pub(super) struct Thread {
    jobs: mpsc::Sender<Job>,
}

impl Thread {
    pub(super) fn start(db: Connection) -> Result<Self, DirectoryError> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE_MAX);
        let run = move || {
            while let Some(first) = queue.blocking_recv() {
                let rest = std::iter::from_fn(|| queue.try_recv().ok());
                let together: Vec<Job> = std::iter::once(first).chain(rest.take(TOGETHER_MAX - 1)).collect();
                work(&db, together);
            }
        };
        std::thread::Builder::new().name("directory".to_owned()).spawn(run).map_err(|error| DirectoryError::Storage(error.to_string()))?;
        Ok(Self { jobs })
    }

    /// Does something with the file, all or nothing, durable when it answers.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, DirectoryError> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            let done = db.and_then(|db| alone(db, job));
            Box::new(move |written| {
                // Whoever asked may have gone.
                let _ = answer.send(written.and(done));
            })
        });
        self.jobs.send(job).await.map_err(|_| DirectoryError::Closed)?;
        answered.await.map_err(|_| DirectoryError::Closed)?
    }
}

fn work(db: &Connection, jobs: Vec<Job>) {
    let began = db.execute_batch("BEGIN IMMEDIATE").map_err(DirectoryError::from);
    let answers: Vec<Answer> = jobs.into_iter().map(|job| job(began.clone().map(|()| db))).collect();
    let written = began.and_then(|()| Ok(db.execute_batch("COMMIT")?));
    if written.is_err() && !db.is_autocommit() {
        let _ = db.execute_batch("ROLLBACK");
    }
    for answer in answers {
        answer(written.clone());
    }
}

/// A job that fails leaves nothing of itself behind, and the others as they were.
fn alone<T>(db: &Connection, job: impl FnOnce(&Connection) -> Result<T, DirectoryError>) -> Result<T, DirectoryError> {
    db.execute_batch("SAVEPOINT job")?;
    let done = job(db);
    db.execute_batch(if done.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" })?;
    done
}
