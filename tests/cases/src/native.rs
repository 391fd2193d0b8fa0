//! The carriers, each by its plugin's own code.

use parcelwatch_plugin::http::{Body, Reply};
use parcelwatch_plugin::replay::Replay;
use parcelwatch_plugin::{Answer, Carrier, Descriptor, Failure};
use parcelwatch_tracking::{Candidate, CarrierId, Country, TrackingNumber};
use serde_json::Value;

/// Number, hints, replies, now, and whether the replies are made up, so that what the daemon drops of them fails nothing.
type Track = fn(&str, &[(&str, &str)], Vec<Reply>, &str, bool) -> Result<Answer, Failure>;

/// A carrier whose plugin runs here without a sandbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Native {
    describe: fn() -> Descriptor,
    recognize: fn(&str) -> Vec<parcelwatch_plugin::Candidate>,
    track: Track,
}

/// All bundled carriers but the one that is made to be copied.
const CARRIERS: &[Native] = &[
    native::<parcelwatch_cainiao::Cainiao>(),
    native::<parcelwatch_canadapost::CanadaPost>(),
    native::<parcelwatch_china_ems::ChinaEms>(),
    native::<parcelwatch_china_post::ChinaPost>(),
    native::<parcelwatch_chronopost::Chronopost>(),
    native::<parcelwatch_deutsche_post::DeutschePost>(),
    native::<parcelwatch_dhl::Dhl>(),
    native::<parcelwatch_fedex::Fedex>(),
    native::<parcelwatch_fourpx::FourPx>(),
    native::<parcelwatch_inpost::InPost>(),
    native::<parcelwatch_laposte::LaPoste>(),
    native::<parcelwatch_royalmail::RoyalMail>(),
    native::<parcelwatch_seventeentrack::SeventeenTrack>(),
    native::<parcelwatch_ship24::Ship24>(),
    native::<parcelwatch_sunyou::SunYou>(),
    native::<parcelwatch_tnt::Tnt>(),
    native::<parcelwatch_ups::Ups>(),
    native::<parcelwatch_usps::Usps>(),
    native::<parcelwatch_yanwen::Yanwen>(),
];

const fn native<C: Carrier>() -> Native {
    Native { describe: C::describe, recognize: recognized::<C>, track: tracked::<C> }
}

fn recognized<C: Carrier>(number: &str) -> Vec<parcelwatch_plugin::Candidate> {
    Replay::<C>::of().recognize(number)
}

fn tracked<C: Carrier>(
    number: &str,
    hints: &[(&str, &str)],
    replies: Vec<Reply>,
    now: &str,
    is_made_up: bool,
) -> Result<Answer, Failure> {
    let mut replay = Replay::<C>::of();
    if is_made_up {
        replay.lenient();
    }
    replay.any(replies).now(now).track_with(number, hints)
}

impl Native {
    /// The carrier of an id.
    ///
    /// # Panics
    ///
    /// When no bundled plugin has it: the case is wrong then.
    pub(crate) fn of(id: &str) -> Self {
        Self::find(id).unwrap_or_else(|| panic!("no bundled plugin is called {id:?}"))
    }

    pub(crate) fn find(id: &str) -> Option<Self> {
        CARRIERS.iter().find(|native| (native.describe)().id == id).copied()
    }

    pub(crate) fn describe(&self) -> Descriptor {
        (self.describe)()
    }

    /// Asks about a number; the replies are served one after another, the last one for good.
    pub(crate) fn track(
        &self,
        number: &str,
        hints: &[(&str, &str)],
        replies: Vec<Reply>,
        now: &str,
        is_made_up: bool,
    ) -> Result<Answer, Failure> {
        (self.track)(number, hints, replies, now, is_made_up)
    }

    /// Whether it takes a number for its own.
    pub(crate) fn claims(&self, number: &str) -> bool {
        (self.recognize)(number).iter().any(|told| told.confidence >= 30)
    }

    /// Its opinions on a number, as the daemon hands them on.
    fn opinions(&self, number: &TrackingNumber) -> Vec<Candidate> {
        (self.recognize)(number.as_str()).into_iter().filter_map(|told| self.candidate(told)).collect()
    }

    fn candidate(&self, told: parcelwatch_plugin::Candidate) -> Option<Candidate> {
        let descriptor = self.describe();
        Some(Candidate {
            carrier: CarrierId::new(&descriptor.id)?,
            carrier_name: descriptor.name,
            number: TrackingNumber::new(&told.number)?,
            confidence: told.confidence,
            scheme: told.scheme,
            checksum: told.checksum,
            country: told.country.as_deref().and_then(Country::new),
            needs: told.needs,
            serves: descriptor.countries.iter().filter_map(|country| Country::new(country)).collect(),
            link: None,
            is_aggregator: descriptor.roles.iter().any(|role| role == "aggregator"),
        })
    }
}

/// What all plugins think of a number. The carrier that the user chose is a candidate whatever its plugin thinks.
pub(crate) fn opinions(number: &TrackingNumber, chosen: Option<&CarrierId>) -> Vec<Candidate> {
    let mut opinions: Vec<Candidate> = CARRIERS.iter().flat_map(|native| native.opinions(number)).collect();
    if let Some(chosen) = chosen.filter(|chosen| opinions.iter().all(|candidate| candidate.carrier != **chosen)) {
        let told = parcelwatch_plugin::Candidate::new(number.as_str(), 0, "chosen by the user");
        opinions.extend(Native::of(chosen.as_str()).candidate(told));
    }
    opinions
}

/// A reply as a case has it: text, or JSON as it stands.
pub(crate) fn reply(status: u16, content_type: &str, body: &Value) -> Reply {
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Reply { status, url: String::new(), headers, body: Body::Text(body) }
}
