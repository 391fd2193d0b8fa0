//! The table in `plugins/README.md` is what the plugins say of themselves. `UPDATE_EXPECT=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::home;

const BEGIN: &str = "<!-- The plugins write this table: UPDATE_EXPECT=1 cargo test carrier_table -->\n";
const END: &str = "<!-- The end of the table. -->\n";

#[test]
fn the_table_of_carriers_says_what_the_plugins_say_of_themselves() {
    let home = home("");
    let daemon = home.start();
    let system = daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|p| p["state"] == "running"))
    });
    let told = table(system["plugins"].as_array().map(Vec::as_slice).unwrap_or_default());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/README.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the table's begin is marked");
    let (written, after) = rest.split_once(END).expect("the table's end is marked");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{told}{END}{after}")).expect("the page is ours");
    } else {
        assert!(written == told, "plugins/README.md differs; write it anew with UPDATE_EXPECT=1:\n{told}");
    }
}

fn table(plugins: &[Value]) -> String {
    let mut rows: Vec<(u8, String, String)> = plugins.iter().filter_map(row).collect();
    rows.sort();
    let mut table =
        "| carrier | access | how to get a key | quota | known from | facts as of |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for (_, _, row) in rows {
        table.push_str(&row);
    }
    table
}

/// Those that need no key first. The demo has no facts, and no row.
fn row(card: &Value) -> Option<(u8, String, String)> {
    let fact = |name: &str| {
        let mut facts = card["facts"].as_array()?.iter();
        let pair = facts.find(|pair| pair[0] == name)?;
        Some(pair[1].as_str().unwrap_or_default().replace('|', "\\|"))
    };
    let (how, known, as_of) = (fact("access")?, fact("known_from"), fact("facts_as_of"));
    let (carrier, name) = (card["carrier"].as_str()?, card["name"].as_str()?);
    let needs_key = card["secrets"].as_array().is_some_and(|secrets| !secrets.is_empty());
    let (rank, access) = match (needs_key, fact("contract")) {
        (false, _) => (0, "no key"),
        (true, None) => (1, "own key"),
        (true, Some(_)) => (2, "contract"),
    };
    let quotas: Vec<String> = card["quotas"].as_array().into_iter().flatten().map(quota).collect();
    let counted = if quotas.is_empty() { "none published".to_owned() } else { quotas.join(", ") };
    let quota = fact("quota").unwrap_or(counted);
    let batch = match card["batch_max"].as_u64() {
        None | Some(1) => String::new(),
        Some(batch) => format!("; {batch} numbers at once"),
    };
    let mut row = String::new();
    writeln!(
        row,
        "| [{name}]({carrier}) | {access} | {how} | {quota}{batch} | {} | {} |",
        known.unwrap_or_else(|| panic!("{carrier} does not say what it is known from")),
        as_of.unwrap_or_else(|| panic!("{carrier} does not date its facts")),
    )
    .expect("a string takes what is written to it");
    Some((rank, name.to_lowercase(), row))
}

fn quota(quota: &Value) -> String {
    let span = match quota["seconds"].as_u64().unwrap_or_default() {
        86_400 => "a day".to_owned(),
        3600 => "an hour".to_owned(),
        60 => "a minute".to_owned(),
        seconds if seconds % 3600 == 0 => format!("in {} hours", seconds / 3600),
        seconds => format!("in {seconds} seconds"),
    };
    let from = quota["resets_at"].as_str().map(|clock| format!(" from {clock}")).unwrap_or_default();
    format!("{} requests {span}{from}", quota["requests"])
}
