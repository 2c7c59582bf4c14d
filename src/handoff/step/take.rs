//! What an answer brings: conclusions as effects, and where the agenda goes on.
//!
//! Must never conclude from a question that was not answered.

use super::plan::{LIST_DELETED, TXN_DELETED};
use super::{Out, Phase, Visit};
use crate::base::limits::LIST_PAGE;
use crate::base::{OperationId, TxnId};
use crate::books::CompanyFile;
use crate::handoff::agenda::{self, Judged};
use crate::handoff::answer::{Answer, AnswerSet, Found, TxnSeen};
use crate::handoff::canary::{self, Look};
use crate::handoff::effects::Effect;
use crate::handoff::outcome;
use crate::handoff::probe::{self, Findings, Next};
use crate::handoff::request::Page;
use crate::handoff::work::{CanaryRef, Queued, Verdict, Work};
use std::collections::VecDeque;

impl Visit {
    pub(super) fn take_answer(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        match self.out.take() {
            None => effects.push(Effect::Note("an answer came that nobody asked for; it was kept and ignored".into())),
            Some(Out::Identity(ahead)) => {
                self.early.keep(ahead, answers);
                self.take_identity(answers, effects);
            }
            Some(Out::Canary(candidate)) => self.take_canary(&candidate, answers, effects),
            Some(Out::CanaryDeleted(candidate)) => match canary::was_deleted(&candidate, answers) {
                Some(true) => self.next_candidate(),
                Some(false) => self.freeze(
                    format!(
                        "{} {} that we posted is gone and was not deleted by a person: the company file was restored or swapped",
                        candidate.kind.title(),
                        candidate.txn
                    ),
                    effects,
                ),
                // A question that was not answered proves nothing: no writes in this visit, and no freeze either.
                None => {
                    effects.push(Effect::Note("QuickBooks does not tell what was deleted; nothing is written".into()));
                    self.may_write = false;
                    self.phase = Phase::Probes(None, Findings::default());
                }
            },
            Some(Out::Probe(asked)) => self.take_probe(answers, asked, effects),
            Some(Out::Sweep) => self.take_sweep(answers, effects),
            Some(Out::List) => self.take_list(answers, effects),
            Some(Out::Lists) => self.take_lists(answers, effects),
            Some(Out::ListDeleted) => {
                let mut gone = Vec::new();
                for answer in &answers.answers {
                    if let Found::Deleted(entries) = &answer.found {
                        gone.extend(entries.iter().cloned());
                    }
                }
                effects.push(Effect::ListDeleted(gone));
                self.lists_are_read();
            }
            Some(Out::Check(slice)) => self.take_check(slice, answers, effects),
            Some(Out::Again(asked)) => self.take_again(answers, asked, effects),
            Some(Out::Write(queued)) => {
                let verdict = outcome::read(&queued.work, answers, queued.attempt + 1);
                if matches!(verdict, Verdict::Unknown { .. }) {
                    self.cursor = Some(queued.id);
                }
                self.look_again(&queued.work, &verdict);
                self.settle(queued.id, verdict, answers, effects);
            }
            Some(Out::Resent(unknown)) => {
                let verdict = outcome::read(&unknown.work, answers, 2);
                self.look_again(&unknown.work, &verdict);
                self.settle(unknown.id, verdict, answers, effects);
            }
            Some(Out::Reread(txn)) => take_reread(&txn, answers, effects),
            Some(Out::ReadBack) => self.take_read_back(answers, effects),
            Some(Out::ReadBacks(ahead)) => {
                self.early.keep(ahead, answers);
                self.take_read_backs(answers, effects);
            }
            Some(Out::Missing(ids)) => self.take_missing(&ids, answers, effects),
            Some(Out::Values(ask)) => self.take_values(&ask, answers, effects),
        }
    }

    /// What changed, voided or deleted a standing transaction is read again at once.
    fn look_again(&mut self, work: &Work, verdict: &Verdict) {
        if let (Some(it), Verdict::Done { .. }, false) =
            (work.existing(), verdict, matches!(work, Work::Finalise(_)))
        {
            self.reread = Some((it.posted.kind, it.txn.clone()));
        }
    }

    fn settle(
        &mut self,
        operation: OperationId,
        verdict: Verdict,
        answers: &AnswerSet,
        effects: &mut Vec<Effect>,
    ) {
        match &verdict {
            Verdict::Done { .. } => self.made += 1,
            Verdict::Refused { .. } => self.refused += 1,
            // In doubt after an answer: looked up at once, before any other write.
            Verdict::Unknown { .. } => self.phase = Phase::Probes(None, Findings::default()),
            _ => {}
        }
        effects.push(Effect::Settle { operation, verdict });
        if answers.set_status == Some(outcome::SET_ID_REFUSED) {
            self.may_write = false;
            effects.push(Effect::Freeze(
                "QuickBooks refused our message-set id (9004): a fault of this program, so nothing more is sent".into(),
            ));
        }
    }

    fn take_identity(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let mut company = CompanyFile::default();
        let (mut preferences, mut name_capacity) = (None, None);
        for answer in &answers.answers {
            match &answer.found {
                Found::Host { product, country, versions, name_capacity: capacity } => {
                    company.product.clone_from(product);
                    company.country.clone_from(country);
                    company.qbxml_version = versions.last().cloned().unwrap_or_default();
                    name_capacity = *capacity;
                }
                Found::Company(seen) => {
                    company.name.clone_from(&seen.name);
                    company.file_id.clone_from(&seen.file_id);
                }
                Found::Preferences(seen) => preferences = Some(seen.clone()),
                _ => {}
            }
        }
        effects.push(Effect::KeepCompany { company, preferences, name_capacity });
        self.phase = Phase::Guard;
    }

    fn take_canary(&mut self, candidate: &CanaryRef, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        match canary::read(candidate, answers) {
            Look::Sings => self.phase = Phase::Probes(None, Findings::default()),
            Look::Changed => self.next_candidate(),
            Look::Missing if canary::missing_is_ours(candidate) => self.next_candidate(),
            Look::Missing => {
                if let Phase::Canary(_, ask_deleted) = &mut self.phase {
                    *ask_deleted = true;
                }
            }
            Look::Older(why) => self.freeze(why, effects),
            Look::Failed(why) => {
                effects.push(Effect::Note(format!("the canary was not answered: {why}")));
                self.may_write = false;
                self.phase = Phase::Probes(None, Findings::default());
            }
        }
    }

    fn next_candidate(&mut self) {
        if let Phase::Canary(Some(left), ask_deleted) = &mut self.phase {
            left.pop_front();
            *ask_deleted = false;
        }
    }

    fn freeze(&mut self, why: String, effects: &mut Vec<Effect>) {
        self.may_write = false;
        effects.push(Effect::Freeze(why));
        // While frozen a visit only reads (design 8.15).
        self.phase = Phase::Lists(None, Page::Whole);
    }

    fn take_probe(&mut self, answers: &AnswerSet, asked: usize, effects: &mut Vec<Effect>) {
        let Phase::Probes(Some(left), findings) = &mut self.phase else { return };
        let Some(unknown) = left.front() else { return };
        findings.take(unknown, answers, asked);
        if !findings.more.is_empty() && findings.failed.is_none() {
            return;
        }
        let next = probe::conclude(unknown, findings);
        *findings = Findings::default();
        let Some(unknown) = left.pop_front() else { return };
        match next {
            Next::Settle(verdict) => {
                match &verdict {
                    Verdict::Done { .. } | Verdict::Deleted { .. } => self.made += 1,
                    Verdict::Refused { .. } => self.refused += 1,
                    Verdict::Again { .. } => effects.push(Effect::CountRound(unknown.id)),
                    _ => {}
                }
                effects.push(Effect::Settle { operation: unknown.id, verdict });
            }
            Next::Wait(why) => {
                self.unresolved = true;
                effects.push(Effect::Note(format!("operation {} stays unknown: {why}", unknown.id)));
            }
            Next::Freeze(why) => {
                self.unresolved = true;
                self.freeze(why, effects);
            }
            Next::Resend if self.may_write => self.resend = Some(unknown),
            Next::Resend => self.unresolved = true,
        }
    }

    /// The answers to several lists at once: what was not answered whole is asked for again, alone.
    fn take_lists(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::Lists(Some(due), _) = &mut self.phase else { return };
        let mut left = VecDeque::new();
        for (number, list) in (0..).zip(due.drain(..)) {
            let Some(answer) = whole(answers, &format!("l{number}")) else {
                left.push_back(list);
                continue;
            };
            let refused = match &answer.found {
                Found::List(entries) => {
                    effects.push(Effect::KeepEntries(entries.clone()));
                    None
                }
                _ if answer.is_empty_result() => None,
                _ => Some(format!("{}: {}", answer.status, answer.message.trim())),
            };
            effects.push(Effect::ListDone { list: list.list, refused });
        }
        *due = left;
        let gone = match answers.of(LIST_DELETED).map(|answer| (&answer.found, answer.is_empty_result())) {
            Some((Found::Deleted(gone), _)) => gone.clone(),
            Some((_, true)) => Vec::new(),
            // Not told with the lists: asked for alone.
            _ => return,
        };
        effects.push(Effect::ListDeleted(gone));
        self.deletions_told = true;
    }

    pub(super) fn lists_are_read(&mut self) {
        self.listed = true;
        self.phase = Phase::Queue(VecDeque::new());
    }

    fn take_list(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::Lists(Some(due), page) = &mut self.phase else { return };
        let Some(list) = due.front().map(|d| d.list) else { return };
        let answer = answers.answers.first();
        let mut refused = None;
        let mut more = None;
        match answer {
            None => refused = Some("no answer".to_string()),
            Some(answer) => {
                match &answer.found {
                    Found::List(entries) => effects.push(Effect::KeepEntries(entries.clone())),
                    _ if answer.is_empty_result() => {}
                    _ => refused = Some(format!("{}: {}", answer.status, answer.message.trim())),
                }
                more = answer.next_page().map(str::to_string);
            }
        }
        match more {
            Some(iterator) => *page = Page::Continue { iterator, max: LIST_PAGE },
            None => {
                due.pop_front();
                *page = Page::Whole;
                effects.push(Effect::ListDone { list, refused });
            }
        }
    }

    fn take_check(&mut self, slice: Vec<Queued>, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        self.cursor = slice.last().map(|queued| queued.id).or(self.cursor);
        let judged = agenda::judge(slice, answers);
        let nothing_left = judged.cleared.is_empty() && !judged.left.is_empty();
        if let Some(ready) = self.take_judged(judged, effects) {
            self.phase = if nothing_left { super::READ_BACK } else { Phase::Queue(ready.into()) };
        }
    }

    /// What may go of what was judged; none where nothing may be written any more.
    fn take_judged(&mut self, judged: Judged, effects: &mut Vec<Effect>) -> Option<Vec<Queued>> {
        for (operation, verdict) in judged.settled {
            if matches!(verdict, Verdict::Done { .. }) {
                self.made += 1;
            }
            effects.push(Effect::Settle { operation, verdict });
        }
        if !judged.seen.is_empty() {
            effects.push(Effect::Seen(judged.seen));
        }
        if let Some(why) = judged.freeze {
            self.freeze(why, effects);
            return None;
        }
        // What could not be looked up is not sent; it stays queued for the next visit.
        effects.extend(judged.left.iter().take(1).map(|why| Effect::Note(format!("not sent: {why}"))));
        Some(judged.cleared)
    }

    /// The look for what left before is answered: it goes, or is settled, or waits; the others of the queue go on.
    fn take_again(&mut self, answers: &AnswerSet, asked: usize, effects: &mut Vec<Effect>) {
        let Some(again) = self.again.take() else { return };
        match again.take(answers, asked) {
            Err(more) => self.again = Some(more),
            Ok(judged) => {
                let ready = self.take_judged(judged, effects).unwrap_or_default();
                if let Phase::Queue(queue) = &mut self.phase {
                    ready.into_iter().for_each(|queued| queue.push_front(queued));
                }
            }
        }
    }

    /// The answers to all types at once: what was not answered whole is asked for again, alone.
    fn take_read_backs(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::ReadBack(Some(spans), ..) = &mut self.phase else { return };
        if let Some(Found::Deleted(gone)) = answers.of(TXN_DELETED).map(|answer| &answer.found) {
            effects.push(Effect::Deleted(gone.clone()));
        }
        let mut left = VecDeque::new();
        for (number, span) in (0..).zip(spans.drain(..)) {
            match whole(answers, &format!("r{number}"))
                .map(|answer| (&answer.found, answer.is_empty_result()))
            {
                Some((Found::Txns(seen), _)) => effects.push(Effect::Seen(seen.clone())),
                Some((_, true)) => {}
                _ => left.push_back(span),
            }
        }
        *spans = left;
    }

    fn take_read_back(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::ReadBack(Some(spans), page, _) = &mut self.phase else { return };
        let Some(answer) = answers.answers.first() else {
            self.phase = Phase::Done;
            return;
        };
        match &answer.found {
            Found::Txns(seen) => effects.push(Effect::Seen(seen.clone())),
            _ if answer.is_empty_result() => {}
            _ => {
                effects.push(Effect::Note(format!(
                    "the read-back was refused: {} {}",
                    answer.status, answer.message
                )));
                self.phase = Phase::Done;
                return;
            }
        }
        match answer.next_page() {
            Some(iterator) => *page = page.or_first().next(iterator),
            None => {
                spans.pop_front();
                *page = Page::Whole;
            }
        }
    }

    fn take_missing(&mut self, ids: &[TxnId], answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let mut found: Vec<TxnSeen> = Vec::new();
        let mut refused = answers.answers.is_empty();
        for answer in &answers.answers {
            match &answer.found {
                Found::Txns(seen) => found.extend(seen.iter().cloned()),
                _ if answer.is_empty_result() => {}
                _ => refused = true,
            }
        }
        if refused {
            // Not answered: nothing is concluded, and the read-back is not whole.
            effects.push(Effect::Note("the look-up of missing transactions was refused".into()));
            self.phase = Phase::Done;
            return;
        }
        let gone: Vec<TxnId> =
            ids.iter().filter(|id| !found.iter().any(|t| t.txn_id == **id)).cloned().collect();
        effects.push(Effect::Seen(found));
        effects.push(Effect::Gone(gone));
    }
}

/// The answer to one of several questions, where it has all of it.
fn whole<'a>(answers: &'a AnswerSet, id: &str) -> Option<&'a Answer> {
    answers.of(id).filter(|answer| answer.next_page().is_none())
}

/// A question that was not answered leaves it to the read-back.
fn take_reread(txn: &TxnId, answers: &AnswerSet, effects: &mut Vec<Effect>) {
    let Some(answer) = answers.answers.first() else { return };
    match &answer.found {
        Found::Txns(seen) => effects.push(Effect::Seen(seen.clone())),
        _ if answer.is_empty_result() => effects.push(Effect::Gone(vec![txn.clone()])),
        _ => effects.push(Effect::Note(format!("not read again: {} {}", answer.status, answer.message))),
    }
}
