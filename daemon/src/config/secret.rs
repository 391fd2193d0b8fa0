//! Secrets: where they stand, and that they are not shown.

use std::path::Path;
use std::{fmt, io};

use super::table::{At, Table};

/// A text that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret by its name, from a file (`name_file`), the environment (`name_env`) or the config itself (`name`).
pub fn secret(table: &Table<'_>, name: &str) -> Option<Secret> {
    let plain = table.text(name);
    let file = table.text(&format!("{name}_file"));
    let env = table.text(&format!("{name}_env"));
    let given = [plain.is_some(), file.is_some(), env.is_some()].into_iter().filter(|given| *given).count();
    if given > 1 {
        let again = [&plain, &file, &env].into_iter().flatten().next_back().map(|at| at.span.clone());
        table.fault(
            again.unwrap_or_else(|| table.span.clone()),
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
    // Editors leave marks that nobody sees and nobody types.
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let is_seen = |c: char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    if !text.contains(is_seen) {
        table.fault(span, format!("{}: {name} is empty; write the secret there, or take the line out", table.name));
        return None;
    }
    Some(Secret::new(text))
}

/// A secret of a carrier's `secrets` table: its name may end in `_file` or `_env`.
pub(super) fn named_secret(table: &Table<'_>, name: &str, value: &At<String>) -> Option<(String, Secret)> {
    if let Some(name) = name.strip_suffix("_file") {
        return Some((name.to_owned(), secret_file(table, name, value)?));
    }
    if let Some(name) = name.strip_suffix("_env") {
        return Some((name.to_owned(), secret_env(table, name, value)?));
    }
    Some((name.to_owned(), not_empty(table, name, value.span.clone(), value.value.clone())?))
}

fn secret_file(table: &Table<'_>, name: &str, file: &At<String>) -> Option<Secret> {
    let read = crate::files::read(Path::new(&file.value));
    let text = read.and_then(|bytes| String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text")));
    match text {
        Ok(text) => {
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text).to_owned();
            not_empty(table, &format!("what {name}_file names"), file.span.clone(), text)
        }
        Err(error) => {
            // What is no path may be the secret itself.
            let path = Some(&file.value).filter(|path| path.starts_with(['/', '.']));
            let what = match path {
                Some(path) => format!("{name}_file {path}"),
                None => format!("the file that {name}_file names"),
            };
            table.fault(file.span.clone(), format!("{}: cannot read {what}: {error}", table.name));
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
