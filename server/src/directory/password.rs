//! Passwords as argon2id hashes. One takes 19 MiB and some 20 ms of a core (OWASP's first choice, the
//! defaults of the crate), so few are looked at together, off the threads that serve.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::DirectoryError;

/// Passwords that are looked at together: 76 MiB.
const TOGETHER_MAX: usize = 4;
/// Those that wait for it; with 20 ms each nobody waits longer than the patience of a person.
const WAITING_MAX: usize = 256;

/// Hashes and compares.
pub(super) struct Passwords {
    places: Arc<Semaphore>,
    waiting: Semaphore,
    /// Compared where there is no account, so that this takes as long.
    nobody: String,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, DirectoryError> {
        let nobody = hash("nobody signs in with this")?;
        Ok(Self { places: Arc::new(Semaphore::new(TOGETHER_MAX)), waiting: Semaphore::new(WAITING_MAX), nobody })
    }

    /// The hash of a new password.
    pub(super) async fn hash(&self, password: String) -> Result<String, DirectoryError> {
        self.work(move || hash(&password)).await?
    }

    /// Whether a password is that of a hash; without one it takes as long, and is not.
    pub(super) async fn is(&self, password: String, kept: Option<String>) -> Result<bool, DirectoryError> {
        let there = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        let same = self.work(move || {
            let kept = PasswordHash::new(&kept).map_err(|error| DirectoryError::Storage(error.to_string()))?;
            Ok::<_, DirectoryError>(Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
        });
        Ok(same.await?? && there)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, DirectoryError> {
        let _waiting = self.waiting.try_acquire().map_err(|_| DirectoryError::Busy)?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| DirectoryError::Closed)?;
        let work = move || {
            let done = work();
            drop(place);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| DirectoryError::Closed)
    }
}

fn hash(password: &str) -> Result<String, DirectoryError> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| DirectoryError::Storage(error.to_string()))
}
