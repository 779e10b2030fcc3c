//! Checking what is stored, and cutting a damaged journal back to what is sound.
//!
//! A journal is a chain, so what is sound of it is its beginning: the check reads each journal
//! from its first run and verifies lengths, checksums, chain and signatures as if it came from a
//! stranger. The repair gives up the rest of a damaged journal; peers and the outbox hold it, and
//! the next frontier asks for it.

use std::sync::Arc;

use sync_protocol::authority::SignedEntry;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId};
use sync_protocol::run;

use super::engine::Store;
use super::journals::Journals;
use super::writer::Work;
use super::{StoreError, journal_keys as keys};
use crate::error::{ExitKind, coded};

/// A journal that is not what was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("journal of {author:?} is sound up to entry {} of {held}: {detail}", sound.seq)]
pub struct JournalDamage {
    /// Whose journal.
    pub author: NodeId,
    /// The last sound entry.
    pub sound: Tip,
    /// The last entry that was held.
    pub held: u64,
    /// What is wrong after it.
    pub detail: String,
}

impl JournalDamage {
    /// Names the problem for catalogues and scripts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "journal_damaged"
    }

    /// The facts, for the catalogues' texts.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        vec![
            ("author", self.author.short()),
            ("sound", self.sound.seq.to_string()),
            ("held", self.held.to_string()),
            ("detail", self.detail.clone()),
        ]
    }
}

coded! {
    JournalDamage => |_| ExitKind::Failed;
}

/// How many keys are looked up at once.
const KEYS_AT_ONCE: usize = 256;

impl Journals {
    /// Reads and verifies everything stored, calling `progress` with entries done and in all.
    ///
    /// # Errors
    /// What the engine says, unless it is damage: that is what is returned, at most one a journal.
    pub fn check(
        &self,
        network: NetworkId,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<JournalDamage>, StoreError> {
        let frontier = self.frontier();
        let (mut done, total) = (0, frontier.entries());
        let mut damages = Vec::new();
        for (author, tip) in frontier.iter() {
            let mut sound = Tip::EMPTY;
            let before = done;
            let found = self.check_journal(network, author, *tip, &mut sound, &mut |entries| {
                done += entries;
                progress(done, total);
            })?;
            if let Some(detail) = found {
                damages.push(JournalDamage {
                    author: *author,
                    sound,
                    held: tip.seq,
                    detail,
                });
            }
            done = before + tip.seq;
            progress(done, total);
        }
        for author in self.authors_of_runs()? {
            // Asked again: a journal that began in the meantime is no damage.
            if self.tip(&author).seq == 0 && frontier.tip(&author).seq == 0 {
                damages.extend(self.check_without_tip(network, author)?);
            }
        }
        Ok(damages)
    }

    /// A journal whose tip is gone: its runs tell how far it is sound.
    fn check_without_tip(
        &self,
        network: NetworkId,
        author: NodeId,
    ) -> Result<Option<JournalDamage>, StoreError> {
        let mut sound = Tip::EMPTY;
        let unbounded = Tip {
            seq: u64::MAX,
            ..Tip::EMPTY
        };
        self.check_journal(network, &author, unbounded, &mut sound, &mut |_| {})?;
        let detail = "its tip is gone".to_owned();
        let began = self.tip(&author).seq > 0;
        Ok((!began).then_some(JournalDamage {
            author,
            sound,
            held: 0,
            detail,
        }))
    }

    /// Every author of whom runs are stored.
    fn authors_of_runs(&self) -> Result<Vec<NodeId>, StoreError> {
        let (from, to) = keys::all(keys::RUN);
        let (mut from, mut authors) = (from.to_vec(), Vec::new());
        while let Some(key) = self.engine().keys(&from, &to, 1)?.pop() {
            let Some(author) = keys::author_of(&key) else {
                break;
            };
            authors.push(author);
            from = keys::run(&author, u64::MAX);
            from.push(0);
        }
        Ok(authors)
    }

    /// Follows one journal as far as it is sound; what is wrong after that, if anything.
    fn check_journal(
        &self,
        network: NetworkId,
        author: &NodeId,
        tip: Tip,
        sound: &mut Tip,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<String>, StoreError> {
        while sound.seq < tip.seq {
            let from = keys::run(author, sound.seq + 1);
            let to = keys::run(author, tip.seq.saturating_add(1));
            let found = self.engine().keys(&from, &to, KEYS_AT_ONCE)?;
            if found.is_empty() {
                return Ok(Some("runs are missing at the end".to_owned()));
            }
            for key in found {
                match self.check_run(network, author, *sound, &key)? {
                    Ok(last) => {
                        progress(last.seq - sound.seq);
                        *sound = last;
                    }
                    Err(detail) => return Ok(Some(detail)),
                }
            }
        }
        let fits = *sound == tip;
        Ok((!fits).then(|| "its tip is another entry than its runs end with".to_owned()))
    }

    /// Verifies the run under `key` after the entry `sound`; its last entry, or what is wrong.
    fn check_run(
        &self,
        network: NetworkId,
        author: &NodeId,
        sound: Tip,
        key: &[u8],
    ) -> Result<Result<Tip, String>, StoreError> {
        let value = match self.engine().get(key) {
            Ok(value) => value.unwrap_or_default(),
            Err(StoreError::Damaged { detail, .. }) => return Ok(Err(detail)),
            Err(error) => return Err(error),
        };
        let wire = value.get(32..).unwrap_or_default();
        if keys::seq_of(key) != sound.seq.checked_add(1) || value.get(..32) != Some(&sound.id.0) {
            return Ok(Err(format!("a run after entry {} is missing", sound.seq)));
        }
        let run = match run::verify(network, sound, wire) {
            Ok(run) if run.author() == *author => run,
            Ok(_) => return Ok(Err("a run of another journal".to_owned())),
            Err(error) => return Ok(Err(error.to_string())),
        };
        if let Some(signed) = SignedEntry::of(&run) {
            let seq = signed.entry.header.seq;
            match self.engine().get(&keys::authority(author, seq)) {
                Ok(Some(stored)) if stored == signed.encode() => {}
                Ok(_) | Err(StoreError::Damaged { .. }) => {
                    return Ok(Err(format!("the copy of entry {seq} is damaged")));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(run.last()))
    }

    /// Cuts each damaged journal back to its sound beginning, or gives it its tip back; durable on
    /// return.
    ///
    /// For this node's own journal, replay the outbox and hear the peers before writing again:
    /// the entries given up were signed, and their numbers must not be used twice.
    ///
    /// # Errors
    /// What the engine says.
    pub fn cut_back(&self, damages: &[JournalDamage]) -> Result<(), StoreError> {
        for damage in damages {
            let (author, next) = (damage.author, damage.sound.seq.saturating_add(1));
            let mut remove = Vec::new();
            for kind in [keys::run, keys::authority] {
                let (from, to) = (kind(&author, next), kind(&author, u64::MAX));
                remove.extend(self.engine().keys(&from, &to, usize::MAX)?);
            }
            let work = Work::CutBack {
                author,
                tip: damage.sound,
                remove,
            };
            self.wait_for(work).map(drop)?;
        }
        Ok(())
    }

    /// The engine under the journals, for simulations that look at it or break it.
    #[must_use]
    pub fn engine(&self) -> &Arc<dyn Store> {
        self.store_handle()
    }
}

#[cfg(test)]
mod tests {
    use sync_protocol::entry::Kind;

    use super::*;
    use crate::store::journals::tests::{Author, NETWORK};
    use crate::store::{Batch, MemoryStore, OpenOptions};

    fn with_three_runs() -> (Journals, Author) {
        let journals = Journals::over(Arc::new(MemoryStore::new())).unwrap();
        let mut author = Author::new(1);
        let mut other = Author::new(2);
        let runs = vec![
            author.say_kind(Kind::CERTIFICATE, 1, 10),
            author.say(5),
            author.say_kind(Kind::APPROVE, 1, 10),
            other.say(3),
        ];
        journals.append(runs).unwrap();
        (journals, author)
    }

    #[test]
    fn sound_journals_pass_and_progress_reaches_the_total() {
        let (journals, _) = with_three_runs();
        let mut last = (0, 0);
        let damages = journals
            .check(NETWORK, &mut |done, total| last = (done, total))
            .unwrap();
        assert_eq!((damages, last), (Vec::new(), (10, 10)));
    }

    #[test]
    fn a_damaged_journal_is_cut_back_and_filled_again() {
        let (journals, author) = with_three_runs();
        let (good, mut again) = (author.id(), Author::new(1));
        let runs = vec![
            again.say_kind(Kind::CERTIFICATE, 1, 10),
            again.say(5),
            again.say_kind(Kind::APPROVE, 1, 10),
        ];
        let damage = |key: Vec<u8>| {
            let mut value = journals.engine().get(&key).unwrap().unwrap();
            let at = value.len() - 5;
            value[at] ^= 1;
            let mut batch = Batch::new();
            batch.put(key, value);
            journals.engine().commit(&batch).unwrap();
        };
        for (key, sound) in [(keys::run(&good, 2), 1), (keys::authority(&good, 7), 6)] {
            damage(key);
            let damages = journals.check(NETWORK, &mut |_, _| {}).unwrap();
            assert_eq!(damages.len(), 1, "the other journal is sound");
            assert_eq!(
                (damages[0].sound.seq, damages[0].held),
                (sound, 7),
                "{}",
                damages[0]
            );
            journals.cut_back(&damages).unwrap();
            assert_eq!(journals.tip(&good).seq, sound);
            assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
            journals.append(runs.clone()).unwrap();
            assert_eq!(journals.tip(&good), runs[2].last());
        }
    }

    #[test]
    fn a_tip_that_vanished_is_told_by_the_sidecar() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let journals = Journals::open(&path).unwrap();
        let mut author = Author::new(1);
        journals.append(vec![author.say(5)]).unwrap();
        let mut batch = Batch::new();
        batch.remove(keys::tip(&author.id()));
        journals.engine().commit(&batch).unwrap();
        drop(journals);
        let error = Journals::open(&path).unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::EntriesMissing {
                    entries: 0,
                    expected: 5,
                    ..
                }
            ),
            "{error}"
        );
        let accepting = OpenOptions {
            accept_loss: true,
            ..OpenOptions::default()
        };
        let journals = Journals::open_with(&path, &accepting).unwrap();
        let damages = journals.check(NETWORK, &mut |_, _| {}).unwrap();
        assert_eq!((damages.len(), damages[0].sound.seq), (1, 5));
        journals.cut_back(&damages).unwrap();
        drop(journals);
        let journals = Journals::open(&path).unwrap();
        assert_eq!(journals.append(vec![author.say(1)]).unwrap().entries, 1);
        assert!(journals.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
    }

    #[test]
    fn a_journal_damaged_from_its_start_is_given_up_whole() {
        let (journals, author) = with_three_runs();
        let mut batch = Batch::new();
        batch.remove(keys::run(&author.id(), 1));
        journals.engine().commit(&batch).unwrap();
        let damages = journals.check(NETWORK, &mut |_, _| {}).unwrap();
        assert_eq!(damages[0].sound, Tip::EMPTY);
        journals.cut_back(&damages).unwrap();
        assert_eq!(journals.frontier().len(), 1);
        assert!(journals.authority().unwrap().is_empty());
    }
}
