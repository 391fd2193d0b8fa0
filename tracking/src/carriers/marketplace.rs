//! The shops people order from: what they are called, and where one asks.

/// A marketplace and its ways to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marketplace {
    pub key: &'static str,
    pub name: &'static str,
    /// Name and value of each way, the quickest first.
    pub contact: &'static [(&'static str, &'static str)],
}

/// The contacts of the Alibaba group are those that a delivery guide names; for the others it is the way in that their
/// order pages show. November 2026.
const MARKETPLACES: [Marketplace; 8] = [
    Marketplace {
        key: "aliexpress",
        name: "AliExpress",
        contact: &[
            ("chat", "Help Center on the site or in the app, with the order number; ask for an agent"),
            ("formal complaint", "Alibaba France, 6 rue Menars, 75002 Paris, by registered mail"),
        ],
    },
    Marketplace {
        key: "alibaba",
        name: "Alibaba.com",
        contact: &[
            ("chat", "Help Center on the site"),
            ("phone", "+86 400 826 1688, business customers"),
            ("formal complaint", "Alibaba France, 6 rue Menars, 75002 Paris, by registered mail"),
        ],
    },
    Marketplace { key: "taobao", name: "Taobao", contact: &[("chat", "the seller's chat in the order")] },
    Marketplace { key: "tmall", name: "Tmall", contact: &[("chat", "the seller's chat in the order")] },
    Marketplace { key: "lazada", name: "Lazada", contact: &[("chat", "Help Center in the app")] },
    Marketplace { key: "amazon", name: "Amazon", contact: &[("help", "Your Orders, Problem with order")] },
    Marketplace { key: "ebay", name: "eBay", contact: &[("help", "Purchases, Item not received")] },
    Marketplace { key: "temu", name: "Temu", contact: &[("chat", "Your orders, Support")] },
];

impl Marketplace {
    /// The marketplace that a person means by a word of their config.
    pub fn named(text: &str) -> Option<&'static Self> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        MARKETPLACES.iter().find(|market| plain == market.key || plain == format!("{}com", market.key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marketplace_is_known_however_it_is_written() {
        let name = |text| Marketplace::named(text).map(|market| market.name);
        assert_eq!(name("AliExpress"), Some("AliExpress"));
        assert_eq!(name("alibaba.com"), Some("Alibaba.com"));
        assert_eq!(name("ALI EXPRESS"), Some("AliExpress"));
        assert_eq!(name("the shop round the corner"), None);
    }
}
