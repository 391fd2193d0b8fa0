//! Why a leg is polled when it is, as the end of "next in 2 h because …".

use parcelwatch_tracking::{PollPhase, PollReason, words};

/// Empty where nobody planned it.
pub fn poll_reason(reason: &PollReason) -> String {
    match reason {
        PollReason::Unplanned => String::new(),
        PollReason::New => "it is new".to_owned(),
        PollReason::FoundInAnswer => "it was found just now".to_owned(),
        PollReason::FoundInReplay => "it was found in an answer that was read anew".to_owned(),
        PollReason::LocalPost => "it has arrived, and the post there knows it under the same number".to_owned(),
        PollReason::OthersInVain => "nobody else could tell anything".to_owned(),
        PollReason::ConfigChanged => "the config has changed".to_owned(),
        PollReason::Confirmed => "you confirmed it".to_owned(),
        PollReason::OtherRejected => "you set another carrier aside".to_owned(),
        PollReason::CarrierOpened => "you opened its carrier again".to_owned(),
        PollReason::QuotaUsed { allowed } => format!("the {allowed} requests that the carrier allows are used up"),
        PollReason::QuotaKept { allowed, left } => format!(
            "of {allowed} requests that the carrier allows {left} are left, and they are kept for what needs an answer sooner"
        ),
        PollReason::Interval { phase, every, slowed } => {
            let slower = if *slowed { ", slower the longer nothing happens" } else { "" };
            format!("{} it asks every {}{slower}", in_phase(*phase), words(*every))
        }
        PollReason::VansLeave { phase, every, from, until } => format!(
            "{} it asks every {} from {from:02}:00 to {until:02}:00 there, when vans leave",
            in_phase(*phase),
            words(*every)
        ),
        PollReason::BeforeNight { phase } => format!("{} it asks once more before the night", in_phase(*phase)),
        PollReason::ByDay { phase, from } => format!("{} it asks by day, from {from:02}:00 there", in_phase(*phase)),
        PollReason::OwnInterval { every } => format!("you set it to every {}", words(*every)),
        PollReason::KnowsMore { wait } => format!("the carrier will know more in {}", words(*wait)),
        PollReason::AfterDelivery { watched } => {
            format!("a delivered parcel is watched for {}, for returns and wrong scans", words(*watched))
        }
        PollReason::DeliveredLongAgo { watched } => format!("it was delivered more than {} ago", words(*watched)),
        PollReason::NothingToExpect => "there is nothing more to expect".to_owned(),
        PollReason::AskedToWait { wait } => format!("the carrier asked to wait {}", words(*wait)),
        PollReason::Failed { kind, attempt } => format!("the carrier {} (attempt {attempt})", kind.title()),
        PollReason::WaitsForUser { kind } => format!("it {}, and waits for you", kind.title()),
        PollReason::Paused { why } | PollReason::Worded(why) => why.clone(),
    }
}

const fn in_phase(phase: PollPhase) -> &'static str {
    match phase {
        PollPhase::FirstScan => "before the first scan",
        PollPhase::Origin => "at origin",
        PollPhase::LineHaul => "on the long haul",
        PollPhase::LineHaulNear => "on the long haul, and expected about now,",
        PollPhase::Import => "in import",
        PollPhase::ImportNear => "in import, and expected about now,",
        PollPhase::Released => "after its release",
        PollPhase::LastMile => "on the last mile",
        PollPhase::NoLocalPortal => "on the last mile, with no local portal to ask,",
        PollPhase::VansGone => "on the last mile, once the vans have left,",
        PollPhase::OutForDelivery => "while it is out for delivery",
        PollPhase::Pickup => "while it waits for pickup",
        PollPhase::Back => "on the way back",
        PollPhase::Delivered => "after delivery",
        PollPhase::SecondPortal => "the local carrier has it now, and here",
        PollPhase::AwaitsHandOff => "it has not reached this carrier yet, and until then",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_worded_from_its_figures() {
        for (printed, worded) in [
            ("", ""),
            ("interval origin PT24H", "at origin it asks every 24 h"),
            ("interval import PT10H slowed", "in import it asks every 10 h, slower the longer nothing happens"),
            (
                "vans_leave last_mile PT1H30M 6 11",
                "on the last mile it asks every 90 min from 06:00 to 11:00 there, when vans leave",
            ),
            ("by_day pickup 7", "while it waits for pickup it asks by day, from 07:00 there"),
            ("failed blocked 2", "the carrier blocks automatic questions (attempt 2)"),
            ("waits_for_user needs_credential", "it needs a key, and waits for you"),
            ("paused x.example asked to wait", "x.example asked to wait"),
            ("at sea it asks every 40 h", "at sea it asks every 40 h"),
        ] {
            assert_eq!(poll_reason(&PollReason::read(printed)), worded);
        }
    }
}
