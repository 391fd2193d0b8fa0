//! A small carrier that behaves: one line of text for each scan, newest first, as `CODE|text|time`.

use parcelwatch_plugin::prelude::*;

const VERSION: &str = if cfg!(feature = "second") { "2.0.0" } else { "1.0.0" };

/// Where it asks.
const HOST: &str = if cfg!(feature = "stranger") {
    "https://stranger.example"
} else if cfg!(feature = "dhl") {
    "https://api-eu.dhl.com"
} else {
    "https://courier.example"
};

/// The auth profile of the version with a key.
const KEY: &str = "key";

fn profile() -> Profile {
    if cfg!(feature = "leaky") {
        Profile::query(KEY, &[("key", "{api_key}")])
    } else if cfg!(feature = "dhl") {
        Profile::header(KEY, &[("DHL-API-Key", "{api_key}")])
    } else {
        Profile::header(KEY, &[("x-courier-key", "{api_key}")])
    }
}

/// A small carrier.
#[derive(Debug)]
pub struct Courier;

impl Carrier for Courier {
    fn describe() -> Descriptor {
        let mut hosts = vec![HOST.to_owned()];
        if cfg!(feature = "greedy") {
            hosts.push("https://elsewhere.example".to_owned());
        }
        let id = if cfg!(feature = "dhl") { "dhl" } else { "courier" };
        let profiles = if cfg!(feature = "keyed") { vec![profile()] } else { Vec::new() };
        let descriptor = Descriptor::new(id, "Courier", VERSION);
        Descriptor { hosts, profiles, gap_s: 0, pace_ms: 0, batch_max: 1, ..descriptor }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        let ours = number.strip_prefix("COU").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        ours.then(|| Candidate::new(number, 90, "courier number")).into_iter().collect()
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        parcels.iter().map(|parcel| parcel.outcome(ask(parcel))).collect()
    }
}

fn ask(parcel: &Parcel) -> Result<Answer, Failure> {
    let mut request = http::get(&format!("{HOST}/track")).query("number", &parcel.number);
    if cfg!(feature = "keyed") {
        request = request.auth(KEY);
        host::remember("asked", parcel.number.as_bytes(), 86_400);
    }
    let reply = request.send()?;
    if reply.status != 200 {
        return Err(reply.unexpected());
    }
    let facts = vec![("plugin_version".to_owned(), VERSION.to_owned())];
    Ok(Answer { events: reply.text().lines().filter_map(event).collect(), facts, ..Answer::default() })
}

fn event(line: &str) -> Option<Event> {
    let mut fields = line.split('|');
    let (code, text, at) = (fields.next()?, fields.next()?, fields.next()?);
    // The second version knows a code that the first one does not.
    let status = match code {
        "IN" => Status::Accepted,
        "OUT" => Status::OutForDelivery,
        "DONE" => Status::Delivered,
        "HUB" if cfg!(feature = "second") => Status::LocalProcessing,
        _ => Status::Unknown,
    };
    Some(Event { moment: civil::parse(at), code: Some(code.to_owned()), ..Event::new(status, text) })
}

parcelwatch_plugin::export!(Courier);
