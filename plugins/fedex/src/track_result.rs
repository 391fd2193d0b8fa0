//! From a result, as FedEx tells it, to an answer.

use parcelwatch_plugin::prelude::*;

use crate::answer::{Address, Estimate, Scan, Site, TrackResult, Weight};
use crate::codes::{self, Route};
use crate::facts;

/// As many further numbers as the daemon keeps of an answer.
const HANDOFFS_MAX: usize = 8;

impl TrackResult {
    /// Everything FedEx tells of it; `number` is the one that was asked.
    pub(crate) fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let summary = self.summary();
        let events = self.events();
        if events.is_empty() {
            match &summary {
                Some(Summary { status: Status::Registered, .. }) => {
                    return Err(Failure::not_scanned("FedEx", number));
                }
                Some(_) => {}
                None => {
                    return Err(Failure::changed("FedEx names a parcel and tells neither a state nor a scan of it"));
                }
            }
        }
        let done = is_end(latest_known(&events));
        Ok(Answer {
            window: self.window().filter(|_| !done),
            handoffs: self.handoffs(number),
            origin: self.origin(),
            destination: self.destination(),
            facts: self.facts(number),
            summary,
            ..Answer::of_known(events)
        })
    }

    /// The scans in FedEx's order, newest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        let (origin, destination) = (self.origin(), self.destination());
        let route = Route { origin: origin.as_deref(), destination: destination.as_deref() };
        let scans = self.scans();
        let mut events: Vec<Event> = Vec::with_capacity(scans.len());
        let turned_round = scans.iter().rposition(|scan| scan.code() == "RS");
        for (index, scan) in scans.iter().enumerate() {
            let went_back = turned_round.is_some_and(|earliest| index <= earliest);
            let status = match codes::meaning(scan, route) {
                // What is delivered after it turned round is back with its sender.
                Status::Delivered if went_back => Status::Returned,
                status => status,
            };
            events.extend(event(scan, status));
        }
        self.say_where(&mut events);
        events
    }

    /// Adds to the newest event what FedEx tells of the parcel as a whole: where it was left, where it waits.
    fn say_where(&self, events: &mut [Event]) {
        let Some(newest) = events.first_mut() else { return };
        let details = self.delivery_details.as_ref();
        let place = || {
            let details = details?;
            let told = [details.location_description.as_deref(), details.location_type.as_deref()];
            told.into_iter().flatten().find_map(|words| facts::PLACES.only(words))
        };
        let fact = match newest.status {
            Status::Delivered if newest.facts.is_empty() => place().map(|place| ("delivered_to", place.to_owned())),
            Status::AvailableForPickup => self.pickup_point().map(|point| ("pickup_at", point)),
            _ => None,
        };
        newest.facts.extend(fact.map(|(name, value)| (name.to_owned(), value)));
    }

    /// The shop where it is held, by its company and town.
    fn pickup_point(&self) -> Option<String> {
        let site = self.hold_at_location.as_ref()?;
        let town = site.address().and_then(place).map(|place| place.text);
        match (site.company(), town) {
            (Some(company), Some(town)) => Some(format!("{company}, {town}")),
            (company, town) => company.or(town),
        }
    }

    /// `None` where FedEx tells neither a code of its state nor words for it.
    fn summary(&self) -> Option<Summary> {
        let latest = self.latest_status_detail.as_ref()?;
        let told = |code: &Option<String>| code.as_ref().and_then(text::non_empty);
        let (code, derived) = (told(&latest.code), told(&latest.derived_code));
        let known = |code: &String| Some(codes::status(code)).filter(|status| *status != Status::Unknown);
        let status = code.iter().chain(&derived).find_map(known).unwrap_or(Status::Unknown);
        let went_back = self.scans().iter().any(|scan| scan.code() == "RS");
        let words = [&latest.status_by_locale, &latest.description].into_iter().flatten().find_map(text::non_empty);
        let code = code.or(derived);
        (code.is_some() || words.is_some()).then(|| Summary {
            status: if status == Status::Delivered && went_back { Status::Returned } else { status },
            code,
            text: text::discreet(&words.unwrap_or_default()),
        })
    }

    /// The estimate follows the parcel; the usual time of its service is told where there is none.
    fn window(&self) -> Option<Window> {
        let hours = |estimate: &Option<Estimate>| {
            let hours = estimate.as_ref()?.window.as_ref()?;
            let latest = hours.ends.as_deref().or(hours.begins.as_deref()).and_then(moment)?;
            Some((hours.begins.as_deref().and_then(moment), latest))
        };
        let dated = || Some((None, moment(self.dated("ESTIMATED_DELIVERY")?)?));
        let (earliest, latest) = hours(&self.estimated_delivery_time_window)
            .or_else(dated)
            .or_else(|| hours(&self.standard_transit_time_window))?;
        Some(Window::new(earliest, latest))
    }

    /// Further numbers: a partner's, the one of a new way, the one of the way back, that of a door tag.
    fn handoffs(&self, number: &str) -> Vec<Handoff> {
        const KINDS: [(&str, Role, u8, &str); 4] = [
            ("PARTNER_CARRIER_NUMBER", Role::HandOff, 85, "FedEx lists it as the partner's number"),
            ("REROUTE_TRACKING_NUMBER", Role::HandOff, 80, "FedEx lists it as the number after rerouting"),
            ("RETURNED_TO_SHIPPER_TRACKING_NUMBER", Role::Return, 90, "FedEx lists it as the number of the way back"),
            // A tag at the door stands for this very parcel, and FedEx answers for its number, too.
            ("TRACKING_NUMBER_OR_DOORTAG", Role::Partner, 70, "FedEx lists it as the number of a tag at the door"),
        ];
        let mut found = Vec::new();
        for (kind, role, confidence, because) in KINDS {
            let partner = kind == "PARTNER_CARRIER_NUMBER";
            for further in self.identifiers(kind) {
                if found.len() == HANDOFFS_MAX {
                    return found;
                }
                let further = text::clean(further);
                let known = found.iter().any(|known: &Handoff| known.number == further);
                if known || further.is_empty() || further.eq_ignore_ascii_case(number) {
                    continue;
                }
                let carrier = if partner { self.partner() } else { Some("fedex") };
                let handoff = Handoff::new(further, role, confidence, because);
                found.push(handoff.at(carrier.map(str::to_owned), self.destination().filter(|_| partner)));
            }
        }
        found
    }

    /// The partner, where a scan names it.
    fn partner(&self) -> Option<&'static str> {
        self.scans().iter().find_map(|scan| match scan.code() {
            "AX" | "OX" => Some("usps"),
            "AC" => Some("canadapost"),
            _ => None,
        })
    }

    pub(crate) fn origin(&self) -> Option<String> {
        let party = self.shipper_information.as_ref().and_then(|party| party.address.as_ref());
        country(party).or_else(|| country(self.origin_location.as_ref().and_then(Site::address)))
    }

    pub(crate) fn destination(&self) -> Option<String> {
        country(self.recipient()).or_else(|| country(self.destination_location.as_ref().and_then(Site::address)))
    }

    /// The town it goes to.
    pub(crate) fn recipient(&self) -> Option<&Address> {
        self.recipient_information.as_ref()?.address.as_ref()
    }

    fn facts(&self, number: &str) -> Vec<(String, String)> {
        let package = self.package_details.as_ref();
        let described = |text: &Option<String>| text.as_ref().and_then(text::non_empty);
        let note = self.service_commit_message.as_ref().and_then(|commit| described(&commit.message));
        let fees = self.information_notes.iter().flatten();
        let mut fees = fees.filter(|note| note.code.as_deref().is_some_and(|code| code.contains("_FEE_")));
        let others = self.identifiers("STANDARD_MPS").into_iter().chain(self.number());
        facts([
            ("service", self.service_detail.as_ref().and_then(|service| described(&service.description))),
            (
                "weight_g",
                package.and_then(|package| weight(package.weight_and_dimensions.as_ref()?.weight.as_deref()?)),
            ),
            (
                "pieces",
                package.and_then(|package| *package.count).filter(|count| *count > 0).map(|count| count.to_string()),
            ),
            ("delay", self.delay()),
            ("pickup_at", self.pickup_point()),
            ("note", note.map(|note| text::discreet(&note))),
            ("fee", fees.find_map(|note| note.code.as_deref()).map(|code| code.replace('_', " ").to_ascii_lowercase())),
            ("shipment_number", others.into_iter().find(|other| !other.eq_ignore_ascii_case(number)).map(text::clean)),
        ])
    }

    /// "delayed, weather", where FedEx says so of the whole parcel.
    fn delay(&self) -> Option<String> {
        let delay = self.latest_status_detail.as_ref()?.delay_detail.as_ref()?;
        let parts: Vec<&str> = [&delay.status, &delay.kind].into_iter().flatten().map(String::as_str).collect();
        text::non_empty(parts.join(", ").replace('_', " ").to_ascii_lowercase()).filter(|words| words != "on time")
    }
}

/// `None` for an entry that says nothing at all.
fn event(scan: &Scan, status: Status) -> Option<Event> {
    let code = Some(scan.code()).filter(|code| !code.is_empty());
    let words = text::discreet(&text::clean(&scan.words()));
    if code.is_none() && words.is_empty() {
        return None;
    }
    let event = Event {
        moment: scan.moment(),
        code: code.map(str::to_owned),
        place: scan.scan_location.as_ref().and_then(place),
        ..Event::new(status, words)
    };
    let fact = facts::of(status, &event.text);
    Some(event.with(fact))
}

impl Scan {
    /// Most scans have an offset. A pickup of Ground comes as midnight without one, and means the day.
    fn moment(&self) -> Option<Moment> {
        match civil::parse(self.date.as_deref()?)? {
            instant @ Moment::Instant(_) => Some(instant),
            moment => Some(civil::date_at_midnight(moment)),
        }
    }
}

/// A time of the whole parcel. Midnight means the day there, whatever its offset: FedEx writes −06:00 everywhere.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    civil::parse(text).map(civil::date_at_midnight)
}

/// Town, state and country, as FedEx has them; `None` where it has none.
pub(crate) fn place(address: &Address) -> Option<Place> {
    let told = |text: &Option<String>| text.as_ref().and_then(text::non_empty);
    let (town, state, country) = (told(&address.city), told(&address.state_or_province_code), country(Some(address)));
    let parts: Vec<&str> = [&town, &state, &country].into_iter().flatten().map(String::as_str).collect();
    let text = parts.join(", ");
    (!text.is_empty()).then(|| Place { text, country, locality: town, postcode: told(&address.postal_code) })
}

fn country(address: Option<&Address>) -> Option<String> {
    let country = Country::new(address?.country_code.as_deref()?.trim())?;
    country.is_assigned().then(|| country.to_string())
}

/// The weight in the finest of the units told.
fn weight(weights: &[Weight]) -> Option<String> {
    let told = |unit: &&str| weights.iter().find(|weight| weight.unit.is(unit)).and_then(|weight| *weight.value);
    ["G", "KG", "LB"].into_iter().find_map(|unit| grams(told(&unit)?, unit))
}
