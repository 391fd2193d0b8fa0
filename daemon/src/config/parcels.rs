//! `[[parcel]]`: what is followed.

use std::collections::{BTreeMap, HashMap};

use parcelwatch_tracking::{CarrierId, Class, Country, Facts, Parcel, ParcelId, Stage, Status, TrackingNumber};

use super::fault::Fault;
use super::table::{At, Table};
use super::values::{carrier_id, country, one_of};

/// The parcels of all files.
#[derive(Default)]
pub(super) struct Parcels {
    pub(super) list: Vec<Parcel>,
    /// The first parcel that names each carrier.
    pub(super) carriers: BTreeMap<CarrierId, Fault>,
    /// Where each id was seen first.
    ids: HashMap<String, String>,
    /// The parcel of each number, by its place in the list.
    by_number: HashMap<TrackingNumber, usize>,
    /// Of parcels that name no other.
    pub(super) country: Option<Country>,
    pub(super) postcode: Option<String>,
}

impl Parcels {
    pub(super) fn read(&mut self, mut table: Table<'_>) {
        let label = table.text("label").map(|at| at.value.trim().to_owned()).filter(|label| !label.is_empty());
        let given = table.text("id");
        table.name = match given.as_ref().map(|at| &at.value).or(label.as_ref()) {
            Some(name) => format!("parcel \"{name}\""),
            None => "a parcel".to_owned(),
        };
        let numbers = self.numbers(&table);
        let order = table.text("order").map(|at| at.value);
        let id = self.parcel_id(&table, given.as_ref(), label.as_deref(), &numbers, order.as_deref());
        let parcel = Parcel {
            label: label.unwrap_or_else(|| id.as_ref().map_or_else(|| "Parcel".to_owned(), ToString::to_string)),
            numbers,
            order,
            marketplace: table.text("marketplace").map(|at| at.value),
            seller: table.text("seller").map(|at| at.value),
            ordered: table.date("ordered"),
            class: table.text_as("class", class).map(|at| at.value),
            origin: table.text_as("origin", country).map(|at| at.value),
            country: table.text_as("country", country).map(|at| at.value).or(self.country),
            postcode: table.text("postcode").map(|at| at.value).or_else(|| self.postcode.clone()),
            recipient: table.text("recipient").map(|at| at.value),
            carrier: table.text_as("carrier", carrier_id).map(|at| {
                self.carriers.entry(at.value.clone()).or_insert_with(|| table.place(at.span));
                at.value
            }),
            tags: table.texts("tags").into_iter().map(|at| at.value.replace(',', " ").trim().to_owned()).collect(),
            hints: table.free_texts("hints").into_iter().map(|(name, at)| (name, at.value)).collect::<Facts>(),
            ask_every: table.duration("ask_every"),
            order_status: table.text_as("order_status", order_status).map(|at| at.value),
            note: table.text("note").map(|at| at.value),
            ..Parcel::new(id.clone().unwrap_or_else(placeholder), "")
        };
        if parcel.numbers.is_empty() && parcel.order.is_none() && !table.has("number") && !table.has("numbers") {
            table.fault(table.span.clone(), format!("{} has neither a number nor an order", table.name));
        }
        table.finish();
        if id.is_some() {
            self.add(parcel);
        }
    }

    /// Its numbers, each once.
    fn numbers(&self, table: &Table<'_>) -> Vec<TrackingNumber> {
        let mut numbers = Vec::new();
        for number in table.texts("number").into_iter().chain(table.texts("numbers")) {
            match TrackingNumber::new(&number.value) {
                Some(known) if !numbers.contains(&known) => {
                    if let Some(first) = self.by_number.get(&known).map(|index| &self.list[*index]) {
                        let message = format!(
                            "{}: parcel \"{}\" has number {known} already; both are one parcel, with all labels, tags and people",
                            table.name, first.id
                        );
                        table.warn(number.span, message);
                    }
                    numbers.push(known);
                }
                Some(_) => {
                    table.warn(number.span, format!("{}: number {} stands here twice", table.name, number.value))
                }
                None => table.fault(
                    number.span,
                    format!(
                        "{}: \"{}\" is not a tracking number; they have 4 to 64 letters and digits",
                        table.name, number.value
                    ),
                ),
            }
        }
        numbers
    }

    /// A number is one parcel, however often and by whomever it is named.
    fn add(&mut self, parcel: Parcel) {
        let known = parcel.numbers.iter().find_map(|number| self.by_number.get(number).copied());
        let index = known.unwrap_or(self.list.len());
        for number in &parcel.numbers {
            self.by_number.insert(number.clone(), index);
        }
        match known {
            Some(index) => unite(&mut self.list[index], parcel),
            None => self.list.push(parcel),
        }
    }

    /// The id as given, else made from the label, the number or the order; the first of that name keeps it.
    fn parcel_id(
        &mut self,
        table: &Table<'_>,
        given: Option<&At<String>>,
        label: Option<&str>,
        numbers: &[TrackingNumber],
        order: Option<&str>,
    ) -> Option<ParcelId> {
        if let Some(given) = given {
            let Some(id) = ParcelId::new(&given.value) else {
                let suggested = ParcelId::slug(&given.value).map(|id| format!("; try \"{id}\"")).unwrap_or_default();
                table.fault(
                    given.span.clone(),
                    format!("{}: an id has 1 to 64 lower-case letters, digits, - _ and .{suggested}", table.name),
                );
                return None;
            };
            if let Some(first) = self.ids.get(id.as_str()) {
                table.fault(given.span.clone(), format!("{}: another parcel has this id ({first})", table.name));
                return None;
            }
            self.ids.insert(id.to_string(), table.name.clone());
            return Some(id);
        }
        let number = numbers.first().map(TrackingNumber::as_str);
        let base = [label, number, order].into_iter().flatten().find_map(ParcelId::slug).unwrap_or_else(placeholder);
        // Two lamps are told apart by their numbers, so that the order in the file does not matter.
        let with_number = number.and_then(|number| ParcelId::slug(&format!("{base}-{}", &number[number.len() - 4..])));
        let numbered = (2..).filter_map(|count| ParcelId::new(&format!("{base}-{count}")));
        let mut choices = std::iter::once(base.clone()).chain(with_number).chain(numbered);
        let id = choices.find(|id| !self.ids.contains_key(id.as_str()))?;
        self.ids.insert(id.to_string(), table.name.clone());
        Some(id)
    }
}

/// Takes what another entry says of the same parcel. Where both say something, names are joined and the first holds.
fn unite(parcel: &mut Parcel, other: Parcel) {
    let join = |one: Option<String>, other: Option<String>| match (one, other) {
        (Some(one), Some(other)) if one.split(", ").any(|known| known == other) => Some(one),
        (Some(one), Some(other)) => Some(format!("{one}, {other}")),
        (one, other) => one.or(other),
    };
    parcel.label = join(Some(std::mem::take(&mut parcel.label)), Some(other.label)).unwrap_or_default();
    parcel.order = join(parcel.order.take(), other.order);
    parcel.recipient = join(parcel.recipient.take(), other.recipient);
    parcel.note = join(parcel.note.take(), other.note);
    for number in other.numbers {
        if !parcel.numbers.contains(&number) {
            parcel.numbers.push(number);
        }
    }
    for tag in other.tags {
        if !parcel.tags.contains(&tag) {
            parcel.tags.push(tag);
        }
    }
    for (name, value) in other.hints.iter() {
        if parcel.hints.get(name).is_none() {
            parcel.hints.set(name, value);
        }
    }
    // The clocks of a dispute count from the earlier order.
    parcel.ordered = parcel.ordered.into_iter().chain(other.ordered).min();
    parcel.marketplace = parcel.marketplace.take().or(other.marketplace);
    parcel.seller = parcel.seller.take().or(other.seller);
    parcel.class = parcel.class.or(other.class);
    parcel.origin = parcel.origin.or(other.origin);
    parcel.country = parcel.country.or(other.country);
    parcel.postcode = parcel.postcode.take().or(other.postcode);
    parcel.carrier = parcel.carrier.take().or(other.carrier);
    parcel.ask_every = parcel.ask_every.into_iter().chain(other.ask_every).min();
    parcel.order_status = parcel.order_status.or(other.order_status);
}

fn placeholder() -> ParcelId {
    ParcelId::new("parcel").expect("a valid id")
}

fn class(text: &str) -> Result<Class, String> {
    Class::from_key(text).ok_or_else(|| one_of(text, Class::ALL.iter().map(|class| class.key())))
}

fn order_status(text: &str) -> Result<Status, String> {
    let orders = || Status::ALL.into_iter().filter(|status| status.stage() == Some(Stage::Ordered));
    orders().find(|status| status.key() == text).ok_or_else(|| one_of(text, orders().map(Status::key)))
}
