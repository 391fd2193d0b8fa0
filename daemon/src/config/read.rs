//! The sections of a config file.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::{
    CarrierId, Class, Country, Facts, Importance, Norms, Pace, Parcel, ParcelId, Rhythm, Stage, Status, TrackingNumber,
};
use toml::de::DeTable;
use url::Url;

use super::fault::{Fault, Severity, Source};
use super::norms;
use super::table::{At, Faults, Table, suggestion};
use super::{
    Access, Archive, CarrierConfig, ChannelConfig, ChannelKind, Checked, Config, Feeds, Recognition, Rejected, Secret,
    SourceFile,
};

/// Secrets that can stand in a carrier's table by their plain name; others go into its `secrets` table.
const SECRETS: &[&str] =
    &["api_key", "client_id", "client_secret", "username", "password", "token", "signing_key", "account"];

/// Whether a secret stands in the carrier's own table.
pub fn is_plain_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

pub(super) fn load(path: &Path) -> Result<Checked, Rejected> {
    match read_file(path) {
        Ok(main) => named(path, read(main, None)),
        Err(fault) => Err(Rejected { faults: vec![fault], rest: None }),
    }
}

/// Reads a config from copies of its files, the main one first; what they include is what was included then.
pub(super) fn kept(path: &Path, sources: Vec<SourceFile>) -> Result<Checked, Rejected> {
    let mut sources = sources.into_iter();
    let text = sources.next().map(|main| main.text).unwrap_or_default();
    named(path, read(SourceFile { path: path.to_owned(), text }, Some(sources.collect())))
}

pub(super) fn parse(text: String) -> Result<Checked, Rejected> {
    read(SourceFile { path: PathBuf::from("built-in config"), text }, None)
}

fn named(path: &Path, read: Result<Checked, Rejected>) -> Result<Checked, Rejected> {
    let named = |config: Config| Config { path: Some(path.to_owned()), ..config };
    match read {
        Ok(checked) => Ok(Checked { config: named(checked.config), ..checked }),
        Err(rejected) => Err(Rejected { rest: rejected.rest.map(|rest| Box::new(named(*rest))), ..rejected }),
    }
}

fn read_file(path: &Path) -> Result<SourceFile, Fault> {
    let bytes = std::fs::read(path).map_err(|error| Fault::of_file(path, format!("cannot read it: {error}")))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile { path: path.to_owned(), text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let readable = String::from_utf8_lossy(&error.as_bytes()[..at]);
            let line = readable.rsplit('\n').next().unwrap_or_default();
            Err(Fault {
                line: readable.matches('\n').count() + 1,
                column: line.chars().count() + 1,
                ..Fault::of_file(
                    path,
                    format!("cannot read it: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"),
                )
            })
        }
    }
}

/// Reads a main file and what it includes: from the disk, or as it was kept.
fn read(main: SourceFile, kept: Option<Vec<SourceFile>>) -> Result<Checked, Rejected> {
    let source = Source::new(&main.path, main.text);
    let mut reading = Reading::default();
    let (config, mut faults) = document(&source, |root| reading.main(root));
    let folder = crate::files::folder_of(&source.path).to_owned();
    let mut config = config;
    config.folders.push(folder.clone());
    let mut paths = Vec::new();
    for (pattern, span) in std::mem::take(&mut reading.includes) {
        match included(&folder, &pattern) {
            Ok(found) => {
                config.folders.extend(found.folder);
                paths.extend(found.files);
            }
            Err(message) => faults.push(source.fault(Severity::Fault, span, message)),
        }
    }
    let included: Vec<_> = match kept {
        Some(kept) => kept.into_iter().map(Ok).collect(),
        None => paths.iter().map(|path| read_file(path)).collect(),
    };
    let mut sources = vec![source];
    for file in included {
        match file {
            Ok(file) => {
                let source = Source::new(&file.path, file.text);
                let ((), more) = document(&source, |root| reading.included(root));
                faults.extend(more);
                sources.push(source);
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults.append(&mut reading.late);
    config.parcels = reading.parcels;
    config.carriers = reading.carriers;
    config.norms.deadlines.pickup_of =
        config.carriers.iter().filter_map(|(id, carrier)| Some((id.clone(), carrier.pickup_kept?))).collect();
    config.channels = reading.channels;
    let (faults, warnings): (Vec<Fault>, Vec<Fault>) =
        faults.into_iter().partition(|fault| fault.severity == Severity::Fault);
    if faults.is_empty() {
        let sources = sources.into_iter().map(|source| SourceFile { path: source.path, text: source.text }).collect();
        return Ok(Checked { config, warnings, sources });
    }
    if config.access == Access::Everybody && faults.iter().any(|fault| names_password(&sources, fault)) {
        config.access = Access::Nobody;
    }
    Err(Rejected { faults: in_order(faults, warnings), rest: Some(Box::new(config)) })
}

/// Whether a faulty line was meant to set the password of the pages: `pasword = "x"`, `password = x`.
fn names_password(sources: &[Source], fault: &Fault) -> bool {
    let Some(source) = sources.first().filter(|main| main.path == fault.file) else { return false };
    let Some(before) = fault.line.checked_sub(1) else { return false };
    // In the table of a carrier the word is about another password.
    if source.text.lines().take(before).any(|line| line.starts_with('[')) {
        return false;
    }
    let line = source.text.lines().nth(before).unwrap_or_default();
    let word: String = line.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    suggestion(&word.to_lowercase(), ["password", "password_file", "password_env"].into_iter()).is_some()
}

/// Faults as they come in the files, warnings among them.
fn in_order(mut faults: Vec<Fault>, warnings: Vec<Fault>) -> Vec<Fault> {
    faults.extend(warnings);
    let mut files: Vec<PathBuf> = Vec::new();
    for fault in &faults {
        if !files.contains(&fault.file) {
            files.push(fault.file.clone());
        }
    }
    faults.sort_by_key(|fault| (files.iter().position(|file| *file == fault.file), fault.line, fault.column));
    faults
}

/// Parses a document as far as it goes and reads it. A mistake in the syntax does not hide the others.
fn document<T: Default>(source: &Source, read: impl FnOnce(&Table<'_>) -> T) -> (T, Vec<Fault>) {
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| source.fault(Severity::Fault, error.span().unwrap_or(0..0), error.message().to_owned()))
        .collect();
    let collected = Faults::new(source);
    let table = Table::new(root.get_ref(), root.span(), "the config", &collected);
    let value = read(&table);
    table.finish();
    // After a syntax mistake the rest of its line may be read as something it is not.
    let broken: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    faults.extend(collected.into_list().into_iter().filter(|fault| !broken.contains(&fault.line)));
    (value, faults)
}

struct Included {
    folder: Option<PathBuf>,
    files: Vec<PathBuf>,
}

fn included(folder: &Path, pattern: &str) -> Result<Included, String> {
    let full = folder.join(pattern);
    let paths = glob::glob(&full.to_string_lossy())
        .map_err(|error| format!("include \"{pattern}\" is not a pattern: {error}"))?;
    let mut files: Vec<PathBuf> = paths.flatten().filter(|path| path.is_file()).collect();
    files.sort();
    // The folder is watched even while nothing in it matches.
    let watched =
        full.parent().filter(|parent| !parent.to_string_lossy().contains(['*', '?', '['])).map(Path::to_owned);
    Ok(Included { folder: watched, files })
}

/// What several files add to.
#[derive(Default)]
struct Reading {
    includes: Vec<(String, std::ops::Range<usize>)>,
    parcels: Vec<Parcel>,
    carriers: BTreeMap<CarrierId, CarrierConfig>,
    channels: Vec<ChannelConfig>,
    /// Where each id and number was seen first, as `file:line`.
    ids: HashMap<String, String>,
    numbers: HashMap<String, String>,
    country: Option<Country>,
    postcode: Option<String>,
    late: Vec<Fault>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            folders: Vec::new(),
            listen: ([127, 0, 0, 1], 8470).into(),
            public_url: None,
            allowed_hosts: Vec::new(),
            access: Access::Everybody,
            data_dir: None,
            plugin_dir: None,
            timezone: TimeZone::system(),
            country: None,
            parcels: Vec::new(),
            carriers: BTreeMap::new(),
            channels: Vec::new(),
            rhythm: Rhythm::default(),
            norms: Norms::default(),
            recognition: Recognition { ask_max: 3 },
            archive: Archive { after: jiff::SignedDuration::from_hours(30 * 24) },
            feeds: Feeds::default(),
        }
    }
}

impl Reading {
    fn main(&mut self, root: &Table<'_>) -> Config {
        let mut config = Config::default();
        if let Some(listen) = root.text_as("listen", |text| {
            text.parse().map_err(|_| format!("is \"{text}\", not an address and port such as \"127.0.0.1:8470\""))
        }) {
            config.listen = listen.value;
        }
        config.public_url = root.text_as("public_url", web_address).map(|at| at.value);
        config.allowed_hosts = root.texts("allowed_hosts").into_iter().map(|at| at.value).collect();
        config.access = access(root);
        if !config.listen.ip().is_loopback() && config.access == Access::Everybody {
            let message = format!(
                "{} can be reached from other machines, and no password is set; set password_file, or listen on 127.0.0.1",
                config.listen
            );
            root.fault(root.key_span("listen"), message);
        }
        config.data_dir = root.text("data_dir").map(|at| PathBuf::from(at.value));
        config.plugin_dir = root.text("plugin_dir").map(|at| PathBuf::from(at.value));
        if let Some(zone) = root.text_as("timezone", |text| {
            TimeZone::get(text)
                .map_err(|_| format!("is \"{text}\", which is not in the IANA table; write it as \"Europe/Paris\""))
        }) {
            config.timezone = zone.value;
        }
        self.country = root.text_as("country", country).map(|at| at.value);
        config.country = self.country;
        self.postcode = root.text("postcode").map(|at| at.value);
        self.includes = root.texts("include").into_iter().map(|at| (at.value, at.span)).collect();
        if let Some(cadence) = root.table("cadence") {
            rhythm(&cadence, &mut config.rhythm);
            cadence.finish();
        }
        norms::read(root, &mut config.norms);
        if let Some(table) = root.table("recognition") {
            if let Some(ask_max) = table.integer("ask_max", 1..=8) {
                config.recognition.ask_max = usize::try_from(ask_max).unwrap_or(3);
            }
            table.finish();
        }
        if let Some(table) = root.table("archive") {
            if let Some(after) = table.duration("after") {
                config.archive.after = after;
            }
            table.finish();
        }
        if let Some(table) = root.table("feeds") {
            config.feeds.show_numbers = table.boolean("show_numbers").unwrap_or(false);
            table.finish();
        }
        self.included(root);
        config
    }

    /// What an included file may hold too.
    fn included(&mut self, root: &Table<'_>) {
        for (name, table) in root.named_tables("carriers") {
            self.carrier(&name, table);
        }
        for table in root.tables("notify") {
            self.channel(table);
        }
        for table in root.tables("parcel") {
            self.parcel(table);
        }
    }

    fn carrier(&mut self, name: &At<String>, table: Table<'_>) {
        let Some(id) = CarrierId::new(&name.value) else {
            table.fault(
                name.span.clone(),
                format!("\"{}\" is not a carrier id; they are lower-case, such as \"dhl\"", name.value),
            );
            return;
        };
        let mut carrier =
            CarrierConfig { enabled: table.boolean("enabled").unwrap_or(true), ..CarrierConfig::default() };
        carrier.endpoint = table.text_as("endpoint", web_address).map(|at| at.value);
        for host in table.texts("hosts") {
            match Origin::parse(&host.value) {
                Ok(origin) => carrier.hosts.push(origin),
                Err(wrong) => table.fault(host.span, format!("{}: hosts: {wrong}", table.name)),
            }
        }
        carrier.ask_every = table.duration("ask_every");
        carrier.pickup_kept = table.duration("pickup_kept");
        carrier.gap = table.duration("gap");
        carrier.pace = table.duration("pace");
        carrier.daily_quota = table.integer("daily_quota", 1..=1_000_000).and_then(|quota| u32::try_from(quota).ok());
        for name in SECRETS {
            if let Some(secret) = secret(&table, name) {
                carrier.secrets.insert((*name).to_owned(), secret);
            }
        }
        for (name, value) in table.free_texts("secrets") {
            if let Some((name, secret)) = named_secret(&table, &name, &value) {
                carrier.secrets.insert(name, secret);
            }
        }
        carrier.settings = table.free_texts("settings").into_iter().map(|(name, at)| (name, at.value)).collect();
        table.finish();
        if self.carriers.insert(id, carrier).is_some() {
            self.late.push(fault_at(&name.value));
        }
    }

    fn channel(&mut self, table: Table<'_>) {
        let kind = table.text("type");
        let url = table.text_as("url", web_address).map(|at| at.value);
        let from = table.text_as("from", |text| {
            Importance::from_key(text).ok_or_else(|| format!("is \"{text}\"; known: routine, notice, important"))
        });
        let name = table.text("name").map(|at| at.value);
        let kind = match kind.as_ref().map(|at| at.value.as_str()) {
            Some("ntfy") => url.map(|url| ChannelKind::Ntfy { url, token: secret(&table, "token") }),
            Some("webhook") => url.map(|url| ChannelKind::Webhook { url, secret: secret(&table, "secret") }),
            Some(other) => {
                let span = kind.as_ref().map_or(table.span.clone(), |at| at.span.clone());
                table.fault(span, format!("[[notify]]: type is \"{other}\"; known: ntfy, webhook"));
                None
            }
            None => {
                table.fault(table.span.clone(), "[[notify]] has no type; known: ntfy, webhook");
                None
            }
        };
        if kind.is_none() && table.key_span("url") == table.span {
            table.fault(table.span.clone(), "[[notify]] has no url");
        }
        table.finish();
        if let Some(kind) = kind {
            let name = name.unwrap_or_else(|| format!("channel-{}", self.channels.len() + 1));
            self.channels.push(ChannelConfig { name, kind, from: from.map_or(Importance::Notice, |at| at.value) });
        }
    }

    fn parcel(&mut self, mut table: Table<'_>) {
        let label = table.text("label").map(|at| at.value.trim().to_owned()).filter(|label| !label.is_empty());
        let given = table.text("id");
        table.name = match given.as_ref().map(|at| &at.value).or(label.as_ref()) {
            Some(name) => format!("parcel \"{name}\""),
            None => "a parcel".to_owned(),
        };
        let mut numbers = Vec::new();
        for number in table.texts("number").into_iter().chain(table.texts("numbers")) {
            match TrackingNumber::new(&number.value) {
                Some(known) if !numbers.contains(&known) => {
                    self.once(&table, &known, &number.span);
                    numbers.push(known);
                }
                Some(_) => {
                    table.warn(number.span, format!("{}: number {} stands here twice", table.name, number.value))
                }
                None => table.fault(
                    number.span,
                    format!(
                        "{}: \"{}\" is not a tracking number; they have 4 to 64 letters and digits",
                        table.name, number.value
                    ),
                ),
            }
        }
        let order = table.text("order").map(|at| at.value);
        let id = self.parcel_id(&table, given.as_ref(), label.as_deref(), &numbers, order.as_deref());
        let parcel = Parcel {
            label: label.unwrap_or_else(|| id.as_ref().map_or_else(|| "Parcel".to_owned(), ToString::to_string)),
            numbers,
            order,
            marketplace: table.text("marketplace").map(|at| at.value),
            seller: table.text("seller").map(|at| at.value),
            ordered: table.date("ordered"),
            class: table.text_as("class", class).map(|at| at.value),
            origin: table.text_as("origin", country).map(|at| at.value),
            country: table.text_as("country", country).map(|at| at.value).or(self.country),
            postcode: table.text("postcode").map(|at| at.value).or_else(|| self.postcode.clone()),
            recipient: table.text("recipient").map(|at| at.value),
            carrier: table.text_as("carrier", carrier_id).map(|at| at.value),
            tags: table.texts("tags").into_iter().map(|at| at.value.replace(',', " ").trim().to_owned()).collect(),
            hints: table.free_texts("hints").into_iter().map(|(name, at)| (name, at.value)).collect::<Facts>(),
            ask_every: table.duration("ask_every"),
            order_status: table.text_as("order_status", order_status).map(|at| at.value),
            note: table.text("note").map(|at| at.value),
            ..Parcel::new(id.clone().unwrap_or_else(placeholder), "")
        };
        if parcel.numbers.is_empty() && parcel.order.is_none() && !table.has("number") && !table.has("numbers") {
            table.fault(table.span.clone(), format!("{} has neither a number nor an order", table.name));
        }
        table.finish();
        if id.is_some() {
            self.parcels.push(parcel);
        }
    }

    /// The id as given, else made from the label, the number or the order; the first of that name keeps it.
    fn parcel_id(
        &mut self,
        table: &Table<'_>,
        given: Option<&At<String>>,
        label: Option<&str>,
        numbers: &[TrackingNumber],
        order: Option<&str>,
    ) -> Option<ParcelId> {
        if let Some(given) = given {
            let Some(id) = ParcelId::new(&given.value) else {
                let suggested = ParcelId::slug(&given.value).map(|id| format!("; try \"{id}\"")).unwrap_or_default();
                table.fault(
                    given.span.clone(),
                    format!("{}: an id has 1 to 64 lower-case letters, digits, - _ and .{suggested}", table.name),
                );
                return None;
            };
            if let Some(first) = self.ids.get(id.as_str()) {
                table.fault(given.span.clone(), format!("{}: another parcel has this id ({first})", table.name));
                return None;
            }
            self.ids.insert(id.to_string(), table.name.clone());
            return Some(id);
        }
        let number = numbers.first().map(TrackingNumber::as_str);
        let base = [label, number, order].into_iter().flatten().find_map(ParcelId::slug).unwrap_or_else(placeholder);
        // Two lamps are told apart by their numbers, so that the order in the file does not matter.
        let with_number = number.and_then(|number| ParcelId::slug(&format!("{base}-{}", &number[number.len() - 4..])));
        let numbered = (2..).filter_map(|count| ParcelId::new(&format!("{base}-{count}")));
        let mut choices = std::iter::once(base.clone()).chain(with_number).chain(numbered);
        let id = choices.find(|id| !self.ids.contains_key(id.as_str()))?;
        self.ids.insert(id.to_string(), table.name.clone());
        Some(id)
    }

    /// Warns where two parcels have one number: combined orders do, and copied lines do.
    fn once(&mut self, table: &Table<'_>, number: &TrackingNumber, span: &std::ops::Range<usize>) {
        match self.numbers.get(number.as_str()) {
            Some(first) => table.warn(span.clone(), format!("{}: {first} has number {number} too", table.name)),
            None => {
                self.numbers.insert(number.to_string(), table.name.clone());
            }
        }
    }
}

fn placeholder() -> ParcelId {
    ParcelId::new("parcel").expect("a valid id")
}

fn fault_at(carrier: &str) -> Fault {
    Fault::of_file(Path::new(""), format!("[carriers.{carrier}] stands in two files; keep one"))
}

/// The rhythm: one pace for each stage and state, by its key.
fn rhythm(table: &Table<'_>, rhythm: &mut Rhythm) {
    let paces: [(&str, &mut Pace); 14] = [
        ("first_scan", &mut rhythm.first_scan),
        ("origin", &mut rhythm.origin),
        ("line_haul", &mut rhythm.line_haul),
        ("import", &mut rhythm.import),
        ("import_near", &mut rhythm.import_near),
        ("released", &mut rhythm.released),
        ("last_mile", &mut rhythm.last_mile),
        ("vans", &mut rhythm.vans),
        ("vans_gone", &mut rhythm.vans_gone),
        ("second_portal", &mut rhythm.second_portal),
        ("out_for_delivery", &mut rhythm.out_for_delivery),
        ("pickup", &mut rhythm.pickup),
        ("back", &mut rhythm.back),
        ("retry", &mut rhythm.retry),
    ];
    for (key, pace) in paces {
        let texts = table.texts(key);
        let read: Vec<_> = texts
            .iter()
            .filter_map(|at| match super::table::duration(&at.value) {
                Ok(duration) if duration.is_zero() => {
                    table.fault(at.span.clone(), format!("{}: {key} must be longer than nothing", table.name));
                    None
                }
                Ok(duration) => Some(duration),
                Err(wrong) => {
                    table.fault(at.span.clone(), format!("{}: {key} {wrong}", table.name));
                    None
                }
            })
            .collect();
        match read.as_slice() {
            [] => {}
            [every] => *pace = Pace { from: *every, to: *every },
            [from, to] if from <= to => *pace = Pace { from: *from, to: *to },
            _ => table.fault(
                table.key_span(key),
                format!("{}: {key} is one interval, or the first and the longest: [\"2h\", \"12h\"]", table.name),
            ),
        }
    }
    if let Some(every) = table.duration("after_delivery") {
        rhythm.after_delivery = every;
    }
    if let Some(length) = table.duration("after_delivery_for") {
        rhythm.after_delivery_for = length;
    }
    if let Some(days) = table.integer("near_days", 0..=60).and_then(|days| i32::try_from(days).ok()) {
        rhythm.near_days = days;
    }
    if let Some(length) = table.duration("slow_after") {
        rhythm.slow_after = length;
    }
    let hours: [(&str, &mut i8); 5] = [
        ("day_starts", &mut rhythm.day_starts),
        ("day_ends", &mut rhythm.day_ends),
        ("vans_from", &mut rhythm.vans_from),
        ("vans_until", &mut rhythm.vans_until),
        ("sorting_from", &mut rhythm.sorting_from),
    ];
    for (key, hour) in hours {
        if let Some(given) = table.integer(key, 0..=24).and_then(|hour| i8::try_from(hour).ok()) {
            *hour = given;
        }
    }
    if let Some(jitter) = table.integer("jitter_percent", 0..=50) {
        rhythm.jitter = jitter;
    }
}

/// The message does not repeat the value: the address of a channel may hold its key.
fn web_address(text: &str) -> Result<Url, String> {
    let wrong = || "is not a web address such as \"https://parcels.example\"".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(url) } else { Err(wrong()) }
}

fn country(text: &str) -> Result<Country, String> {
    let known = Country::new(text).filter(Country::is_assigned).or_else(|| Country::from_name(text));
    known.ok_or_else(|| format!("is \"{text}\", not a country; write two letters, such as \"FR\""))
}

fn class(text: &str) -> Result<Class, String> {
    Class::from_key(text).ok_or_else(|| one_of(text, Class::ALL.iter().map(|class| class.key())))
}

fn carrier_id(text: &str) -> Result<CarrierId, String> {
    CarrierId::new(text).ok_or_else(|| format!("is \"{text}\", not a carrier id such as \"dhl\""))
}

fn order_status(text: &str) -> Result<Status, String> {
    let orders = || Status::ALL.into_iter().filter(|status| status.stage() == Some(Stage::Ordered));
    orders().find(|status| status.key() == text).ok_or_else(|| one_of(text, orders().map(Status::key)))
}

fn one_of<'w>(text: &str, known: impl Iterator<Item = &'w str> + Clone) -> String {
    match suggestion(text, known.clone()) {
        Some(close) => format!("is \"{text}\"; did you mean \"{close}\"?"),
        None => format!("is \"{text}\"; known: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// Who may see the pages. A password that is named and cannot be read is not the same as none.
fn access(root: &Table<'_>) -> Access {
    let is_meant = ["password", "password_file", "password_env"].iter().any(|name| root.has(name));
    match secret(root, "password") {
        Some(password) => Access::Password(password),
        None if is_meant => Access::Nobody,
        None => Access::Everybody,
    }
}

/// A secret by its name, from a file (`name_file`), the environment (`name_env`) or the config itself (`name`).
fn secret(table: &Table<'_>, name: &str) -> Option<Secret> {
    let plain = table.text(name);
    let file = table.text(&format!("{name}_file"));
    let env = table.text(&format!("{name}_env"));
    let given = [plain.is_some(), file.is_some(), env.is_some()].into_iter().filter(|given| *given).count();
    if given > 1 {
        table.fault(
            table.span.clone(),
            format!("{}: {name} is given more than once; keep one of {name}, {name}_file, {name}_env", table.name),
        );
        return None;
    }
    if let Some(file) = file {
        return secret_file(table, name, &file);
    }
    if let Some(env) = env {
        return secret_env(table, name, &env);
    }
    let plain = plain?;
    not_empty(table, name, plain.span, plain.value)
}

/// A secret that holds nothing would be taken for one: an empty password lets everybody in who sends an empty one.
fn not_empty(table: &Table<'_>, name: &str, span: std::ops::Range<usize>, text: String) -> Option<Secret> {
    if text.trim().is_empty() {
        table.fault(span, format!("{}: {name} is empty; write the secret there, or take the line out", table.name));
        return None;
    }
    Some(Secret::new(text))
}

/// A secret of a carrier's `secrets` table: its name may end in `_file` or `_env`.
fn named_secret(table: &Table<'_>, name: &str, value: &At<String>) -> Option<(String, Secret)> {
    if let Some(name) = name.strip_suffix("_file") {
        return Some((name.to_owned(), secret_file(table, name, value)?));
    }
    if let Some(name) = name.strip_suffix("_env") {
        return Some((name.to_owned(), secret_env(table, name, value)?));
    }
    Some((name.to_owned(), not_empty(table, name, value.span.clone(), value.value.clone())?))
}

fn secret_file(table: &Table<'_>, name: &str, file: &At<String>) -> Option<Secret> {
    match std::fs::read_to_string(&file.value) {
        Ok(text) => {
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
            not_empty(table, &format!("what {name}_file names"), file.span.clone(), text)
        }
        Err(error) => {
            // What is no path may be the secret itself.
            let path = Some(&file.value).filter(|path| path.starts_with(['/', '.']));
            let path = path.map_or("the file named there", String::as_str);
            table.fault(file.span.clone(), format!("{}: cannot read {name}_file {path}: {error}", table.name));
            None
        }
    }
}

fn secret_env(table: &Table<'_>, name: &str, variable: &At<String>) -> Option<Secret> {
    match std::env::var(&variable.value) {
        Ok(text) => not_empty(table, &format!("what {name}_env names"), variable.span.clone(), text),
        Err(_) => {
            let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let variable_name = Some(&variable.value).filter(|name| name.chars().all(is_name));
            let variable_name = variable_name.map_or("a variable", String::as_str);
            table.fault(
                variable.span.clone(),
                format!("{}: {name}_env names {variable_name}, which is not set", table.name),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests;
