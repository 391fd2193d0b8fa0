//! Ship24's names of couriers, and who they are here.

use parcelwatch_plugin::Country;

/// Posts that we know by another name. That a post is called by its country and `-post` was seen of the United States,
/// China and Canada (the vendor's examples and public code, November 2026).
const POSTS: [(&str, &str); 9] = [
    ("AU", "australiapost"),
    ("BE", "bpost"),
    ("CA", "canadapost"),
    ("CN", "china_post"),
    ("DE", "deutsche_post"),
    ("FR", "laposte"),
    ("GB", "royalmail"),
    ("NL", "postnl"),
    ("US", "usps"),
];

/// The country of a post: `us-post` is that of the United States.
pub(crate) fn country(code: &str) -> Option<Country> {
    Country::new(code.strip_suffix("-post")?).filter(Country::is_assigned)
}

/// The courier as a carrier of ours, or by its code: that is its name in most cases (`dhl`, `fedex`).
pub(crate) fn carrier(code: &str) -> String {
    let post = country(code).and_then(|country| POSTS.iter().find(|(of, _)| *of == country.code()));
    post.map_or(code, |(_, id)| id).to_owned()
}
