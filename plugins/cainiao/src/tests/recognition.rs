use super::*;

fn candidate(number: &str) -> Option<Candidate> {
    let mut candidates = Replay::<Cainiao>::of().recognize(number);
    assert!(candidates.len() <= 1, "{number}");
    candidates.pop()
}

#[test]
fn its_own_numbers_are_recognised() {
    for (number, confidence) in [
        ("LP00123456789012", 85),
        ("LP00000000000", 60),
        ("LP00123456789012CN", 60),
        ("CNG00690019686337", 95),
        ("CNG00699004559338", 95),
        ("CNG00700523490811", 95),
        ("CNG00798678939847", 95),
        ("AE010698498", 70),
        ("RS0814398526Y", 70),
        ("UZ0556033196Y", 70),
        ("AP00839790702074", 75),
        ("CNBR00160702682", 85),
        ("7639654956", 5),
    ] {
        let candidate = candidate(number).unwrap_or_else(|| panic!("{number} is not recognised"));
        assert_eq!((candidate.confidence, candidate.checksum), (confidence, None), "{number}");
        assert_eq!(candidate.number, number);
        assert!(candidate.needs.is_empty());
    }
}

#[test]
fn a_package_of_aliexpress_may_be_its() {
    for number in ["JY26CAA0D000551012", "HM0000010001198611", "PDN0123456789012"] {
        assert_eq!(candidate(number).map(|candidate| candidate.confidence), Some(20), "{number}");
    }
    assert_eq!(candidate("JY0123456789"), None, "that is J&T's");
}

#[test]
fn any_posts_number_could_be_asked_and_its_post_is_the_better_guess() {
    for (number, holds, country) in [
        ("UG251542831MV", true, Some("MV")),
        ("NM062508760BR", true, Some("BR")),
        ("UB209300714LV", true, Some("LV")),
        ("LP165048889CN", true, Some("CN")),
        ("UJ826304125YP", true, None),
        ("RB123456786US", false, Some("US")),
    ] {
        let candidate = candidate(number).unwrap_or_else(|| panic!("{number} is not recognised"));
        assert_eq!((candidate.checksum, candidate.country.as_deref()), (Some(holds), country), "{number}");
        assert!(candidate.confidence < 50, "{number}");
    }
}

#[test]
fn other_numbers_are_none_of_its() {
    for number in [
        "",
        "LP0012",
        "LP00123456789012X",
        "CNG0069001968633",
        "CNG006900196863377",
        "AE01069849",
        "RS081439852Y",
        "AP0083979070207",
        "CNBR0016070268",
        "1Z5R89390357567127",
        "9400111206206406260787",
        "4PX3001291278502CN",
        "YT2229521272164446",
        "rs0814398526y",
        "LP٠٠١٢٣٤٥٦٧٨٩٠١٢",
        "日本語",
    ] {
        assert_eq!(candidate(number), None, "{number}");
    }
}

#[test]
fn the_descriptor_says_who_it_is_and_what_it_needs() {
    let descriptor = Cainiao::describe();
    assert_eq!((descriptor.id.as_str(), descriptor.batch_max), ("cainiao", 10));
    assert_eq!(descriptor.hosts, ["https://global.cainiao.com"]);
    assert!(descriptor.pace_ms >= 750 && descriptor.gap_s >= 7200);
    assert_eq!((descriptor.profiles, descriptor.zone), (Vec::new(), None));
    assert!(descriptor.link.is_some_and(|link| link.ends_with("newDetail.htm?mailNoList={number}")));
    assert!(descriptor.facts.iter().any(|(name, _)| name == "access"));
}
