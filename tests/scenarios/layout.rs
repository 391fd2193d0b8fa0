//! The house stands as ARCHITECTURE.md draws it: imports run one way, and no two files use each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rooms of `daemon/src`, each row to the left of the next: a file may use what stands in a later row, and its own room.
const DAEMON: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["lib"],
    &["web", "control"],
    &["reload"],
    &["tracker", "outbox"],
    &["backup"],
    &["site", "doctor", "number_lookup", "state_folder"],
    &["report"],
    &["plugin_host", "notify"],
    &["config", "store"],
    &["clock", "files", "tls", "watch"],
];

/// The groups of `tracking/src`, in the same way.
const TRACKING: &[&[&str]] = &[
    &["lib", "stories"],
    &["schedule"],
    &["judgement"],
    &["learning"],
    &["state"],
    &["record"],
    &["carriers"],
    &["vocabulary"],
];

/// A module's path from the root of its crate: `["plugin_host", "egress"]`; the root itself is empty.
type Module = Vec<String>;

/// The files of a crate and what each of them uses.
struct House {
    uses: BTreeMap<Module, Vec<Vec<String>>>,
    /// By which names a module passes on what another one has.
    exports: BTreeMap<Module, BTreeMap<String, Vec<String>>>,
}

impl House {
    fn of(folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        let mut house = Self { uses: BTreeMap::new(), exports: BTreeMap::new() };
        house.enter(&root, &mut Vec::new());
        assert!(house.uses.len() > 10, "{} holds the files of a crate", root.display());
        house
    }

    fn enter(&mut self, folder: &Path, at: &mut Module) {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("a folder entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                at.push(name);
                self.enter(&path, at);
                at.pop();
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
                let mut module = at.clone();
                let is_folders_own = name == "mod" || (name == "lib" && at.is_empty());
                if !is_folders_own {
                    module.push(name);
                }
                self.read(module, &std::fs::read_to_string(&path).expect("a source file"));
            }
        }
    }

    fn read(&mut self, module: Module, text: &str) {
        let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
        let code = code.join("\n");
        // The tests of a file may use whatever they test against.
        let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let (mut uses, mut exports, mut rest) = (Vec::new(), BTreeMap::new(), String::new());
        let mut lines = code.lines().map(str::trim);
        while let Some(line) = lines.next() {
            let is_use = line.starts_with("use ") || (line.starts_with("pub") && line.contains(" use "));
            if !is_use {
                rest.push_str(line);
                rest.push('\n');
                continue;
            }
            let mut statement = line.to_owned();
            while !statement.ends_with(';') {
                statement.push_str(lines.next().expect("a statement ends"));
            }
            let (head, tree) = statement.split_once("use ").expect("it was found by it");
            for path in expand(tree.trim_end_matches(';')) {
                if head.contains("pub") {
                    exports.insert(path.last().cloned().unwrap_or_default(), path.clone());
                }
                uses.push(path);
            }
        }
        uses.extend(inline(&rest));
        self.uses.insert(module.clone(), uses);
        self.exports.insert(module, exports);
    }

    /// The file in which what a path names stands, as far as the path leads through this crate.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        const EXPORTS_MAX: usize = 8;
        let (mut module, mut rest) = match path.first().map(String::as_str)? {
            "crate" => (Module::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                (from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..])
            }
            first => {
                let child = [from.as_slice(), &[first.to_owned()]].concat();
                self.uses.contains_key(&child).then(|| (from.clone(), path))?
            }
        };
        while let Some((name, behind)) = rest.split_first() {
            let child = [module.as_slice(), std::slice::from_ref(name)].concat();
            if self.uses.contains_key(&child) {
                (module, rest) = (child, behind);
                continue;
            }
            return match self.exports.get(&module).and_then(|exports| exports.get(name)) {
                Some(passed_on) if depth < EXPORTS_MAX => {
                    self.resolve(&module, passed_on, depth + 1).or(Some(module.clone()))
                }
                _ => Some(module),
            };
        }
        Some(module)
    }

    /// Which files use which. That a folder's own file and those in it know each other is what a folder is.
    fn arrows(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let within = |inner: &Module, outer: &Module| inner.starts_with(outer);
        let used = |from: &Module, paths: &[Vec<String>]| {
            let found = paths.iter().filter_map(|path| self.resolve(from, path, 0));
            found.filter(|to| !within(to, from) && !within(from, to)).collect()
        };
        self.uses.iter().map(|(from, paths)| (from.clone(), used(from, paths))).collect()
    }
}

/// Every path of a `use` tree.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let names =
        |path: &str| path.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let Some((head, inner)) = tree.split_once('{') else {
        return vec![names(tree.split(" as ").next().unwrap_or_default())];
    };
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("it begins with one").push(c);
    }
    let head: Vec<String> = names(head);
    let parts = parts.iter().filter(|part| !part.trim().is_empty()).flat_map(|part| expand(part.trim()));
    parts.map(|part| [head.clone(), part].concat()).collect()
}

/// Paths that stand in the code itself: `crate::files::replace(…)`.
fn inline(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let begins = code[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | ':'));
            let path: String =
                code[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            if begins {
                paths.push(path.split("::").map(str::to_owned).filter(|name| !name.is_empty()).collect());
            }
        }
    }
    paths
}

/// The files that can be reached from one by following arrows.
fn reached(arrows: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = arrows.get(from).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module.clone()) {
            next.extend(arrows.get(module).into_iter().flatten());
        }
    }
    reached
}

#[track_caller]
fn check(folder: &str, rows: &[&[&str]], left_out: &[&str]) {
    let arrows = House::of(folder).arrows();
    let row = |module: &Module| {
        let room = module.first().map_or("lib", String::as_str);
        let row = rows.iter().position(|row| row.contains(&room));
        row.unwrap_or_else(|| {
            panic!("{folder}/{room} has no place in the order; draw it in ARCHITECTURE.md, then here")
        })
    };
    let room = |module: &Module| module.first().cloned();
    let is_checked = |module: &Module| !left_out.iter().any(|name| room(module).as_deref() == Some(name));
    let mut wrong = Vec::new();
    for (from, used) in arrows.iter().filter(|(from, _)| is_checked(from)) {
        for to in used.iter().filter(|to| is_checked(to)) {
            if room(from) != room(to) && row(to) <= row(from) {
                wrong.push(format!("{} uses {}, which stands before it", from.join("::"), to.join("::")));
            }
        }
        if reached(&arrows, from).contains(from) {
            wrong.push(format!("{} is used by what it uses", from.join("::")));
        }
    }
    assert!(wrong.is_empty(), "{folder}:\n{}", wrong.join("\n"));
}

#[test]
fn imports_of_the_daemon_run_one_way() {
    check("daemon/src", DAEMON, &[]);
}

#[test]
fn imports_of_the_pure_part_run_one_way() {
    // What tests share may use everything.
    check("tracking/src", TRACKING, &["journeys", "testing"]);
}

#[test]
fn an_arrow_is_seen_in_every_form_in_which_it_can_be_written() {
    let mut house = House { uses: BTreeMap::new(), exports: BTreeMap::new() };
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    house.read(Module::new(), "mod a;\nmod b;\n");
    house.read(module("a"), "mod inner;\npub use inner::{Thing, other::{self as x}};\n");
    house.read(module("a::inner"), "pub struct Thing;\n");
    for (code, found) in [
        ("use crate::a::Thing;", Some("a::inner")),
        ("pub(crate) use crate::{a::{Thing}, b};", Some("a::inner")),
        ("use std::{\n    fmt,\n    io::{self},\n};\nuse super::a::{\n    Thing,\n};", Some("a::inner")),
        ("fn f() { crate::a::inner::g() }", Some("a::inner")),
        ("fn f() -> super::a::Thing { g() }", Some("a::inner")),
        ("// use crate::a::Thing;", None),
        ("use std::fmt;", None),
        ("#[cfg(test)]\nmod tests {\n    use crate::a::Thing;\n}", None),
    ] {
        house.read(module("b"), code);
        let used = house.arrows().remove(&module("b")).unwrap_or_default();
        assert_eq!(used.contains(&module("a::inner")), found.is_some(), "{code}: {used:?}");
    }
}
