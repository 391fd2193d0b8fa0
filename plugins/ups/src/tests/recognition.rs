use super::*;

fn candidate(number: &str) -> Option<Candidate> {
    let mut candidates = Replay::<Ups>::of().recognize(number);
    assert!(candidates.len() <= 1, "{number}");
    candidates.pop()
}

#[test]
fn numbers_that_hold_are_recognised() {
    for (number, confidence) in [
        ("1Z5R89390357567127", 95),
        ("1Z879E930346834440", 95),
        ("1Z8V92A70367203024", 95),
        ("1ZXX3150YW44070023", 95),
        ("1Z5338FF0107231059", 95),
        ("1Z648616E192760718", 95),
        ("1Z12345E6605272234", 95),
        ("1Z999AA10123456784", 95),
        ("1Z1202R66698804005", 95),
        ("1Z6V86420323794365", 95),
        ("K1506235620", 50),
        ("K2479825491", 50),
        ("V0490119172", 50),
        ("V0431105627", 50),
        ("92748999997295513123034457", 62),
        ("92748901377803583000610270", 62),
        ("9274899992136003821767", 62),
    ] {
        let told = candidate(number).unwrap_or_else(|| panic!("{number} is not recognised"));
        assert_eq!((told.number.as_str(), told.checksum, told.confidence), (number, Some(true), confidence));
    }
}

#[test]
fn numbers_that_do_not_hold_are_told_and_never_vouched_for() {
    // Those that begin 1Z12345E are UPS's own, of its test service.
    for number in [
        "1Z6V86420323794364",
        "1Z12345E0205271688",
        "1Z12345E1305277940",
        "1Z12345E1505270452",
        "1Z12345E0290424025",
        "1Z12345E0393657226",
        "K1506235622",
        "K2479825492",
        "V0411335627",
        "V0423305841",
        "92748999997295513123034458",
        "9274899992136003821768",
    ] {
        let told = candidate(number).map(|candidate| candidate.checksum);
        assert_eq!(told, Some(Some(false)), "{number}");
    }
}

#[test]
fn a_number_that_does_not_hold_is_still_asked() {
    let body = RETURNED.replace("1ZW000000300000046", "1Z12345E0205271688");
    assert_eq!(asked("1Z12345E0205271688", 200, &body).expect("a parcel").events.len(), 4);
}

#[test]
fn the_routing_is_taken_off_a_label() {
    for (number, plain) in [
        ("420430019274800000000000000170", "9274800000000000000170"),
        ("4204300112349274800000000000000170", "9274800000000000000170"),
        ("4204300192748999997295513123034457", "92748999997295513123034457"),
    ] {
        assert_eq!(candidate(number).map(|candidate| candidate.number).as_deref(), Some(plain));
    }
}

#[test]
fn other_numbers_are_none_of_its() {
    for number in [
        "",
        "1Z",
        "2Z5R89390357567127",
        "1A5R89390357567127",
        "1Z6V864223794364",
        "1Z12345E020527079",
        "1Z5R8939035756712X",
        "1Z5R89390357567é7",
        "1z5r89390357567127",
        "1Z5R89390357567127/../x",
        "B1506235620",
        "K150623562",
        "K150623562A",
        "KK506235620",
        "Ké506235620",
        "9400111206206406260787",
        "9261292700768711948021",
        "92748",
        "927489999972955131230344",
        "9274899999729551312303445A",
        "420787459400111206206406260787",
        "420é",
        "986578788855",
        "RB123456785US",
        "٩٢٧٤٨٩٩٩٩",
    ] {
        assert_eq!(candidate(number), None, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Ups::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.name.as_str(), descriptor.batch_max), ("ups", "UPS", 5));
    assert_eq!(descriptor.hosts, ["https://onlinetools.ups.com"]);
    let profile = &descriptor.profiles[0];
    assert_eq!((profile.name.as_str(), profile.kind.as_str()), ("api", "oauth2_client_credentials"));
    assert_eq!(profile.secrets(), ["client_id", "client_secret"]);
    assert_eq!(profile.parameter("token_url"), Some("https://onlinetools.ups.com/security/v1/oauth/token"));
    assert_eq!((profile.parameter("scope"), profile.parameter("style")), (Some(""), Some("basic")));
    assert!(descriptor.countries.iter().all(|code| Country::new(code).is_some_and(|country| country.is_assigned())));
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(
        (descriptor.headers.join(" ").as_str(), fact("facts_as_of")),
        ("transId transactionSrc", Some("2026-11"))
    );
    assert!(fact("access").is_some_and(|access| access.contains("shipping account")));
    assert!(fact("known_from").is_some());
    let probe = candidate(descriptor.probe.as_deref().expect("a probe")).expect("a well-formed number");
    assert_eq!(probe.checksum, Some(true));
}
