//! The directory of people, and the key of credentials: without it an account would be somebody else on
//! each board, for its participants are named by that key.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{BackupError, failed};
use crate::directory::{DIRECTORY, DirectoryError, ENTRY_KEY};
use crate::disk::{self, Access};

/// Copies both, as they are at one moment; backups of servers without them have none.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let (source, target) = (from.join(DIRECTORY), to.join(DIRECTORY));
    if !source.is_file() {
        return Ok(());
    }
    copy_database(&source, &target)?;
    let (source, target) = (from.join(ENTRY_KEY), to.join(ENTRY_KEY));
    let key = fs::read(&source).map_err(failed(&source))?;
    disk::write_whole(&target, &target.with_extension("new"), Access::OwnerOnly, &key).map_err(failed(&target))
}

fn copy_database(source: &Path, target: &Path) -> Result<(), BackupError> {
    // SQLite takes an empty file for a new one, and its access with it.
    disk::write_whole(target, &target.with_extension("new"), Access::OwnerOnly, &[]).map_err(failed(target))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(source, flags).map_err(DirectoryError::from)?;
    db.execute("VACUUM INTO ?1", [target.to_string_lossy()]).map_err(DirectoryError::from)?;
    File::open(target).and_then(|file| file.sync_all()).map_err(failed(target))
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::BoardId;
    use p256::ecdsa::signature::Signer;
    use p256::ecdsa::{Signature, SigningKey};

    use super::*;
    use crate::directory::Directory;
    use crate::directory::accounts::NewAccount;
    use crate::directory::device_key::{DeviceKey, SIGNED_FIRST};
    use crate::directory::pairing::Waiting;
    use crate::directory::panels::Place;
    use crate::directory::token::hex;

    const NOW: u64 = 1_800_000_000_000;
    const BOARD: BoardId = BoardId([1; 16]);

    #[tokio::test]
    async fn who_had_an_account_has_it_again_and_is_the_same_on_every_board() {
        let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        // While the server has them open.
        let running = Directory::open(from.path()).unwrap();
        let new = NewAccount { login: "ada".into(), name: "Ada".into(), password: "correct horse".into() };
        let ada = running.set_up(&running.setup_secret().unwrap(), new, NOW).await.unwrap().account;
        running.own(BOARD, &ada).await.unwrap();
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let device: DeviceKey = hex(key.verifying_key().to_encoded_point(false).as_bytes()).parse().unwrap();
        let waiting =
            Waiting { key: device, browser: "browser".into(), version: "1".into(), asked_ms: NOW, address: [192, 0, 2, 1].into() };
        let (code, _) = running.ask_pairing(waiting).await.unwrap();
        let place = Place { name: "Panel".into(), site: "School".into(), room: "1".into() };
        let panel = running.approve_panel(&ada, code, place, NOW).await.unwrap();
        copy(from.path(), to.path()).unwrap();
        let restored = Directory::open(to.path()).unwrap();
        assert_eq!(restored.setup_secret(), None, "it has its administrator");
        let again = restored.sign_in("ada", "correct horse".into(), None, NOW).await.unwrap().account;
        assert_eq!(again, ada);
        assert_eq!(restored.door(BOARD).await.unwrap().owner, Some(ada.account));
        // The panel goes on with its key, and is the same.
        let challenge = restored.panel_challenge(NOW).unwrap();
        let signature: Signature = key.sign(format!("{SIGNED_FIRST}{challenge}").as_bytes());
        let proved = restored.prove_panel(device, &challenge, &hex(&signature.to_bytes()), NOW).await.unwrap();
        assert_eq!(proved.panel, panel);
        assert_eq!(restored.credentials.participant_of(1, BOARD), running.credentials.participant_of(1, BOARD));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_on_the_machine_reads_them() {
        use std::os::unix::fs::PermissionsExt;
        let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let running = Directory::open(from.path()).unwrap();
        running.starts().await.unwrap();
        copy(from.path(), to.path()).unwrap();
        for folder in [&from, &to] {
            for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
                assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{}", file.path().display());
            }
        }
    }
}
