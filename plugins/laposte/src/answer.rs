//! The form of La Poste's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::{COUNTRIES, codes};

/// The answer down to what it says of each number: one object for one number, a list for several, or a list of one.
pub(crate) fn items(reply: &Reply) -> Result<Vec<Item>, Failure> {
    let json::List(items) = reply.json()?;
    items.ok_or_else(|| Failure::changed("La Poste's answer is neither an object nor a list any more"))
}

/// What the answer says of one number. `returnCode` is that of HTTP, for this number alone.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Item {
    return_code: json::Integer,
    return_message: json::Text,
    code: json::Text,
    id_ship: json::Text,
    shipment: json::Object<Shipment>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Shipment {
    id_ship: json::Text,
    /// 1 letter, 2 letter from abroad, 3 Chronopost, 4 Colissimo.
    holder: json::Integer,
    product: json::Text,
    estim_date: json::Text,
    event: json::List<Scan>,
    timeline: json::List<Step>,
    context_data: json::Object<Context>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scan {
    code: json::Text,
    label: json::Text,
    date: json::Text,
}

/// One of the five steps of every parcel: 1 handed over, 2 on its way, 3 at the delivery site, 4 prepared, 5 delivered.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Step {
    id: json::Integer,
    country: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    removal_point: json::Object<PickupPoint>,
    origin_country: json::Text,
    arrival_country: json::Text,
    partner: json::Object<Partner>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PickupPoint {
    name: json::Text,
}

/// The carrier at the other end of an international parcel, and its number for it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Partner {
    name: json::Text,
    reference: json::Text,
}

/// What the answer says of a number that it names, whatever place in it that has.
pub(crate) fn named(items: &[Item], number: &str) -> Option<Result<Answer, Failure>> {
    Some(items.iter().find(|item| item.is_about(number))?.answer(number))
}

/// What the answer says of the only number that was asked, which it need not repeat.
pub(crate) fn of_one(items: &[Item], number: &str) -> Result<Answer, Failure> {
    if let Some(told) = named(items, number) {
        return told;
    }
    match items {
        [item] if item.names().is_none_or(|name| text::is_variant(name, number)) => item.answer(number),
        _ if items.iter().any(|item| item.names().is_none()) => Err(Failure::nameless("La Poste")),
        _ => Err(Failure::left_out("La Poste", number)),
    }
}

impl Item {
    fn names(&self) -> Option<&str> {
        let of_shipment = self.shipment.as_ref().and_then(|shipment| shipment.id_ship.as_deref());
        of_shipment.or(self.id_ship.as_deref()).map(str::trim)
    }

    fn is_about(&self, number: &str) -> bool {
        self.names().is_some_and(|name| text::is_same(name, number))
    }

    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let failure = match (self.shipment.as_ref(), *self.return_code) {
            (Some(shipment), None | Some(200 | 207)) => return shipment.answer(number),
            (_, Some(404)) => Failure::unknown_number("La Poste", number),
            (_, Some(400)) => Failure::not_accepted("La Poste", number),
            (_, Some(401 | 403)) => Failure::auth_failed("La Poste refused the key"),
            (_, Some(429)) => Failure::rate_limited("La Poste asked to slow down"),
            (_, Some(500..)) => Failure::unavailable("La Poste is out of order for this number"),
            (None, _) if self.code.as_deref() == Some("UNAUTHORIZED") => {
                Failure::auth_failed("La Poste refused the key")
            }
            _ => Failure::changed(format!(
                "La Poste's answer about {number} has nothing this plugin knows{}",
                self.words()
            )),
        };
        Err(Failure { http_status: self.return_code.and_then(|code| u16::try_from(code).ok()), ..failure })
    }

    fn words(&self) -> String {
        let words = self.return_message.clean();
        words.map(|words| format!(": {}", text::discreet(&words))).unwrap_or_default()
    }
}

impl Shipment {
    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let Some(scans) = self.event.as_deref() else {
            return Err(Failure::without("La Poste", number, "list of events"));
        };
        if scans.is_empty() {
            return Err(Failure::not_scanned("La Poste", number));
        }
        let events: Vec<Event> = scans.iter().map(|scan| scan.event(self.pickup_point())).collect();
        // `isFinal` is true of a return to the sender, too.
        let done = is_end(Some(events[0].status));
        Ok(Answer {
            window: self.window().filter(|_| !done),
            handoffs: self.handoff(number).into_iter().collect(),
            origin: self.origin(),
            destination: self.destination(),
            facts: facts([("service", self.service())]),
            ..Answer::of(events)
        })
    }

    fn service(&self) -> Option<String> {
        let holder = match *self.holder {
            Some(1) => Some("letter"),
            Some(2) => Some("letter from abroad"),
            Some(3) => Some("Chronopost"),
            Some(4) => Some("Colissimo"),
            _ => None,
        };
        holder.map(str::to_owned).or_else(|| self.product.clean())
    }

    /// An estimate at midnight means the day.
    fn window(&self) -> Option<Window> {
        let latest = civil::date_at_midnight(civil::parse(self.estim_date.as_deref()?)?);
        Some(Window::new(None, latest))
    }

    fn origin(&self) -> Option<String> {
        let told = self.context_data.as_ref().and_then(|context| country(context.origin_country.as_deref()));
        told.or_else(|| self.country_of_step(1))
    }

    /// Not by the fifth step: a parcel that went back was delivered where it came from.
    fn destination(&self) -> Option<String> {
        let told = self.context_data.as_ref().and_then(|context| country(context.arrival_country.as_deref()));
        told.or_else(|| self.country_of_step(3)).or_else(|| self.country_of_step(4))
    }

    fn country_of_step(&self, id: i64) -> Option<String> {
        let step = self.timeline.iter().flatten().find(|step| *step.id == Some(id))?;
        country(step.country.as_deref())
    }

    fn pickup_point(&self) -> Option<String> {
        let name = self.context_data.as_ref()?.removal_point.as_ref()?.name.as_deref()?;
        text::non_empty(name).map(|name| text::discreet(&name))
    }

    /// A partner's number is worth following where it is another than ours. That of the post at the other end is the local
    /// one where the parcel goes abroad; where it arrives here, it is the one under which it was sent.
    fn handoff(&self, number: &str) -> Option<Handoff> {
        let partner = self.context_data.as_ref()?.partner.as_ref()?;
        let reference = Handoff::number(partner.reference.as_deref()?, number)?;
        let abroad = self.destination().filter(|country| !COUNTRIES.contains(&country.as_str()));
        let role = if abroad.is_some() { Role::HandOff } else { Role::Partner };
        let handoff = Handoff::new(reference, role, 70, "La Poste gives it as its partner's reference");
        Some(handoff.at(partner.name.clean(), abroad))
    }
}

fn country(told: Option<&str>) -> Option<String> {
    Country::new(told?).filter(Country::is_assigned).map(|country| country.to_string())
}

impl Scan {
    fn event(&self, pickup_point: Option<String>) -> Event {
        let words = text::discreet(&text::clean(self.label.as_deref().unwrap_or_default()));
        let code = self.code.trimmed();
        let status = code.map_or(Status::Unknown, |code| codes::status(code, &words));
        let place = pickup_point.filter(|_| status == Status::AvailableForPickup);
        Event {
            moment: self.date.moment(),
            code: code.map(str::to_owned),
            place: place.map(Place::named),
            facts: codes::fact(status, &words).into_iter().collect(),
            ..Event::new(status, words)
        }
    }
}
