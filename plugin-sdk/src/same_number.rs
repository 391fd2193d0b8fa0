//! One number, several parcels: which of them is meant?
//!
//! Carriers hand numbers out again, and answer a customer's reference with every parcel that ever carried it. The hints of
//! the user decide; where they are not enough, the user is asked to choose.

use crate::civil::{date_of, days_between, iso_date};
use crate::{Choice, Failure, FailureKind, Moment, Parcel};

/// A date that a person remembers, or that another clock wrote, may be off by this much.
const SHIP_DATE_DAYS_MAX: i64 = 3;
/// Numbers are handed out again after months; a label may be made some weeks before the parcel is shipped.
const ANNOUNCED_DAYS_MAX: i64 = 30;
/// A parcel is shipped after it was ordered, but perhaps in a time zone where that was still the day before.
const ORDERED_DAYS_MAX: i64 = 1;

/// One of the parcels that a carrier has under one number: what distinguishes it from the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameNumberParcel {
    /// The carrier's own name for this one.
    pub id: Option<String>,
    /// The product or unit that carries it.
    pub service: Option<String>,
    /// When it was shipped, or first heard of.
    pub shipped: Option<Moment>,
    /// When it was last heard of.
    pub last: Option<Moment>,
    /// Where it goes, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub postcode: Option<String>,
    /// What people see when they choose.
    pub label: String,
}

impl SameNumberParcel {
    /// Whether it is a label only, and may have been made for a parcel that was shipped on this day.
    fn could_be_label_of(&self, shipped: &Moment) -> bool {
        let is_label = self.shipped.as_ref().and_then(date_of) == self.last.as_ref().and_then(date_of);
        let days = self.last.as_ref().and_then(|last| days_between(last, shipped));
        is_label && days.is_some_and(|days| (0..=ANNOUNCED_DAYS_MAX).contains(&days))
    }

    /// The value of a hint that names this parcel.
    fn value(&self, hint: &str) -> Option<String> {
        match hint {
            "shipment" => self.id.clone(),
            "service" => self.service.clone(),
            "ship_date" => self.shipped.as_ref().and_then(date_of).map(|date| date.to_string()),
            "postcode" => self.postcode.clone(),
            "country" => self.country.clone(),
            _ => None,
        }
    }
}

/// The position of the parcel that the hints name: `shipment`, `service` and `ship_date` first, because the user chose
/// them, then `ordered` (a parcel last seen before the order is another one, and so is one last seen before a `ship_date`
/// that fits no parcel, unless it is a label that still waits), `postcode` and `country`. Where several fit, or only an
/// older one is there, the failure is `ambiguous` and names the hint that decides for each.
pub fn resolve(parcel: &Parcel, carrier: &str, identities: &[SameNumberParcel]) -> Result<usize, Failure> {
    let mut shortlist = Shortlist::of(identities);
    if shortlist.left.is_empty() {
        return Err(Failure::not_found(format!("{carrier} does not know {}", parcel.number)));
    }
    if !shortlist.prefer_chosen(parcel) {
        for (hint, days) in [("ordered", ORDERED_DAYS_MAX), ("ship_date", SHIP_DATE_DAYS_MAX)] {
            let Some(begun) = date_hint(parcel, hint) else { continue };
            let told = shortlist.left.clone();
            shortlist.drop_older(&begun, days);
            if shortlist.left.is_empty() && hint == "ship_date" {
                shortlist.left =
                    told.iter().copied().filter(|index| identities[*index].could_be_label_of(&begun)).collect();
            }
            if shortlist.left.is_empty() {
                shortlist.left = told;
                return Err(shortlist.older(parcel, carrier, &begun));
            }
        }
    }
    shortlist.prefer_equal("postcode", parcel);
    shortlist.prefer_equal("country", parcel);
    match shortlist.left.as_slice() {
        [one] => Ok(*one),
        _ => Err(shortlist.several(parcel, carrier)),
    }
}

/// Whether the user named this parcel by its id or by the day on which it was shipped.
pub fn is_chosen(parcel: &Parcel, identity: &SameNumberParcel) -> bool {
    is_named(parcel, identity) || is_dated(parcel, identity)
}

/// Whether the user named this parcel by its id.
pub fn is_named(parcel: &Parcel, identity: &SameNumberParcel) -> bool {
    let ids = identity.id.as_deref().zip(parcel.hint("shipment"));
    ids.is_some_and(|(id, hint)| plain(id) == plain(hint))
}

/// Whether the user named the day on which this parcel was shipped, or one close to it.
pub fn is_dated(parcel: &Parcel, identity: &SameNumberParcel) -> bool {
    date_hint(parcel, "ship_date").is_some_and(|date| is_near(identity, &date, SHIP_DATE_DAYS_MAX))
}

fn is_near(identity: &SameNumberParcel, ship_date: &Moment, days: i64) -> bool {
    let apart = identity.shipped.as_ref().and_then(|shipped| days_between(ship_date, shipped));
    apart.is_some_and(|apart| apart.abs() <= days)
}

/// What a person can say where none of these is theirs for certain: the day of shipping, which stays the same where a carrier
/// takes a parcel in again, or the carrier's own name where the day is another's, too.
pub fn choices(identities: &[SameNumberParcel]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for identity in identities {
        let told = ["ship_date", "shipment"].map(|hint| Some((hint.to_owned(), identity.value(hint)?)));
        let is_new = |hint: &(String, String)| choices.iter().all(|choice| choice.hint != *hint);
        if let Some(hint) = told.into_iter().flatten().find(is_new) {
            choices.push(Choice { hint, label: identity.label.clone() });
        }
    }
    choices
}

/// The failure for a number whose letters name another country than any of its parcels began in: it was handed out again.
pub fn from_another_country(carrier: &str, number: &str, identities: &[SameNumberParcel]) -> Failure {
    let message = format!(
        "{carrier} knows {number} only as a parcel from another country than the letters of the number say; if that is \
         yours nevertheless, say so with the hint ship_date or shipment"
    );
    let needs = vec!["ship_date".to_owned(), "shipment".to_owned()];
    Failure { choices: choices(identities), needs, ..Failure::new(FailureKind::Ambiguous, message) }
}

/// What people see when they choose: `shipped 2026-11-03, to LYON, FR, Delivered`. Parts that are not known are left out.
pub fn label(verb: &str, shipped: Option<&Moment>, parts: &[(&str, Option<&str>)]) -> String {
    let mut label = format!("{verb} {}", shipped.and_then(Moment::day).unwrap_or("some day"));
    for (before, words) in parts {
        if let Some(words) = words {
            label.push_str(before);
            label.push_str(words);
        }
    }
    label
}

/// The parcels that are still in question.
struct Shortlist<'a> {
    identities: &'a [SameNumberParcel],
    left: Vec<usize>,
}

impl<'a> Shortlist<'a> {
    /// Everyone, but the same parcel told twice is one parcel.
    fn of(identities: &'a [SameNumberParcel]) -> Self {
        let first_told = |index: &usize| !identities[..*index].contains(&identities[*index]);
        Self { identities, left: (0..identities.len()).filter(first_told).collect() }
    }

    /// Keeps those that fit, or all where none does: a hint that fits nobody settles nothing. Says whether any did.
    fn prefer(&mut self, fits: &dyn Fn(&SameNumberParcel) -> bool) -> bool {
        let fitting: Vec<usize> = self.left.iter().copied().filter(|index| fits(&self.identities[*index])).collect();
        let any = !fitting.is_empty();
        if any {
            self.left = fitting;
        }
        any
    }

    fn prefer_equal(&mut self, hint: &str, parcel: &Parcel) -> bool {
        let Some(wanted) = parcel.hint(hint).map(plain) else { return false };
        self.prefer(&|identity| identity.value(hint).is_some_and(|value| plain(&value) == wanted))
    }

    /// Whether the user named one by its id or its date, and so overrules the date of the order.
    fn prefer_chosen(&mut self, parcel: &Parcel) -> bool {
        let named = self.prefer_equal("shipment", parcel);
        self.prefer_equal("service", parcel);
        let dated = date_hint(parcel, "ship_date").is_some_and(|ship_date| {
            (0..=SHIP_DATE_DAYS_MAX).any(|days| self.prefer(&|identity| is_near(identity, &ship_date, days)))
        });
        named || dated
    }

    /// Leaves out what was last seen more than so many days before it began, and prefers what was shipped after that.
    fn drop_older(&mut self, begun: &Moment, days: i64) {
        let is_later = |moment: &Option<Moment>| {
            moment.as_ref().and_then(|moment| days_between(begun, moment)).map(|later| later >= -days)
        };
        self.left.retain(|index| is_later(&self.identities[*index].last) != Some(false));
        self.prefer(&|identity| is_later(&identity.shipped) == Some(true));
    }

    fn several(&self, parcel: &Parcel, carrier: &str) -> Failure {
        let (count, number) = (self.left.len(), &parcel.number);
        self.ambiguous(&["service", "ship_date", "shipment", "postcode"], &|hints| {
            format!("{carrier} has {count} parcels under {number}; say which is yours with the hint {hints}")
        })
    }

    fn older(&self, parcel: &Parcel, carrier: &str, begun: &Moment) -> Failure {
        let number = &parcel.number;
        let begun = date_of(begun).map(|date| date.to_string()).unwrap_or_default();
        // Only these two overrule the date of the order.
        self.ambiguous(&["ship_date", "shipment"], &|hints| {
            format!(
                "{carrier} knows {number} only from before {begun}, the day that you told; if that is yours nevertheless, say \
                 so with the hint {hints}"
            )
        })
    }

    fn ambiguous(&self, hints: &[&str], message: &dyn Fn(&str) -> String) -> Failure {
        let choices: Vec<Choice> = self.left.iter().filter_map(|index| self.choice(hints, *index)).collect();
        let used = |hint: &&&str| choices.iter().any(|choice| choice.hint.0 == **hint);
        let needs: Vec<String> = hints.iter().filter(used).map(|hint| (*hint).to_owned()).collect();
        let message = message(&if needs.is_empty() { hints.join(" or ") } else { needs.join(" or ") });
        Failure { needs, choices, ..Failure::new(FailureKind::Ambiguous, message) }
    }

    /// The first hint whose value only this parcel has.
    fn choice(&self, hints: &[&str], index: usize) -> Option<Choice> {
        let identity = &self.identities[index];
        hints.iter().find_map(|hint| {
            let value = identity.value(hint)?;
            let is_theirs = |other: &usize| {
                *other != index
                    && self.identities[*other].value(hint).is_some_and(|theirs| plain(&theirs) == plain(&value))
            };
            let alone = !self.left.iter().any(is_theirs);
            alone.then(|| Choice { hint: ((*hint).to_owned(), value), label: identity.label.clone() })
        })
    }
}

/// A date that the user told.
fn date_hint(parcel: &Parcel, name: &str) -> Option<Moment> {
    iso_date(parcel.hint(name)?.trim()).map(|date| Moment::Date(date.to_string()))
}

/// Letters and digits in one case: how people and carriers space a postcode does not matter.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: &str, service: &str, shipped: &str, last: &str, postcode: &str) -> SameNumberParcel {
        SameNumberParcel {
            id: Some(id.into()),
            service: Some(service.into()),
            shipped: Some(Moment::Date(shipped.into())),
            last: Some(Moment::Date(last.into())),
            country: Some("FR".into()),
            postcode: Some(postcode.into()),
            label: format!("parcel {id}"),
        }
    }

    fn three() -> [SameNumberParcel; 3] {
        [
            identity("A", "express", "2026-11-03", "2026-11-09", "75002"),
            identity("B", "freight", "2026-11-12", "2026-11-15", "69 001"),
            identity("C", "freight", "2026-08-01", "2026-08-04", "75002"),
        ]
    }

    fn settled(hints: &[(&str, &str)]) -> Result<usize, Failure> {
        let hints = crate::pairs(hints);
        let parcel = Parcel { number: "N1".into(), hints, ..Parcel::default() };
        resolve(&parcel, "Example Post", &three())
    }

    #[track_caller]
    fn check(hints: &[(&str, &str)], expected: Option<usize>) {
        assert_eq!(settled(hints).ok(), expected, "{hints:?}");
    }

    #[test]
    fn a_label_leaves_out_what_is_not_known() {
        let shipped = Moment::Instant("2026-11-03T10:00:00+01:00".into());
        assert_eq!(label("mailed", Some(&shipped), &[(", to ", None), (", ", Some("FR"))]), "mailed 2026-11-03, FR");
        assert_eq!(label("mailed", None, &[]), "mailed some day");
    }

    #[test]
    fn a_hint_that_names_one_settles_it() {
        check(&[("shipment", "b")], Some(1));
        check(&[("service", "Express")], Some(0));
        check(&[("service", "freight")], None);
        check(&[("ship_date", "2026-11-12")], Some(1));
        check(&[("ship_date", "2026-11-01")], Some(0));
        check(&[("ship_date", "2026-10-20")], None);
        check(&[("postcode", "69001")], Some(1));
        check(&[("country", "FR")], None);
        check(&[("country", "DE"), ("postcode", "69001")], Some(1));
        check(&[], None);
    }

    #[test]
    fn a_parcel_seen_before_the_order_is_another_one() {
        check(&[("ordered", "2026-11-11"), ("service", "freight")], Some(1));
        check(&[("ordered", "2026-11-01"), ("postcode", "75002")], Some(0));
        check(&[("ordered", "2026-11-10")], Some(1));
        check(&[("ordered", "2026-11-08")], Some(1));
        check(&[("ordered", "2026-12-01")], None);
        check(&[("ordered", "2026-12-01"), ("ship_date", "2026-08-01")], Some(2));
        check(&[("ordered", "soon"), ("shipment", "A")], Some(0));
    }

    #[test]
    fn what_is_left_is_for_the_person_to_choose() {
        let failure = settled(&[]).expect_err("three parcels");
        assert_eq!(failure.kind, FailureKind::Ambiguous);
        let hints: Vec<(&str, &str)> =
            failure.choices.iter().map(|choice| (choice.hint.0.as_str(), choice.hint.1.as_str())).collect();
        assert_eq!(hints, [("service", "express"), ("ship_date", "2026-11-12"), ("ship_date", "2026-08-01")]);
        assert_eq!(
            failure.message,
            "Example Post has 3 parcels under N1; say which is yours with the hint service or ship_date"
        );
        for choice in &failure.choices {
            assert!(settled(&[(&choice.hint.0, &choice.hint.1)]).is_ok(), "{choice:?}");
        }
    }

    #[test]
    fn an_older_parcel_alone_is_not_taken_for_the_new_one() {
        let older = [identity("C", "freight", "2026-08-01", "2026-08-04", "75002")];
        let parcel =
            |hints: &[(&str, &str)]| Parcel { number: "N1".into(), hints: crate::pairs(hints), ..Parcel::default() };
        assert_eq!(resolve(&parcel(&[]), "Example Post", &older), Ok(0));
        let failure =
            resolve(&parcel(&[("ordered", "2026-11-01")]), "Example Post", &older).expect_err("an older parcel");
        assert_eq!(failure.choices[0].hint, ("ship_date".into(), "2026-08-01".into()));
        let chosen = parcel(&[("ordered", "2026-11-01"), ("ship_date", "2026-08-01")]);
        assert_eq!(resolve(&chosen, "Example Post", &older), Ok(0));
        let shipped =
            resolve(&parcel(&[("ship_date", "2026-11-14")]), "Example Post", &older).expect_err("another one");
        assert_eq!(shipped.kind, FailureKind::Ambiguous);
        assert!(shipped.message.contains("before 2026-11-14"), "{}", shipped.message);
        let shipped = parcel(&[("ship_date", "2026-08-20")]);
        assert!(resolve(&shipped, "Example Post", &older).is_err(), "it has arrived before");
        let label = [identity("C", "freight", "2026-08-01", "2026-08-01", "75002")];
        assert_eq!(resolve(&shipped, "Example Post", &label), Ok(0), "it may be announced, and shipped later");
    }

    #[test]
    fn a_person_chooses_by_id_or_by_day() {
        let hinted = |hint: &str, value: &str| {
            let hints = crate::pairs(&[(hint, value)]);
            is_chosen(&Parcel { number: "N1".into(), hints, ..Parcel::default() }, &three()[0])
        };
        assert!(hinted("shipment", "a") && hinted("ship_date", "2026-11-06"));
        assert!(!hinted("shipment", "B") && !hinted("ship_date", "2026-11-07") && !hinted("country", "FR"));
    }

    #[test]
    fn choices_are_by_day_and_by_name_where_days_are_alike() {
        let [first, second, third] = three();
        let same_day = SameNumberParcel { shipped: first.shipped.clone(), ..third };
        let hints: Vec<_> = choices(&[first, second, same_day]).into_iter().map(|choice| choice.hint.1).collect();
        assert_eq!(hints, ["2026-11-03", "2026-11-12", "C"]);
    }

    #[test]
    fn one_parcel_told_twice_is_one_and_none_is_none() {
        let twice = [three()[0].clone(), three()[0].clone()];
        assert_eq!(resolve(&Parcel::default(), "Example Post", &twice), Ok(0));
        let failure = resolve(&Parcel::default(), "Example Post", &[]).expect_err("nothing told");
        assert_eq!(failure.kind, FailureKind::NotFound);
    }

    #[test]
    fn twins_in_all_but_their_id_are_told_apart_by_it() {
        let twins = [
            identity("A", "dsc", "2026-11-03", "2026-11-09", "75002"),
            identity("B", "dsc", "2026-11-03", "2026-11-09", "75002"),
        ];
        let failure = resolve(&Parcel::default(), "Example Post", &twins).expect_err("twins");
        assert_eq!(failure.choices[1].hint, ("shipment".into(), "B".into()));
    }
}
