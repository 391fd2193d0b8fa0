use super::*;
use crate::codes::{CODES, status};

#[test]
fn every_code_has_a_meaning_and_stands_there_once() {
    let all: Vec<_> = CODES.entries().collect();
    assert_eq!(all.len(), 211);
    let mut codes: Vec<&str> = all.iter().map(|entry| entry.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 211, "each code once");
    assert!(codes.iter().all(|code| code.starts_with("FPX_")));
    let unknown: Vec<&str> =
        all.iter().filter(|entry| entry.status == Status::Unknown).map(|entry| entry.code).collect();
    assert_eq!(unknown, ["FPX_O_IR", "FPX_O_IRI", "FPX_S_CC", "FPX_Y_COBH"]);
}

#[test]
fn customs_that_wait_for_the_recipient_are_told_from_other_troubles() {
    for (code, expected) in [
        ("FPX_I_HCIT", Status::CustomsHold),
        ("FPX_I_HCTI", Status::CustomsHold),
        ("FPX_I_HCPW", Status::CustomsHold),
        ("FPX_I_HCNR", Status::CustomsHold),
        ("FPX_I_HC", Status::Exception),
        ("FPX_I_HCUG", Status::Exception),
        ("FPX_I_HCVC", Status::ImportCustoms),
        ("FPX_I_RCUK", Status::CustomsCleared),
        ("FPX_D_FDPL", Status::Lost),
        ("FPX_O_SD", Status::Damaged),
        ("FPX_D_SD", Status::OutForDelivery),
        ("FPX_S_OKRC", Status::ImportCustoms),
        ("FPX_S_CC", Status::Unknown),
    ] {
        assert_eq!(status(code, ""), expected, "{code}");
    }
}

#[test]
fn a_code_that_is_not_listed_is_unknown_whatever_its_group() {
    for code in ["FPX_S_NEW", "FPX_D_NEW", "FPX_S_", "fpx_s_new", "[delivered]", "#", ""] {
        assert_eq!(status(code, "Delivered"), Status::Unknown, "{code}");
    }
}

#[test]
fn a_partners_step_is_known_by_its_exact_words() {
    for code in ["FPX_O_IR", "FPX_O_IRI"] {
        assert_eq!(status(code, "Order data transmitted"), Status::Registered);
        assert_eq!(status(code, "WAYBILL GENERATED."), Status::Registered);
        assert_eq!(status(code, "Shipping label created, USPS awaiting item"), Status::Registered);
        assert_eq!(status(code, "Departed Shipping Partner Facility, USPS Awaiting Item"), Status::InTransit);
        assert_eq!(
            status(code, "The shipment item has arrived at the country of destination."),
            Status::ArrivedDestination
        );
        for words in ["", "Order data transmitted to the depot", "Arrived in the destination country", "Delivered"] {
            assert_eq!(status(code, words), Status::Unknown, "{code} {words}");
        }
    }
}
