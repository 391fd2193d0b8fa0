//! What to think of it: when it will come, whether silence is normal, by when to act, what to do, what is worth telling.

mod advice;
mod advice_kind;
mod alert;
mod answers;
mod assess;
mod attention;
mod deadline;
mod eta;
mod message;
mod reason;
mod season;
mod silence;

pub use advice::{Grounds, advice};
pub use advice_kind::{Advice, AdviceKind, ContactTarget};
pub use alert::{
    Alert, AlertKind, FIRST_SIGHT, Importance, alerts, back, first_sight, is_carrier_lost, lost, timely, untold,
};
pub use answers::{Answers, Polling, Unheard};
pub use assess::{Judgement, Norms, assess};
pub use attention::{Attention, attention};
pub use deadline::{Clocks, Deadline, DeadlineKind, DeadlineRules, deadlines};
pub use eta::{Expected, WindowNorms, WindowSource, Windows, expected};
pub use message::{Message, Occasion, messages};
pub use reason::{AdviceReason, DeadlineBasis, DisputeTime};
pub use season::Season;
pub use silence::{Basis, Silence, SilenceLimits, SilenceNorms, SilenceRules, Verdict, silence};
