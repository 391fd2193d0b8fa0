//! A carrier that does everything a plugin must not be able to do. The number says what.

use parcelwatch_plugin::prelude::*;

/// A carrier that misbehaves.
#[derive(Debug)]
pub struct Hostile;

impl Carrier for Hostile {
    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://hostile.example".into(), "https://localhost".into()],
            gap_s: 0,
            pace_ms: 0,
            ..Descriptor::new("hostile", "Hostile", "1")
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        number.starts_with("EVIL").then(|| Candidate::new(number, 90, "evil")).into_iter().collect()
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        parcels.iter().flat_map(misbehave).collect()
    }
}

fn misbehave(parcel: &Parcel) -> Vec<Outcome> {
    let failed = |fault: http::Fault| {
        let mut failure = Failure::new(FailureKind::Unavailable, format!("{}: {}", fault.kind, fault.message));
        failure.facts.push(("kind".into(), fault.kind));
        vec![parcel.outcome(Err(failure))]
    };
    let fine = || {
        vec![parcel.outcome(Ok(Answer { events: vec![Event::new(Status::InTransit, "fine")], ..Answer::default() }))]
    };
    let behaviour =
        parcel.number.trim_start_matches("EVIL-").trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    match behaviour {
        "FINE" => fine(),
        "LOOP" => loop {
            std::hint::black_box(());
        },
        "HOARD" => {
            let mut hoard: Vec<Vec<u8>> = Vec::new();
            loop {
                hoard.push(std::hint::black_box(vec![1; 1 << 20]));
            }
        }
        "DEEP" => {
            std::hint::black_box(recurse(parcel.key.into()));
            fine()
        }
        "PANIC" => panic!("the plugin wants to be seen: {}", parcel.number),
        "WANDER" => match http::get("https://elsewhere.example/").send() {
            Ok(_) => fine(),
            Err(fault) => failed(fault),
        },
        "PRIVATE" => match http::get("https://localhost/").send() {
            Ok(_) => fine(),
            Err(fault) => failed(fault),
        },
        // The operator granted this one; it leads on to what nobody granted.
        "REDIRECT" => {
            let address = host::setting("address").unwrap_or_default();
            let mut request = http::get(&format!("{address}/redirect"));
            request.follow = 3;
            match request.send() {
                Ok(_) => fine(),
                Err(fault) => failed(fault),
            }
        }
        "FLOOD" => {
            let address = host::setting("address").unwrap_or_default();
            let requests = (0..100).map(|_| http::get(&format!("{address}/flood"))).collect();
            let refused = http::send_all(requests).into_iter().filter_map(Result::err).next_back();
            refused.map_or_else(fine, failed)
        }
        "GIANT" => {
            let text = "x".repeat(1 << 19);
            let events = (0..20).map(|_| Event::new(Status::InTransit, text.clone())).collect();
            vec![parcel.outcome(Ok(Answer { events, ..Answer::default() }))]
        }
        "CHATTER" => {
            for line in 0..100_000 {
                host::log(host::Level::Warn, &format!("chatter {line}"));
            }
            fine()
        }
        // It reads what it is given, for ever.
        "BOMB" => {
            let address = host::setting("address").unwrap_or_default();
            let read = http::get(&format!("{address}/bomb")).send().map(|reply| reply.text().len());
            loop {
                let _ = std::hint::black_box(&read);
            }
        }
        "KEEP" => {
            for name in 0..1000 {
                host::remember(&format!("name {name}"), &[7; 8 * 1024], 1_000_000);
            }
            fine()
        }
        "SHUTTLE" => {
            host::remember("ball", &[7; 60 * 1024], 60);
            loop {
                std::hint::black_box(host::recall("ball"));
            }
        }
        "TIDE" => tide(parcel),
        "LIE" => lies(parcel),
        "SILENT" => Vec::new(),
        _ => fine(),
    }
}

#[expect(unconditional_recursion, reason = "that is what it is for")]
fn recurse(depth: u64) -> u64 {
    std::hint::black_box(recurse(std::hint::black_box(depth) + 1)) + 1
}

/// More events than an answer may have, in an order that their clocks contradict, and a cursor beyond all measure.
fn tide(parcel: &Parcel) -> Vec<Outcome> {
    let event = |n: u32| Event {
        moment: Some(Moment::Instant(format!("2026-11-{:02}T{:02}:00:00Z", 1 + n % 2 * 10 + n / 24, n % 24))),
        ..Event::new(Status::InTransit, format!("wave {n}"))
    };
    let answer = Answer { events: (0..260).map(event).collect(), ..Answer::default() };
    vec![Outcome { cursor: Some(vec![7; 5000]), ..parcel.outcome(Ok(answer)) }]
}

/// Outcomes that were not asked for, times that cannot be, and text that wants to be more than text.
fn lies(parcel: &Parcel) -> Vec<Outcome> {
    let text = "<script>alert(1)</script>\u{1b}[31m\u{b}\u{202e}&amp;]]>";
    let event = Event {
        moment: Some(Moment::Instant("9999-01-01T00:00:00Z".into())),
        code: Some("\"><img src=x onerror=alert(1)>".into()),
        place: Some(Place { text: text.into(), country: Some("zz9".into()), ..Place::default() }),
        ..Event::new(Status::InTransit, text)
    };
    let answer = Answer {
        events: vec![event],
        handoffs: vec![Handoff {
            number: parcel.number.clone(),
            carrier: Some("hostile".into()),
            country: None,
            role: Role::HandOff,
            confidence: 255,
            because: "a loop".into(),
        }],
        destination: Some("Nowhere".into()),
        ..Answer::default()
    };
    let other = Outcome { key: 4711, found: Ok(answer.clone()), cursor: None };
    vec![other, parcel.outcome(Ok(answer.clone())), parcel.outcome(Ok(answer))]
}

parcelwatch_plugin::export!(Hostile);
