//! Why: what a deadline and what advice rest on, with the figures that a sentence about them needs.

use std::fmt;

use jiff::civil::Date;

use crate::vocabulary::{Problem, ReturnReason, Status};

/// What the date of a deadline rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineBasis {
    /// A new number usually has its first scan by then.
    FirstScan,
    /// The carrier names the last day.
    PickupSaid,
    /// It is usually kept for so many days.
    PickupUsual { days: i64 },
    /// Customs wait for the user; our guess.
    CustomsHold,
    /// Customs want nothing, and take about so long.
    CustomsRelease,
    /// So many days from receipt.
    DisputeFromReceipt { days: i64 },
    /// So many days from the end of the delivery period.
    DisputeFromWindow { days: i64 },
    /// Buyer protection ends so many days from the order, and the dispute with it.
    DisputeFromOrder { days: i64 },
    /// The strict reading has passed, and buyer protection runs.
    DisputeStrict { protected: Date },
    /// So many days from the order.
    ProtectionFromOrder { days: i64 },
    /// The day of the order is not known: so many days from the first day that is.
    ProtectionFromFirstDay { days: i64 },
    /// The platform usually takes up a dispute by then.
    DisputeTakenUp,
    /// The money usually comes back from this day on.
    RefundFrom { from: Date },
}

impl fmt::Display for DeadlineBasis {
    /// A key and its figures.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstScan => write!(out, "first_scan"),
            Self::PickupSaid => write!(out, "carrier_said"),
            Self::PickupUsual { days } => write!(out, "usually_kept days={days}"),
            Self::CustomsHold => write!(out, "hold"),
            Self::CustomsRelease => write!(out, "release"),
            Self::DisputeFromReceipt { days } => write!(out, "from_receipt days={days}"),
            Self::DisputeFromWindow { days } => write!(out, "from_window days={days}"),
            Self::DisputeFromOrder { days } | Self::ProtectionFromOrder { days } => {
                write!(out, "from_order days={days}")
            }
            Self::DisputeStrict { protected } => write!(out, "strict_reading protected={protected}"),
            Self::ProtectionFromFirstDay { days } => write!(out, "from_first_day days={days}"),
            Self::DisputeTakenUp => write!(out, "taken_up"),
            Self::RefundFrom { from } => write!(out, "refund from={from}"),
        }
    }
}

/// Until when a dispute can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeTime {
    /// By the strict reading.
    By(Date),
    /// That has passed, and buyer protection runs until then.
    StillBy(Date),
}

/// What a piece of advice rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdviceReason {
    Refunded,
    /// It is back with the sender.
    Returned {
        dispute: Option<DisputeTime>,
    },
    NothingSent,
    Received,
    PlatformDecides,
    PlatformLate,
    /// A dispute runs, and so does a clock of the platform's.
    DisputeRuns {
        basis: DeadlineBasis,
        date: Date,
    },
    SellerAsks,
    /// Customs hold it; no date where it has passed.
    CustomsHold {
        by: Option<Date>,
    },
    /// It waits to be collected; no date where it has passed.
    ReadyToCollect {
        by: Option<Date>,
        place: Option<String>,
    },
    /// It was kept for collection until a day that has passed.
    PickupOver {
        place: Option<String>,
        dispute: Option<DisputeTime>,
    },
    AttemptFailed,
    OutForDelivery,
    /// This was reported, and newer news that nobody here can read.
    Unread {
        status: Status,
    },
    /// The strict reading has passed, and it may still come today.
    OutForDeliveryLate {
        strict: Date,
        protected: Date,
    },
    Returning {
        because: Option<ReturnReason>,
        dispute: Option<DisputeTime>,
    },
    Delivered {
        dispute: Option<DisputeTime>,
    },
    /// It is said to be delivered and is not there.
    Missing {
        dispute: Option<DisputeTime>,
    },
    /// A number has several parcels.
    Ambiguous,
    /// A carrier wants these before it answers.
    Needs {
        fields: Vec<String>,
    },
    CheckDigit,
    InvalidNumber,
    Damaged,
    Lost {
        dispute: Option<DisputeTime>,
    },
    /// A problem that most parcels get over.
    Trouble,
    /// It does not come any more.
    Ended {
        problem: Problem,
        dispute: Option<DisputeTime>,
    },
    /// The carrier waits for a correct address.
    AddressWanted,
    /// The time for a dispute is over by every reading.
    DisputeOver {
        date: Date,
    },
    /// The last days for a dispute; `protected` where buyer protection ends later.
    DisputeEnds {
        by: Date,
        protected: Option<Date>,
    },
    /// The strict reading has passed, and buyer protection runs.
    DisputeLate {
        strict: Date,
        protected: Date,
    },
    /// The window is over, and the parcel moves.
    LateMoving {
        days: i32,
        dispute: Date,
    },
    /// The window is over, and it is quiet.
    LateQuiet {
        days: i32,
        dispute: Date,
    },
    /// A status came on so many days.
    Repeated {
        status: Status,
        days: usize,
    },
    Contradiction,
    /// Nobody can be polled before the user gives a key.
    Stuck,
    Done,
    /// No carrier that is known here has its number.
    Unserved,
    /// Nobody could be polled since then.
    Unheard {
        since: Date,
    },
    /// No number yet: that is normal.
    NoNumber {
        until: Date,
    },
    NoNumberQuiet {
        act: Date,
    },
    NoNumberTooLong,
    /// No scan yet: that is normal.
    NoScan {
        until: Date,
    },
    NoScanQuiet {
        act: Date,
    },
    NoScanTooLong,
    /// No carrier knows the number.
    UnknownQuiet {
        act: Date,
    },
    UnknownTooLong,
    Normal {
        until: Date,
    },
    /// Quiet with the carrier of the destination.
    LocalQuiet,
    LocalTooLong {
        dispute: Option<DisputeTime>,
    },
    Quiet {
        act: Date,
    },
    TooLong {
        dispute: Option<DisputeTime>,
    },
}

impl fmt::Display for DisputeTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(date) => write!(out, "dispute={date}"),
            Self::StillBy(date) => write!(out, "late_dispute={date}"),
        }
    }
}

impl AdviceReason {
    /// Its key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Returned { .. } => "returned",
            Self::NothingSent => "nothing_sent",
            Self::Received => "received",
            Self::PlatformDecides => "platform_decides",
            Self::PlatformLate => "platform_late",
            Self::DisputeRuns { .. } => "dispute_runs",
            Self::SellerAsks => "seller_asks",
            Self::CustomsHold { .. } => "customs_hold",
            Self::ReadyToCollect { .. } => "ready_to_collect",
            Self::PickupOver { .. } => "pickup_over",
            Self::AttemptFailed => "attempt_failed",
            Self::OutForDelivery => "out_for_delivery",
            Self::Unread { .. } => "unread",
            Self::OutForDeliveryLate { .. } => "out_for_delivery_late",
            Self::Returning { .. } => "returning",
            Self::Delivered { .. } => "delivered",
            Self::Missing { .. } => "missing",
            Self::Ambiguous => "ambiguous",
            Self::Needs { .. } => "needs",
            Self::CheckDigit => "check_digit",
            Self::InvalidNumber => "invalid_number",
            Self::Damaged => "damaged",
            Self::Lost { .. } => "lost",
            Self::Trouble => "trouble",
            Self::Ended { .. } => "ended",
            Self::AddressWanted => "address_wanted",
            Self::DisputeOver { .. } => "dispute_over",
            Self::DisputeEnds { .. } => "dispute_ends",
            Self::DisputeLate { .. } => "dispute_late",
            Self::LateMoving { .. } => "late_moving",
            Self::LateQuiet { .. } => "late_quiet",
            Self::Repeated { .. } => "repeated",
            Self::Contradiction => "contradiction",
            Self::Stuck => "stuck",
            Self::Done => "done",
            Self::Unserved => "unserved",
            Self::Unheard { .. } => "unheard",
            Self::NoNumber { .. } => "no_number",
            Self::NoNumberQuiet { .. } => "no_number_quiet",
            Self::NoNumberTooLong => "no_number_too_long",
            Self::NoScan { .. } => "no_scan",
            Self::NoScanQuiet { .. } => "no_scan_quiet",
            Self::NoScanTooLong => "no_scan_too_long",
            Self::UnknownQuiet { .. } => "unknown_quiet",
            Self::UnknownTooLong => "unknown_too_long",
            Self::Normal { .. } => "normal",
            Self::LocalQuiet => "local_quiet",
            Self::LocalTooLong { .. } => "local_too_long",
            Self::Quiet { .. } => "quiet",
            Self::TooLong { .. } => "too_long",
        }
    }
}

impl fmt::Display for AdviceReason {
    /// The key and its figures: `late_quiet days=3 dispute=2026-04-12`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.key())?;
        match self {
            Self::Returned { dispute }
            | Self::Delivered { dispute }
            | Self::Missing { dispute }
            | Self::Lost { dispute }
            | Self::LocalTooLong { dispute }
            | Self::TooLong { dispute } => figure(out, dispute.as_ref()),
            Self::Ended { problem, dispute } => {
                write!(out, " problem={}", problem.key())?;
                figure(out, dispute.as_ref())
            }
            Self::Returning { because, dispute } => {
                figure(out, because.map(|because| format!("because={}", because.key())))?;
                figure(out, dispute.as_ref())
            }
            Self::DisputeRuns { basis, date } => write!(out, " until={date} {basis}"),
            Self::CustomsHold { by } => figure(out, by.map(|by| format!("by={by}"))),
            Self::ReadyToCollect { by, place } => {
                figure(out, by.map(|by| format!("by={by}")))?;
                figure(out, place.as_ref().map(|place| format!("place={place:?}")))
            }
            Self::PickupOver { place, dispute } => {
                figure(out, place.as_ref().map(|place| format!("place={place:?}")))?;
                figure(out, dispute.as_ref())
            }
            Self::OutForDeliveryLate { strict, protected } | Self::DisputeLate { strict, protected } => {
                write!(out, " strict={strict} protected={protected}")
            }
            Self::DisputeEnds { by, protected } => {
                write!(out, " by={by}")?;
                figure(out, protected.map(|protected| format!("protected={protected}")))
            }
            Self::DisputeOver { date } => write!(out, " on={date}"),
            Self::LateMoving { days, dispute } | Self::LateQuiet { days, dispute } => {
                write!(out, " days={days} dispute={dispute}")
            }
            Self::Needs { fields } => write!(out, " fields={}", fields.join(",")),
            Self::Repeated { status, days } => write!(out, " status={} days={days}", status.key()),
            Self::Unread { status } => write!(out, " status={}", status.key()),
            Self::Unheard { since } => write!(out, " since={since}"),
            Self::NoNumber { until } | Self::NoScan { until } | Self::Normal { until } => write!(out, " until={until}"),
            Self::NoNumberQuiet { act }
            | Self::NoScanQuiet { act }
            | Self::UnknownQuiet { act }
            | Self::Quiet { act } => write!(out, " act={act}"),
            _ => Ok(()),
        }
    }
}

fn figure(out: &mut fmt::Formatter<'_>, figure: Option<impl fmt::Display>) -> fmt::Result {
    figure.map_or(Ok(()), |figure| write!(out, " {figure}"))
}
