//! Countries: two letters, a name for people, and the zone most of its clocks show.

use std::fmt;

use jiff::tz::TimeZone;

/// An ISO 3166-1 alpha-2 code. Private codes that posts put on labels (YP, MI) are kept as they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters in either case.
    pub fn new(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The country of an English display name, as carriers write it ("Mainland China", "USA").
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
        let code = alias.or_else(|| {
            TABLE.iter().find(|(_, known, _, _)| known.eq_ignore_ascii_case(name)).map(|(code, ..)| *code)
        })?;
        Self::new(code)
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters")
    }

    /// Its English name, or the code where there is none.
    pub fn name(&self) -> &str {
        self.row().map_or(self.code(), |row| row.1)
    }

    /// Whether the code is assigned to a country.
    pub fn is_assigned(&self) -> bool {
        self.row().is_some()
    }

    /// The zone of its capital or largest city.
    pub fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(self.zone_name()?).ok()
    }

    /// The IANA name of the zone of its capital or largest city.
    pub fn zone_name(&self) -> Option<&'static str> {
        self.row().map(|row| row.2)
    }

    /// Whether all of it keeps one clock, so that a local time names an instant.
    pub fn has_one_clock(&self) -> bool {
        self.row().is_some_and(|row| row.3)
    }

    fn row(&self) -> Option<&'static (&'static str, &'static str, &'static str, bool)> {
        TABLE.binary_search_by(|row| row.0.cmp(self.code())).ok().map(|index| &TABLE[index])
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Names that carriers use beside the usual one.
const ALIASES: &[(&str, &str)] = &[
    ("mainland china", "CN"),
    ("china mainland", "CN"),
    ("people's republic of china", "CN"),
    ("hong kong, china", "HK"),
    ("hongkong", "HK"),
    ("taiwan, china", "TW"),
    ("great britain", "GB"),
    ("uk", "GB"),
    ("england", "GB"),
    ("usa", "US"),
    ("united states of america", "US"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("czech republic", "CZ"),
    ("turkey", "TR"),
    ("russian federation", "RU"),
    ("korea", "KR"),
    ("republic of korea", "KR"),
    ("viet nam", "VN"),
    ("republic of moldova", "MD"),
    ("macedonia", "MK"),
    ("macau", "MO"),
    ("uae", "AE"),
];

/// Code, name, zone, whether all its zones agree: from the IANA zone table (zone1970.tab), November 2026.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, bool)] = &[
    ("AD", "Andorra", "Europe/Andorra", true),
    ("AE", "United Arab Emirates", "Asia/Dubai", true),
    ("AF", "Afghanistan", "Asia/Kabul", true),
    ("AG", "Antigua and Barbuda", "America/Antigua", true),
    ("AI", "Anguilla", "America/Anguilla", true),
    ("AL", "Albania", "Europe/Tirane", true),
    ("AM", "Armenia", "Asia/Yerevan", true),
    ("AO", "Angola", "Africa/Luanda", true),
    ("AQ", "Antarctica", "Antarctica/McMurdo", false),
    ("AR", "Argentina", "America/Argentina/Buenos_Aires", true),
    ("AS", "American Samoa", "Pacific/Pago_Pago", true),
    ("AT", "Austria", "Europe/Vienna", true),
    ("AU", "Australia", "Australia/Sydney", false),
    ("AW", "Aruba", "America/Aruba", true),
    ("AX", "Åland Islands", "Europe/Mariehamn", true),
    ("AZ", "Azerbaijan", "Asia/Baku", true),
    ("BA", "Bosnia and Herzegovina", "Europe/Sarajevo", true),
    ("BB", "Barbados", "America/Barbados", true),
    ("BD", "Bangladesh", "Asia/Dhaka", true),
    ("BE", "Belgium", "Europe/Brussels", true),
    ("BF", "Burkina Faso", "Africa/Ouagadougou", true),
    ("BG", "Bulgaria", "Europe/Sofia", true),
    ("BH", "Bahrain", "Asia/Bahrain", true),
    ("BI", "Burundi", "Africa/Bujumbura", true),
    ("BJ", "Benin", "Africa/Porto-Novo", true),
    ("BL", "Saint Barthélemy", "America/St_Barthelemy", true),
    ("BM", "Bermuda", "Atlantic/Bermuda", true),
    ("BN", "Brunei", "Asia/Brunei", true),
    ("BO", "Bolivia", "America/La_Paz", true),
    ("BQ", "Caribbean Netherlands", "America/Kralendijk", true),
    ("BR", "Brazil", "America/Sao_Paulo", false),
    ("BS", "Bahamas", "America/Nassau", true),
    ("BT", "Bhutan", "Asia/Thimphu", true),
    ("BW", "Botswana", "Africa/Gaborone", true),
    ("BY", "Belarus", "Europe/Minsk", true),
    ("BZ", "Belize", "America/Belize", true),
    ("CA", "Canada", "America/Toronto", false),
    ("CC", "Cocos Islands", "Indian/Cocos", true),
    ("CD", "DR Congo", "Africa/Kinshasa", false),
    ("CF", "Central African Republic", "Africa/Bangui", true),
    ("CG", "Congo", "Africa/Brazzaville", true),
    ("CH", "Switzerland", "Europe/Zurich", true),
    ("CI", "Côte d'Ivoire", "Africa/Abidjan", true),
    ("CK", "Cook Islands", "Pacific/Rarotonga", true),
    ("CL", "Chile", "America/Santiago", false),
    ("CM", "Cameroon", "Africa/Douala", true),
    ("CN", "China", "Asia/Shanghai", true),
    ("CO", "Colombia", "America/Bogota", true),
    ("CR", "Costa Rica", "America/Costa_Rica", true),
    ("CU", "Cuba", "America/Havana", true),
    ("CV", "Cape Verde", "Atlantic/Cape_Verde", true),
    ("CW", "Curaçao", "America/Curacao", true),
    ("CX", "Christmas Island", "Indian/Christmas", true),
    ("CY", "Cyprus", "Asia/Nicosia", true),
    ("CZ", "Czechia", "Europe/Prague", true),
    ("DE", "Germany", "Europe/Berlin", true),
    ("DJ", "Djibouti", "Africa/Djibouti", true),
    ("DK", "Denmark", "Europe/Copenhagen", true),
    ("DM", "Dominica", "America/Dominica", true),
    ("DO", "Dominican Republic", "America/Santo_Domingo", true),
    ("DZ", "Algeria", "Africa/Algiers", true),
    ("EC", "Ecuador", "America/Guayaquil", false),
    ("EE", "Estonia", "Europe/Tallinn", true),
    ("EG", "Egypt", "Africa/Cairo", true),
    ("EH", "Western Sahara", "Africa/El_Aaiun", true),
    ("ER", "Eritrea", "Africa/Asmara", true),
    ("ES", "Spain", "Europe/Madrid", false),
    ("ET", "Ethiopia", "Africa/Addis_Ababa", true),
    ("FI", "Finland", "Europe/Helsinki", true),
    ("FJ", "Fiji", "Pacific/Fiji", true),
    ("FK", "Falkland Islands", "Atlantic/Stanley", true),
    ("FM", "Micronesia", "Pacific/Pohnpei", false),
    ("FO", "Faroe Islands", "Atlantic/Faroe", true),
    ("FR", "France", "Europe/Paris", true),
    ("GA", "Gabon", "Africa/Libreville", true),
    ("GB", "United Kingdom", "Europe/London", true),
    ("GD", "Grenada", "America/Grenada", true),
    ("GE", "Georgia", "Asia/Tbilisi", true),
    ("GF", "French Guiana", "America/Cayenne", true),
    ("GG", "Guernsey", "Europe/Guernsey", true),
    ("GH", "Ghana", "Africa/Accra", true),
    ("GI", "Gibraltar", "Europe/Gibraltar", true),
    ("GL", "Greenland", "America/Nuuk", false),
    ("GM", "Gambia", "Africa/Banjul", true),
    ("GN", "Guinea", "Africa/Conakry", true),
    ("GP", "Guadeloupe", "America/Guadeloupe", true),
    ("GQ", "Equatorial Guinea", "Africa/Malabo", true),
    ("GR", "Greece", "Europe/Athens", true),
    ("GS", "South Georgia and the South Sandwich Islands", "Atlantic/South_Georgia", true),
    ("GT", "Guatemala", "America/Guatemala", true),
    ("GU", "Guam", "Pacific/Guam", true),
    ("GW", "Guinea-Bissau", "Africa/Bissau", true),
    ("GY", "Guyana", "America/Guyana", true),
    ("HK", "Hong Kong", "Asia/Hong_Kong", true),
    ("HN", "Honduras", "America/Tegucigalpa", true),
    ("HR", "Croatia", "Europe/Zagreb", true),
    ("HT", "Haiti", "America/Port-au-Prince", true),
    ("HU", "Hungary", "Europe/Budapest", true),
    ("ID", "Indonesia", "Asia/Jakarta", false),
    ("IE", "Ireland", "Europe/Dublin", true),
    ("IL", "Israel", "Asia/Jerusalem", true),
    ("IM", "Isle of Man", "Europe/Isle_of_Man", true),
    ("IN", "India", "Asia/Kolkata", true),
    ("IO", "British Indian Ocean Territory", "Indian/Chagos", true),
    ("IQ", "Iraq", "Asia/Baghdad", true),
    ("IR", "Iran", "Asia/Tehran", true),
    ("IS", "Iceland", "Atlantic/Reykjavik", true),
    ("IT", "Italy", "Europe/Rome", true),
    ("JE", "Jersey", "Europe/Jersey", true),
    ("JM", "Jamaica", "America/Jamaica", true),
    ("JO", "Jordan", "Asia/Amman", true),
    ("JP", "Japan", "Asia/Tokyo", true),
    ("KE", "Kenya", "Africa/Nairobi", true),
    ("KG", "Kyrgyzstan", "Asia/Bishkek", true),
    ("KH", "Cambodia", "Asia/Phnom_Penh", true),
    ("KI", "Kiribati", "Pacific/Tarawa", false),
    ("KM", "Comoros", "Indian/Comoro", true),
    ("KN", "Saint Kitts and Nevis", "America/St_Kitts", true),
    ("KP", "North Korea", "Asia/Pyongyang", true),
    ("KR", "South Korea", "Asia/Seoul", true),
    ("KW", "Kuwait", "Asia/Kuwait", true),
    ("KY", "Cayman Islands", "America/Cayman", true),
    ("KZ", "Kazakhstan", "Asia/Almaty", true),
    ("LA", "Laos", "Asia/Vientiane", true),
    ("LB", "Lebanon", "Asia/Beirut", true),
    ("LC", "Saint Lucia", "America/St_Lucia", true),
    ("LI", "Liechtenstein", "Europe/Vaduz", true),
    ("LK", "Sri Lanka", "Asia/Colombo", true),
    ("LR", "Liberia", "Africa/Monrovia", true),
    ("LS", "Lesotho", "Africa/Maseru", true),
    ("LT", "Lithuania", "Europe/Vilnius", true),
    ("LU", "Luxembourg", "Europe/Luxembourg", true),
    ("LV", "Latvia", "Europe/Riga", true),
    ("LY", "Libya", "Africa/Tripoli", true),
    ("MA", "Morocco", "Africa/Casablanca", true),
    ("MC", "Monaco", "Europe/Monaco", true),
    ("MD", "Moldova", "Europe/Chisinau", true),
    ("ME", "Montenegro", "Europe/Podgorica", true),
    ("MF", "Saint Martin", "America/Marigot", true),
    ("MG", "Madagascar", "Indian/Antananarivo", true),
    ("MH", "Marshall Islands", "Pacific/Majuro", true),
    ("MK", "North Macedonia", "Europe/Skopje", true),
    ("ML", "Mali", "Africa/Bamako", true),
    ("MM", "Myanmar", "Asia/Yangon", true),
    ("MN", "Mongolia", "Asia/Ulaanbaatar", false),
    ("MO", "Macao", "Asia/Macau", true),
    ("MP", "Northern Mariana Islands", "Pacific/Saipan", true),
    ("MQ", "Martinique", "America/Martinique", true),
    ("MR", "Mauritania", "Africa/Nouakchott", true),
    ("MS", "Montserrat", "America/Montserrat", true),
    ("MT", "Malta", "Europe/Malta", true),
    ("MU", "Mauritius", "Indian/Mauritius", true),
    ("MV", "Maldives", "Indian/Maldives", true),
    ("MW", "Malawi", "Africa/Blantyre", true),
    ("MX", "Mexico", "America/Mexico_City", false),
    ("MY", "Malaysia", "Asia/Kuala_Lumpur", true),
    ("MZ", "Mozambique", "Africa/Maputo", true),
    ("NA", "Namibia", "Africa/Windhoek", true),
    ("NC", "New Caledonia", "Pacific/Noumea", true),
    ("NE", "Niger", "Africa/Niamey", true),
    ("NF", "Norfolk Island", "Pacific/Norfolk", true),
    ("NG", "Nigeria", "Africa/Lagos", true),
    ("NI", "Nicaragua", "America/Managua", true),
    ("NL", "Netherlands", "Europe/Amsterdam", true),
    ("NO", "Norway", "Europe/Oslo", true),
    ("NP", "Nepal", "Asia/Kathmandu", true),
    ("NR", "Nauru", "Pacific/Nauru", true),
    ("NU", "Niue", "Pacific/Niue", true),
    ("NZ", "New Zealand", "Pacific/Auckland", false),
    ("OM", "Oman", "Asia/Muscat", true),
    ("PA", "Panama", "America/Panama", true),
    ("PE", "Peru", "America/Lima", true),
    ("PF", "French Polynesia", "Pacific/Tahiti", false),
    ("PG", "Papua New Guinea", "Pacific/Port_Moresby", false),
    ("PH", "Philippines", "Asia/Manila", true),
    ("PK", "Pakistan", "Asia/Karachi", true),
    ("PL", "Poland", "Europe/Warsaw", true),
    ("PM", "Saint Pierre and Miquelon", "America/Miquelon", true),
    ("PN", "Pitcairn", "Pacific/Pitcairn", true),
    ("PR", "Puerto Rico", "America/Puerto_Rico", true),
    ("PS", "Palestine", "Asia/Gaza", true),
    ("PT", "Portugal", "Europe/Lisbon", false),
    ("PW", "Palau", "Pacific/Palau", true),
    ("PY", "Paraguay", "America/Asuncion", true),
    ("QA", "Qatar", "Asia/Qatar", true),
    ("RE", "Réunion", "Indian/Reunion", true),
    ("RO", "Romania", "Europe/Bucharest", true),
    ("RS", "Serbia", "Europe/Belgrade", true),
    ("RU", "Russia", "Europe/Moscow", false),
    ("RW", "Rwanda", "Africa/Kigali", true),
    ("SA", "Saudi Arabia", "Asia/Riyadh", true),
    ("SB", "Solomon Islands", "Pacific/Guadalcanal", true),
    ("SC", "Seychelles", "Indian/Mahe", true),
    ("SD", "Sudan", "Africa/Khartoum", true),
    ("SE", "Sweden", "Europe/Stockholm", true),
    ("SG", "Singapore", "Asia/Singapore", true),
    ("SH", "Saint Helena", "Atlantic/St_Helena", true),
    ("SI", "Slovenia", "Europe/Ljubljana", true),
    ("SJ", "Svalbard and Jan Mayen", "Arctic/Longyearbyen", true),
    ("SK", "Slovakia", "Europe/Bratislava", true),
    ("SL", "Sierra Leone", "Africa/Freetown", true),
    ("SM", "San Marino", "Europe/San_Marino", true),
    ("SN", "Senegal", "Africa/Dakar", true),
    ("SO", "Somalia", "Africa/Mogadishu", true),
    ("SR", "Suriname", "America/Paramaribo", true),
    ("SS", "South Sudan", "Africa/Juba", true),
    ("ST", "São Tomé and Príncipe", "Africa/Sao_Tome", true),
    ("SV", "El Salvador", "America/El_Salvador", true),
    ("SX", "Sint Maarten", "America/Lower_Princes", true),
    ("SY", "Syria", "Asia/Damascus", true),
    ("SZ", "Eswatini", "Africa/Mbabane", true),
    ("TC", "Turks and Caicos Islands", "America/Grand_Turk", true),
    ("TD", "Chad", "Africa/Ndjamena", true),
    ("TF", "French Southern Territories", "Indian/Kerguelen", true),
    ("TG", "Togo", "Africa/Lome", true),
    ("TH", "Thailand", "Asia/Bangkok", true),
    ("TJ", "Tajikistan", "Asia/Dushanbe", true),
    ("TK", "Tokelau", "Pacific/Fakaofo", true),
    ("TL", "Timor-Leste", "Asia/Dili", true),
    ("TM", "Turkmenistan", "Asia/Ashgabat", true),
    ("TN", "Tunisia", "Africa/Tunis", true),
    ("TO", "Tonga", "Pacific/Tongatapu", true),
    ("TR", "Türkiye", "Europe/Istanbul", true),
    ("TT", "Trinidad and Tobago", "America/Port_of_Spain", true),
    ("TV", "Tuvalu", "Pacific/Funafuti", true),
    ("TW", "Taiwan", "Asia/Taipei", true),
    ("TZ", "Tanzania", "Africa/Dar_es_Salaam", true),
    ("UA", "Ukraine", "Europe/Kyiv", true),
    ("UG", "Uganda", "Africa/Kampala", true),
    ("UM", "US minor outlying islands", "Pacific/Wake", false),
    ("US", "United States", "America/New_York", false),
    ("UY", "Uruguay", "America/Montevideo", true),
    ("UZ", "Uzbekistan", "Asia/Tashkent", true),
    ("VA", "Vatican City", "Europe/Vatican", true),
    ("VC", "Saint Vincent", "America/St_Vincent", true),
    ("VE", "Venezuela", "America/Caracas", true),
    ("VG", "British Virgin Islands", "America/Tortola", true),
    ("VI", "US Virgin Islands", "America/St_Thomas", true),
    ("VN", "Vietnam", "Asia/Ho_Chi_Minh", true),
    ("VU", "Vanuatu", "Pacific/Efate", true),
    ("WF", "Wallis and Futuna", "Pacific/Wallis", true),
    ("WS", "Samoa", "Pacific/Apia", true),
    ("YE", "Yemen", "Asia/Aden", true),
    ("YT", "Mayotte", "Indian/Mayotte", true),
    ("ZA", "South Africa", "Africa/Johannesburg", true),
    ("ZM", "Zambia", "Africa/Lusaka", true),
    ("ZW", "Zimbabwe", "Africa/Harare", true),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_names_and_zones_agree() {
        let france = Country::new("fr").expect("two letters");
        assert_eq!((france.code(), france.name(), france.zone_name()), ("FR", "France", Some("Europe/Paris")));
        assert_eq!(Country::from_name("Mainland China"), Country::new("CN"));
        assert_eq!(Country::from_name("Atlantis"), None);
        assert!(!Country::new("US").expect("two letters").has_one_clock());
        assert_eq!(Country::new("F1"), None);
    }

    #[test]
    fn a_private_code_keeps_its_letters() {
        let private = Country::new("YP").expect("two letters");
        assert!(!private.is_assigned());
        assert_eq!(private.name(), "YP");
    }

    #[test]
    fn the_table_is_sorted_and_every_zone_exists() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, _, zone, _) in TABLE {
            assert!(TimeZone::get(zone).is_ok(), "{code} has zone {zone}");
        }
    }
}
