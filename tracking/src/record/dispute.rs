//! How a dispute stands, and what may be said of it next.

use crate::record::{Claim, Mark, MarkKind, Timeline};

/// What the user may say of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisputeStep {
    /// They opened one.
    Open,
    /// The platform is looking into it.
    Mediated,
    /// It was decided for them.
    Accepted,
    /// The money is back.
    Refunded,
}

impl Timeline {
    /// The last step of the dispute that runs. A parcel that comes after all ends one about its not coming, and no other.
    pub fn dispute(&self) -> Option<&Mark> {
        let opened = self.marks.iter().rposition(|mark| matches!(mark.kind, MarkKind::DisputeOpened(_)));
        let is_step = |mark: &&Mark| matches!(mark.kind, MarkKind::DisputeMediated | MarkKind::DisputeAccepted);
        let since = &self.marks[opened.unwrap_or(0)..];
        let is_over = opened.is_none_or(|at| self.marks[at].kind == MarkKind::DisputeOpened(Claim::NotReceived))
            && since.iter().any(|mark| mark.kind == MarkKind::HaveIt);
        let last = since.iter().rev().find(is_step).or_else(|| opened.map(|at| &self.marks[at]));
        last.filter(|_| !is_over)
    }

    /// What may be said next: of the dispute that runs, or that one was opened. Once the money is back there is nothing to say.
    pub fn dispute_steps(&self) -> &'static [DisputeStep] {
        use DisputeStep::{Accepted, Mediated, Open, Refunded};
        let opened = self.marks.iter().rposition(|mark| matches!(mark.kind, MarkKind::DisputeOpened(_)));
        if self.marks[opened.unwrap_or(0)..].iter().any(|mark| mark.kind == MarkKind::Refunded) {
            return &[];
        }
        match self.dispute().map(|mark| &mark.kind) {
            Some(MarkKind::DisputeMediated) => &[Accepted, Refunded],
            Some(MarkKind::DisputeAccepted) => &[Refunded],
            Some(_) => &[Mediated, Accepted, Refunded],
            None => &[Open],
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    #[test]
    fn what_may_be_said_follows_the_dispute_that_runs() {
        use DisputeStep::{Accepted, Mediated, Open, Refunded};
        use MarkKind::{DisputeAccepted, DisputeMediated, DisputeOpened, HaveIt};
        let missing = || DisputeOpened(Claim::NotReceived);
        let broken = || DisputeOpened(Claim::Damaged);
        for (said, next) in [
            (vec![], &[Open][..]),
            (vec![HaveIt], &[Open]),
            (vec![missing()], &[Mediated, Accepted, Refunded]),
            (vec![missing(), DisputeMediated], &[Accepted, Refunded]),
            (vec![missing(), DisputeMediated, DisputeAccepted], &[Refunded]),
            (vec![missing(), MarkKind::Refunded], &[]),
            // The parcel came after all: that dispute is over, and another may follow.
            (vec![missing(), HaveIt], &[Open]),
            (vec![missing(), DisputeMediated, HaveIt], &[Open]),
            (vec![missing(), HaveIt, broken()], &[Mediated, Accepted, Refunded]),
            // That it is here ends no dispute about what is wrong with it.
            (vec![broken(), HaveIt], &[Mediated, Accepted, Refunded]),
        ] {
            let at = |minute: usize| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute as i64);
            let marks = said.iter().cloned().enumerate().map(|(minute, kind)| Mark { at: at(minute), kind });
            let timeline = Timeline { marks: marks.collect(), ..Timeline::default() };
            assert_eq!(timeline.dispute_steps(), next, "{said:?}");
        }
    }
}
