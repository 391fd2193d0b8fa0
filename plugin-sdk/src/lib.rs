//! What a carrier's author needs.
//!
//! A plugin is one type that implements [`Carrier`] and is handed to [`export!`]. It turns a carrier's answers into
//! [`Answer`]s and [`Failure`]s; requests go through [`http`], everything else the daemon offers is in [`host`]. The
//! same code runs in the daemon's sandbox and, natively, in `cargo test` against recorded replies (see `replay`).
//!
//! ```
//! use parcelwatch_plugin::prelude::*;
//!
//! struct Example;
//!
//! impl Carrier for Example {
//!     const NUMBER_FORMATS: &'static [NumberFormat] = &[NumberFormat::new("EX number", "EXd{10}", 80, &["EX0123456789"])];
//!
//!     fn describe() -> Descriptor {
//!         Descriptor {
//!             hosts: vec!["https://track.example.com".into()],
//!             link: Some("https://track.example.com/?n={number}".into()),
//!             ..Descriptor::new("example", "Example Post", env!("CARGO_PKG_VERSION"))
//!         }
//!     }
//!
//!     fn track(parcels: &[Parcel]) -> Vec<Outcome> {
//!         one_by_one(parcels, poll)
//!     }
//! }
//!
//! fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
//!     let number = parcel.plain_number("Example Post")?;
//!     let reply = http::get("https://track.example.com/api").query("number", number).send()?;
//!     match reply.status {
//!         200 => Ok(Answer::default()),
//!         404 => Err(Failure::unknown_number("Example Post", number).of(&reply)),
//!         _ => Err(reply.failure()),
//!     }
//! }
//!
//! parcelwatch_plugin::export!(Example);
//! ```

pub mod batch;
pub mod civil;
pub mod code_table;
mod descriptor;
mod failure;
pub mod host;
pub mod http;
pub mod json;
pub mod number_format;
pub mod phrases;
pub mod same_number;
pub mod text;
mod types;
#[cfg(feature = "xml")]
pub mod xml;

#[cfg(not(target_arch = "wasm32"))]
pub mod egress;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(not(target_arch = "wasm32"))]
pub mod profile;
#[cfg(not(target_arch = "wasm32"))]
pub mod replay;
#[cfg(not(target_arch = "wasm32"))]
pub mod wall;

pub use batch::one_by_one;
pub use descriptor::{Descriptor, Profile, Quota};
pub use failure::{Failure, StatusPolicy};
pub use parcelwatch_tracking::{Country, FailureKind, Role, Scope, Status, checksum};
pub use types::{
    Answer, Candidate, Choice, Event, Handoff, Moment, Outcome, Parcel, Place, Summary, Window, facts, grams, is_end,
    latest_known, pairs, strings,
};

/// What most plugins need, in one line.
pub mod prelude {
    pub use crate::code_table::CodeTable;
    pub use crate::number_format::NumberFormat;
    pub use crate::phrases::Phrases;
    pub use crate::{
        Answer, Candidate, Carrier, Choice, Country, Descriptor, Event, Failure, FailureKind, Handoff, Moment, Outcome,
        Parcel, Place, Profile, Quota, Role, Scope, Status, StatusPolicy, Summary, Window, batch, checksum, civil,
        facts, grams, host, http, is_end, json, latest_known, one_by_one, pairs, strings, text,
    };
}

/// The contract's text, for tools that compare.
pub const WIT: &str = include_str!("../wit/carrier.wit");

/// The contract's name and version, as it stands in the imports of a plugin.
pub const CONTRACT: &str = "parcelwatch:carrier@1.0.0";

/// What a plugin is: one carrier.
pub trait Carrier {
    /// The forms of the carrier's numbers; a test that [`export!`] brings along holds their samples against them.
    const NUMBER_FORMATS: &'static [number_format::NumberFormat] = &[];

    /// Who I am, whom I must reach, how often I may be asked. The network is off here.
    fn describe() -> Descriptor;

    /// Whether a number could be this carrier's, and how likely. The network is off here. Be honest: a format that many
    /// carriers share deserves little confidence, a check digit that holds deserves more. Unless a carrier has rules of its
    /// own, the first of its formats that fits is its opinion.
    fn recognize(number: &str) -> Vec<Candidate> {
        number_format::first(Self::NUMBER_FORMATS, number).into_iter().collect()
    }

    /// What became of these parcels: one outcome for each. Some may fail while others succeed.
    fn track(parcels: &[Parcel]) -> Vec<Outcome>;

    /// These are no longer followed: free what is held for them at the carrier. Most carriers hold nothing.
    fn release(parcels: &[Parcel]) -> Vec<Outcome> {
        parcels.iter().map(|parcel| parcel.outcome(Ok(Answer::default()))).collect()
    }
}

/// Makes a [`Carrier`] the plugin of its crate.
#[macro_export]
macro_rules! export {
    ($carrier:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Adapter = $crate::guest::Adapter<$carrier>;
    $crate::guest::export_adapter!(Adapter with_types_in $crate::guest);
        };

        #[cfg(test)]
        #[test]
        fn every_number_format_holds_its_samples() {
            let formats = <$carrier as $crate::Carrier>::NUMBER_FORMATS.iter();
            let faults: Vec<String> = formats.flat_map(|format| format.faults()).collect();
            assert_eq!(faults, Vec::<String>::new());
        }
    };
}
