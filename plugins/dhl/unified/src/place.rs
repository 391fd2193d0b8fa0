//! Where an event happened.

use parcelwatch_plugin::prelude::*;

use crate::answer::Location;

pub(crate) fn place(unit: &str, location: &Location) -> Option<Place> {
    let locality = location.locality();
    let country = country(unit, location);
    let name = || Some(Country::new(country.as_deref()?)?.name().to_owned());
    Some(Place {
        text: locality.clone().or_else(|| location.shop()).or_else(name)?,
        locality: locality.and_then(|locality| town(&locality, country.as_deref())),
        postcode: location.postcode(),
        country,
    })
}

/// The country's code, or the country's name at the end of the place, where a unit always writes it there. Two letters
/// at the end may be a state of the USA.
pub(crate) fn country(unit: &str, location: &Location) -> Option<String> {
    if let Some(country) = location.country_code().and_then(|code| Country::new(code.trim())) {
        return country.is_assigned().then(|| country.to_string());
    }
    let locality = location.locality()?;
    let name = match unit {
        "express" => locality.rsplit_once(" - ")?.1,
        "parcel-de" => locality.rsplit_once(',').map_or(locality.as_str(), |(_, name)| name),
        _ => return None,
    };
    Country::from_name(name.trim()).map(|country| country.to_string())
}

/// The place without the country at its end; `None` where nothing but the country is named.
fn town(locality: &str, country: Option<&str>) -> Option<String> {
    let is_country = |name: &str| {
        let name = name.trim();
        country.is_some_and(|code| name == code || Country::from_name(name).is_some_and(|named| named.code() == code))
    };
    if is_country(locality) {
        return None;
    }
    let ends = [locality.rsplit_once(" - "), locality.rsplit_once(',')];
    let town = ends.into_iter().flatten().find(|(_, name)| is_country(name)).map_or(locality, |(town, _)| town);
    text::non_empty(town)
}
