//! Adds a parcel to the config file without touching a character of the rest.

use anyhow::Context as _;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

/// A parcel as it was named on the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct NewParcel {
    pub(super) number: String,
    pub(super) label: Option<String>,
    pub(super) carrier: Option<String>,
    pub(super) order: Option<String>,
    pub(super) marketplace: Option<String>,
    pub(super) country: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) class: Option<String>,
    pub(super) tags: Vec<String>,
    /// Today, so that windows and deadlines have a beginning.
    pub(super) ordered: Option<String>,
}

/// The text of the config with the parcel at its end.
pub(super) fn add(text: &str, parcel: &NewParcel) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().context("the config is not valid TOML; run: parcelwatch check")?;
    let mut table = Table::new();
    let mut set = |key: &str, text: &Option<String>| {
        if let Some(text) = text {
            table[key] = value(text);
        }
    };
    set("label", &parcel.label);
    set("number", &Some(parcel.number.clone()));
    set("carrier", &parcel.carrier);
    set("order", &parcel.order);
    set("marketplace", &parcel.marketplace);
    set("class", &parcel.class);
    set("country", &parcel.country);
    set("postcode", &parcel.postcode);
    if let Some(date) = parcel.ordered.as_ref().and_then(|date| date.parse::<toml_edit::Datetime>().ok()) {
        table["ordered"] = value(date);
    }
    if !parcel.tags.is_empty() {
        table["tags"] = value(parcel.tags.iter().collect::<Array>());
    }
    let parcels = document.entry("parcel").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let parcels = parcels.as_array_of_tables_mut().context("parcel is not written as [[parcel]] in the config")?;
    parcels.push(table);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_order_stay_as_they_are() {
        let text =
            "# my parcels\nlisten = \"127.0.0.1:8470\" # local\n\n# the lamp\n[[parcel]]\nnumber = \"DEMO00000017\"\n";
        let parcel =
            NewParcel { number: "LP00123456789012".into(), label: Some("Book".into()), ..NewParcel::default() };
        let edited = add(text, &parcel).expect("valid TOML");
        assert!(edited.starts_with(text), "{edited}");
        assert!(edited.ends_with("[[parcel]]\nlabel = \"Book\"\nnumber = \"LP00123456789012\"\n"), "{edited}");
        assert!(add("broken = ", &parcel).is_err());
    }
}
