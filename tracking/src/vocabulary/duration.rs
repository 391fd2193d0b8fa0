//! A span of time in words.

use jiff::SignedDuration;

/// A duration for people: "20 min", "6 h", "36 h", "7 days".
pub fn words(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    match minutes {
        ..=0 => format!("{} s", duration.as_secs()),
        1..=119 => format!("{minutes} min"),
        120..=2879 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_words() {
        for (seconds, expected) in
            [(20, "20 s"), (1200, "20 min"), (7200, "2 h"), (129_600, "36 h"), (604_800, "7 days")]
        {
            assert_eq!(words(SignedDuration::from_secs(seconds)), expected);
        }
    }
}
