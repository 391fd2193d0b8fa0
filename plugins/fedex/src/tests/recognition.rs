use super::*;

fn candidates(number: &str) -> Vec<Candidate> {
    Replay::<Fedex>::of().recognize(number)
}

#[track_caller]
fn best(number: &str) -> Candidate {
    candidates(number).into_iter().max_by_key(|candidate| candidate.confidence).expect("a format of FedEx's")
}

#[test]
fn fedexs_numbers_are_recognised_and_their_digits_hold() {
    for number in [
        // Express, Ground, Ground Economy.
        "986578788855",
        "477179081230",
        "790535312317",
        "974367662710",
        "776094337676",
        "738488882438",
        "797806677146",
        "797615467620",
        "713062653486",
        "041441760228964",
        "568283610012000",
        "376738675175401",
        "997048950367429",
        "149331877648230",
        "020207021381215",
        "920241085725456",
        "039813852990618",
        "377101283611590",
        "852426136339213",
        "076288115212522",
        "122816215025810",
        "070358180009382",
        "61299998620341515252",
        "41999998135520738841",
        "02394653001023698293",
        "61292701078443410536",
        "02394653018047202719",
        "9274899992136003821767",
        "9261293148703201595357",
        "000123450000000027",
    ] {
        assert_eq!(best(number).checksum, Some(true), "{number}");
    }
}

#[test]
fn tnts_numbers_are_asked_here_first() {
    let told = |number| candidates(number).first().map(|candidate| (candidate.confidence, candidate.checksum));
    assert_eq!(told("123456785"), Some((50, Some(true))));
    assert_eq!(told("567993604"), Some((25, None)), "those within the United Kingdom have no check digit");
    assert_eq!(told("12345678"), None);
    // TNT has 70 for these.
    assert_eq!(told("GE123456785NL"), Some((75, Some(true))));
    assert_eq!(told("GD123456785WW"), Some((75, Some(true))));
    assert_eq!(told("GE123456786NL"), Some((75, Some(false))));
    assert_eq!(told("GB123456785NL"), None);
    assert_eq!(best("GE123456785NL").number, "123456785");
}

#[test]
fn barcodes_become_the_number_people_see() {
    for (barcode, number) in [
        ("9611020987654312345672", "987654312345672"),
        ("9611804010639001854878", "010639001854878"),
        ("1001921334250001000300779017972697", "779017972697"),
        ("1001921380360001000300639585804382", "639585804382"),
        ("1002297871540001000300790695517286", "790695517286"),
        ("1027590111820004833500785458233610", "785458233610"),
        ("1195271874060007521100871140316925", "871140316925"),
        ("1195583874210007521100871140316936", "871140316936"),
        ("32971514560102447849175802862014", "784917580286"),
        ("32971510360102447848540980802018", "784854098080"),
        ("33810799560000004380417923803212", "438041792380"),
        ("9622001900000000000000776632517510", "776632517510"),
        ("9622001560000000000000794808390594", "794808390594"),
        ("9632001560123456789900794808390594", "794808390594"),
    ] {
        let candidate = best(barcode);
        assert_eq!((candidate.number.as_str(), candidate.checksum), (number, Some(true)), "{barcode}");
    }
    assert_eq!((best("DT771613423732").confidence, best("DT106798246430").checksum), (90, None));
}

#[test]
fn a_digit_that_does_not_hold_is_said_and_the_rest_is_the_daemons() {
    for (number, good) in [
        ("996578788855", "986578788855"),
        ("771613423733", "986578788855"),
        ("568283610012732", "568283610012000"),
        ("61299998620341515251", "61299998620341515252"),
        ("9274899992136003821768", "9274899992136003821767"),
        ("9600000000000000000001", "9611020987654312345672"),
        ("1001901781990001000300617767839438", "1001921334250001000300779017972697"),
        ("32971514560102447849175802852014", "32971514560102447849175802862014"),
        ("9622001560001234567100794808390595", "9622001560000000000000794808390594"),
        ("000000000000000001", "000123450000000027"),
    ] {
        let candidate = best(number);
        assert_eq!(candidate.checksum, Some(false), "{number}");
        assert_eq!(candidate.confidence, best(good).confidence, "{number}: {candidate:?}");
    }
}

#[test]
fn what_is_no_number_of_fedexs_is_not_claimed() {
    for number in [
        "DT77161342373",
        "1Z999AA10123456784",
        "RB123456785GB",
        "LP00123456789012",
        "3318810025",
        "00340434292135100056",
        // The USPS's, with a routing code.
        "4206009112349261290100000000000013",
        "4206009192612901000000000000000013",
    ] {
        assert!(candidates(number).is_empty(), "{number}: {:?}", candidates(number));
    }
}

#[test]
fn formats_that_others_share_are_claimed_with_little() {
    // Of the USPS and UPS.
    for number in ["9205500000000000000017", "03071790000523483741", "71123456789123456787"] {
        assert!(best(number).confidence < 50, "{number}: {:?}", best(number));
    }
}
