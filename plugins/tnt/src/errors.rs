//! Why TNT does not answer: an error element under HTTP 200.

use parcelwatch_plugin::Failure;

/// The login is missing or wrong.
const UNAUTHORIZED: &str = "9000";
/// The documentation has these for questions that TNT cannot read and for passing troubles alike.
const UNREADABLE_OR_PASSING: [&str; 15] = [
    "0001", "1001", "6001", "7001", "7002", "7003", "7004", "8001", "8002", "8003", "8004", "8005", "8006", "8007",
    "9001",
];
/// What is longer is no code and not repeated.
const CODE_BYTES_MAX: usize = 8;

/// An error by its code.
pub(crate) fn failure(code: &str) -> Failure {
    if code == UNAUTHORIZED {
        return login();
    }
    let message = if UNREADABLE_OR_PASSING.contains(&code) {
        format!(
            "TNT answers only with its error {code}, an unreadable question or a passing trouble; it is asked again"
        )
    } else if code.len() <= CODE_BYTES_MAX && code.bytes().all(|b| b.is_ascii_alphanumeric()) && !code.is_empty() {
        format!("TNT answers only with an error {code}, which this plugin does not know; it is asked again")
    } else {
        "TNT answers only with an error that has no code; it is asked again".to_owned()
    };
    Failure::inconclusive(message)
}

pub(crate) fn login() -> Failure {
    Failure::auth_failed(
        "TNT refused the login; check username and password in [carriers.tnt] with your contact at TNT, or follow the \
         number at FedEx",
    )
}
