//! When alerts are told, and which of them in one message.

use crate::judgement::{Alert, AlertKind, Answers, Importance, Unheard};

/// One message: an alert, and those that are told with it rather than after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub alert: Alert,
    /// The most pressing first. A reminder that is routine here is only kept from being told later.
    pub with: Vec<Alert>,
}

impl Message {
    fn of(alert: Alert) -> Self {
        Self { alert, with: Vec::new() }
    }

    /// As loud as the loudest reason for it; a number that was found raises no voice.
    pub fn importance(&self) -> Importance {
        let urgent = self.with.iter().any(|alert| alert.importance == Importance::Important);
        if urgent { Importance::Important } else { self.alert.importance }
    }
}

/// What could be told of a parcel now.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// What is known of it first was told.
    pub is_known: bool,
    pub answers: Answers,
    /// See [`crate::judgement::first_sight`].
    pub first_sight: Option<Alert>,
    /// What the answer at hand brought.
    pub changes: Vec<Alert>,
    /// What time brings, and before anything was told what [`crate::judgement::untold`] gives, without what was told.
    pub due: Vec<Alert>,
}

/// What is told now. The rest is told later: what holds then is worked out anew.
pub fn messages(occasion: Occasion) -> Vec<Message> {
    let Occasion { is_known, answers, first_sight, changes, mut due } = occasion;
    if answers.awaited_until.is_some() {
        due.retain(|alert| !alert.rests_on_history());
    }
    if answers.unheard.is_some_and(|why| why != Unheard::NoNumber) {
        // A silence to which nobody listened says nothing of the parcel.
        due.iter_mut().filter(|alert| matches!(alert.kind, AlertKind::Silence(_))).for_each(hush);
    }
    let covered: Vec<Alert> = due.iter().filter_map(Alert::covered).collect();
    due.extend(covered);
    if is_known {
        return changes.into_iter().map(Message::of).chain(together(due)).collect();
    }
    if answers.imminent {
        return Vec::new();
    }
    if let Some(first) = first_sight {
        return vec![Message { alert: first, with: sorted(due) }];
    }
    if answers.awaited_until.is_some() {
        return Vec::new();
    }
    due.extend(changes.into_iter().filter(|alert| matches!(alert.kind, AlertKind::SourceBack(_))));
    together(due).into_iter().collect()
}

fn hush(alert: &mut Alert) {
    alert.importance = alert.importance.min(Importance::Notice);
}

/// What comes at one moment is one message, about the most pressing of it.
fn together(alerts: Vec<Alert>) -> Option<Message> {
    let mut alerts = sorted(alerts).into_iter();
    Some(Message { alert: alerts.next()?, with: alerts.collect() })
}

/// The most pressing first. Deadlines come in the order in which they end, and stay in it.
fn sorted(mut alerts: Vec<Alert>) -> Vec<Alert> {
    let rank = |kind: &AlertKind| match kind {
        AlertKind::Reminder(..) => 0,
        AlertKind::Silence(_) => 1,
        AlertKind::Overdue(_) => 2,
        AlertKind::Late => 3,
        AlertKind::SourceLost(_) => 4,
        _ => 5,
    };
    alerts.sort_by_key(|alert| (std::cmp::Reverse(alert.importance), rank(&alert.kind)));
    alerts
}

#[cfg(test)]
mod tests;
