use super::*;

fn candidate(number: &str) -> Option<Candidate> {
    let mut candidates = Replay::<Usps>::of().recognize(number);
    assert!(candidates.len() <= 1, "{number}");
    candidates.pop()
}

#[test]
fn numbers_that_hold_are_recognised() {
    for number in [
        "420787459400111206206406260787",
        "9400111206206406260787",
        "9405803699300124287899",
        "9434611206206406227577",
        "9400111206206407628746",
        "9400111206206407628845",
        "4201028200009261290113185417468510",
        "9505511069605048600624",
        "9361289878700317633795",
        "9261292700768711948021",
        "9261290983497923666238",
        "420902459261290336128704042634",
        "420926029261290336128704067248",
        "9400109699938860246573",
        "4209215512349505500020714300000128",
        "92023901003036542400961407",
        "9400109104250532908587",
        "9261290289104185136058",
        "420221539101026837331000039521",
        "9101123456789000000013",
        "9474812901015476250258",
        "420944019261299999877816190127",
        "4203300992612927005269000093974783",
        "9400111899223837861141",
        "9370369903503795136688",
        "4206810692612927005269000028978091",
        "03071790000523483741",
        "71123456789123456787",
        "70131710000012912087",
        "EC207920162US",
        "RB123456785US",
    ] {
        let candidate = candidate(number).unwrap_or_else(|| panic!("{number} is not recognised"));
        assert_eq!(candidate.checksum, Some(true), "{number}");
        assert!(number.ends_with(&candidate.number), "{number} became {}", candidate.number);
    }
}

#[test]
fn numbers_that_do_not_hold_are_never_vouched_for() {
    for number in [
        "9434611206206407667131",
        "9434611306206407667222",
        "9101123456789000000014",
        "4206810692612927005269000028978090",
        "61299998820821171811",
        "03071790000523483742",
        "71969010756003077386",
        "RB123456786US",
    ] {
        let checksum = candidate(number).map(|candidate| candidate.checksum);
        assert_eq!(checksum, Some(Some(false)), "{number}");
    }
}

#[test]
fn the_routing_is_taken_off_and_how_sure_it_is_follows_the_form() {
    for (number, plain, confidence, country) in [
        ("420787459400111206206406260787", "9400111206206406260787", 85, None),
        ("4201028200009261290113185417468510", "9261290113185417468510", 60, None),
        ("4203300992612927005269000093974783", "92612927005269000093974783", 60, None),
        ("9274899992136003821767", "9274899992136003821767", 60, None),
        ("03071790000523483741", "03071790000523483741", 35, None),
        ("00340434292135100056", "00340434292135100056", 10, None),
        ("EC207920162US", "EC207920162US", 90, Some("US")),
        ("RB123456785GB", "RB123456785GB", 15, Some("GB")),
        ("UJ826304125YP", "UJ826304125YP", 15, None),
    ] {
        let candidate = candidate(number).unwrap_or_else(|| panic!("{number} is not recognised"));
        assert_eq!(
            (candidate.number.as_str(), candidate.confidence, candidate.country.as_deref()),
            (plain, confidence, country)
        );
    }
}

#[test]
fn other_numbers_are_none_of_its() {
    for number in [
        "",
        "4",
        "420",
        "42078745",
        "986578788855",
        "1Z5R89390357567127",
        "LP00123456789012",
        "9600111206206406260787",
        "420é7459400111206206406260787",
        "٩٤٠٠١١١٢٠٦٢",
        "94001112062064062607871",
    ] {
        assert_eq!(candidate(number), None, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Usps::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("usps", 1));
    assert_eq!(descriptor.hosts, ["https://apis.usps.com"]);
    let profile = &descriptor.profiles[0];
    assert_eq!((profile.name.as_str(), profile.kind.as_str()), ("api", "oauth2_client_credentials"));
    assert_eq!(profile.secrets(), ["client_id", "client_secret"]);
    assert_eq!(profile.parameter("token_url"), Some("https://apis.usps.com/oauth2/v3/token"));
    assert_eq!((profile.parameter("scope"), profile.parameter("style")), (Some("tracking"), Some("json")));
    assert_eq!(descriptor.quotas, [Quota { requests: 60, seconds: 3600, resets_at: None }]);
    assert!(descriptor.facts.iter().any(|(name, value)| name == "access" && value.contains("tracking product")));
}
