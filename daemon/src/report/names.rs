//! How people know a carrier and reach it, and on whose clock they read: each rule once.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use parcelwatch_plugin::http::encode;
use parcelwatch_tracking::{CarrierId, Country, Leg, LegState, Role};

use crate::plugin_host::PluginCard;

/// How people know a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierInfo {
    pub name: String,
    /// The carrier's page for a number, with `{number}` in it.
    pub link: Option<String>,
    /// Ways to ask it: name and value.
    pub contact: Vec<(String, String)>,
}

/// All carriers whose plugins are known, and the zone of the config.
#[derive(Clone, Debug)]
pub struct Names {
    carriers: BTreeMap<CarrierId, CarrierInfo>,
    timezone: TimeZone,
}

impl Names {
    pub fn new(carriers: impl IntoIterator<Item = (CarrierId, CarrierInfo)>, timezone: TimeZone) -> Self {
        Self { carriers: carriers.into_iter().collect(), timezone }
    }

    /// From the plugins as the store keeps them.
    pub fn of_plugins(cards: impl IntoIterator<Item = PluginCard>, timezone: TimeZone) -> Self {
        let carriers = cards.into_iter().filter_map(|card| {
            let info = CarrierInfo { name: card.name, link: card.link, contact: card.contact };
            Some((CarrierId::new(&card.carrier)?, info))
        });
        Self::new(carriers, timezone)
    }

    /// A carrier's name; its id where no plugin knows better.
    pub fn carrier<'a>(&'a self, carrier: &'a CarrierId) -> &'a str {
        self.carriers.get(carrier).map_or(carrier.as_str(), |info| &info.name)
    }

    /// Who a number is with: its carrier, else the name that an answer gave.
    pub fn of_leg(&self, leg: &Leg) -> String {
        match (&leg.carrier, &leg.carrier_name) {
            (Some(carrier), _) => self.carrier(carrier).to_owned(),
            (None, Some(name)) => name.clone(),
            (None, None) => "an unknown carrier".to_owned(),
        }
    }

    pub fn contact(&self, carrier: &CarrierId) -> &[(String, String)] {
        self.carriers.get(carrier).map_or(&[], |info| &info.contact)
    }

    /// The carrier's own page for a number.
    pub fn link(&self, leg: &Leg) -> Option<String> {
        let link = self.carriers.get(leg.carrier.as_ref()?)?.link.as_ref()?;
        Some(link.replace("{number}", &encode(leg.number.as_str())))
    }

    /// The recipient's zone: that of the country the parcel goes to, else that of the config.
    pub fn zone(&self, destination: Option<Country>) -> TimeZone {
        destination.and_then(|country| country.zone()).unwrap_or_else(|| self.timezone.clone())
    }
}

/// What a number is to its parcel.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Given => "your number",
        Role::HandOff => "local number",
        Role::Return => "way back",
        Role::Partner => "partner's number",
        Role::Piece => "another piece",
        Role::Guess => "guess",
    }
}

/// What is done about a number.
pub const fn state(state: LegState) -> &'static str {
    match state {
        LegState::Active => "asked",
        LegState::Dormant => "not asked: another carrier fits better",
        LegState::NoCarrier => "no plugin serves it",
        LegState::Rejected => "set aside by you",
        LegState::Refused => "not followed",
        LegState::Retired => "no longer in the config",
    }
}
