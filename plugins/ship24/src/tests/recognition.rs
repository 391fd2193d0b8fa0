use super::*;

#[test]
fn any_number_could_be_found_and_none_is_claimed() {
    let replay = Replay::<Ship24>::of();
    for number in ["S24DEMO456393", "LX000000014CN", "1Z999AA10123456784", "12345", "AB-0001-CD", &"7".repeat(50)] {
        let [candidate] = replay.recognize(number).try_into().unwrap_or_else(|_| panic!("{number}"));
        assert_eq!((candidate.confidence, candidate.scheme.as_str()), (10, "aggregator"), "{number}");
        assert_eq!((candidate.checksum, candidate.country), (None, None), "{number}");
    }
    for number in ["1234", "", "HELLO", "SHIP24_SAMPLE_1", "12/34/56", "12 345", "ÄÖÜ12345", &"7".repeat(51), "12345\n"]
    {
        assert!(replay.recognize(number).is_empty(), "{number}");
    }
}

#[test]
fn the_vendors_own_samples_can_be_asked_by_name() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(201, &PENDING.replace(NUMBER, "SHIP24_SAMPLE_PENDING_000"));
    let failure = replay.track_one("SHIP24_SAMPLE_PENDING_000").expect_err("pending");
    assert_eq!(failure.kind, FailureKind::Inconclusive);
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Ship24::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.roles.as_slice()), ("ship24", &["aggregator".into()][..]));
    assert_eq!(descriptor.hosts, ["https://api.ship24.com"]);
    assert_eq!(descriptor.profiles[0].secrets(), ["api_key"]);
    let attached = descriptor.profiles[0].attach(&|_| Some("k".into()), None).expect("the key is there");
    assert_eq!(attached.headers, [("authorization".into(), "Bearer k".into())]);
    assert!(descriptor.countries.is_empty() && descriptor.gap_s >= 3 * 60 * 60);
    let fact = |name: &str| descriptor.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((fact("facts_as_of"), descriptor.probe.as_deref()), (Some("2026-11"), Some("S24DEMO456393")));
}
