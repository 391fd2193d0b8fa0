use super::*;

fn candidates(number: &str) -> Vec<Candidate> {
    Replay::<Dhl>::of().recognize(number)
}

#[track_caller]
fn best(number: &str) -> Candidate {
    candidates(number).into_iter().max_by_key(|candidate| candidate.confidence).expect("a format of DHL's")
}

#[test]
fn dhls_numbers_are_recognised_and_their_digits_hold() {
    for number in [
        "3318810025",
        "73891051146",
        "1099255990",
        "3821724944",
        "3318810014",
        "3701430106",
        "9053283201",
        "3180831640",
        "423475729485",
        "00340434292135100056",
        "00340434161094015902",
        "9361289878700317633795",
    ] {
        assert_eq!(best(number).checksum, Some(true), "{number}");
    }
    for number in [
        "JJD0099999999",
        "JVGL0999999990",
        "JJD000390006060575288",
        "JJD000390011492126828",
        "JVGL06048524783718330083",
        "JD014600006281230704",
        "GM2951173225174494",
        "GM295117494011169042",
        "60120172242323",
        "51087693037816",
        "3SHM00001165430",
    ] {
        assert_eq!(best(number).checksum, None, "{number}");
    }
}

#[test]
fn what_is_no_number_of_dhls_is_not_claimed() {
    for number in [
        "XJD0099999998",
        "GS295117494011169041",
        "GR295117494011169045",
        "ABCDEFGHILJKLMNOPQ",
        "A60120172242323",
        "160120172242323",
        "4SHM00001165430",
        "1Z999AA10123456784",
        "RB123456785GB",
        "LX123456785CN",
        "LP00123456789012",
        "",
    ] {
        assert!(candidates(number).is_empty(), "{number}: {:?}", candidates(number));
    }
}

#[test]
fn a_digit_that_does_not_hold_is_said_and_the_rest_is_the_daemons() {
    for (number, confidence) in [
        ("3318810010", 55),
        ("3318810034", 55),
        ("423475729486", 40),
        ("00340434292135100057", 95),
        ("00123450000000000001", 50),
        ("9261290100000000000014", 40),
    ] {
        let candidate = best(number);
        assert_eq!((candidate.confidence, candidate.checksum), (confidence, Some(false)), "{number}");
    }
}

#[test]
fn formats_that_others_share_are_claimed_with_little() {
    for number in [
        // FedEx, GLS, Chronopost, PostNL, USPS, Yodel.
        "986578788855",
        "36301917596",
        "89108749065090",
        "3SDEVC288882229",
        "9261290100000000000013",
        "JJD0002257639032011",
    ] {
        assert!(best(number).confidence < 50, "{number}: {:?}", best(number));
    }
}

#[test]
fn a_routing_code_before_the_number_is_left_out() {
    let candidate = best("420600919261290100000000000013");
    assert_eq!((candidate.number.as_str(), candidate.checksum), ("9261290100000000000013", Some(true)));
    assert_eq!(best("4206009112349261290100000000000013").number, "9261290100000000000013");
    let body = r#"{"shipments": [{"id": "9261290100000000000013", "events": [{"statusCode": "transit"}]}]}"#;
    for written in ["420600919261290100000000000013", "4206009112349261290100000000000013"] {
        let answer = replies("9261290100000000000013", 200, body).track_one(written);
        assert_eq!(answer.map(|answer| answer.events.len()), Ok(1), "{written}");
    }
}

#[test]
fn a_letter_from_germany_names_its_country() {
    let candidate = best("RB123456785DE");
    assert_eq!((candidate.country.as_deref(), candidate.checksum), (Some("DE"), Some(true)));
    assert_eq!(best("RB123456786DE").checksum, Some(false));
    // Deutsche Post has 85 for letters and 30 for what DHL carries: with so much between them, only one is asked, even where a letter
    // goes to a country that DHL alone serves.
    for (number, confidence) in [
        ("RR000000014DE", 55),
        ("LX000000045DE", 55),
        ("CC000000014DE", 75),
        ("EE000000014DE", 75),
        // The daemon takes off what a failed check digit costs.
        ("RB123456786DE", 55),
    ] {
        assert_eq!(best(number).confidence, confidence, "{number}");
    }
}
