//! Who may see the pages.

use super::fault::{Fault, Source};
use super::secret::{Secret, secret};
use super::table::{Table, suggestion};

const PASSWORD_KEYS: [&str; 3] = ["password", "password_file", "password_env"];

/// Who may see the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Whoever can connect.
    #[default]
    Everybody,
    /// Whoever knows it.
    Password(Secret),
    /// Nobody: a password is meant, and it cannot be read.
    Nobody,
}

/// Who may see the pages. A password that is named and cannot be read is not the same as none.
pub(super) fn access(root: &Table<'_>) -> Access {
    let is_meant = PASSWORD_KEYS.iter().any(|name| root.has(name));
    match secret(root, "password") {
        Some(password) => Access::Password(password),
        None if is_meant => Access::Nobody,
        None => Access::Everybody,
    }
}

/// Whether a faulty line was meant to set the password of the pages: `pasword = "x"`, `password = x`.
pub(super) fn names_password(sources: &[Source], fault: &Fault) -> bool {
    let Some(source) = sources.first().filter(|main| main.path == fault.file) else { return false };
    let Some(before) = fault.line.checked_sub(1) else { return false };
    // In the table of a carrier the word is about another password.
    if source.text.lines().take(before).any(|line| line.starts_with('[')) {
        return false;
    }
    let line = source.text.lines().nth(before).unwrap_or_default();
    let word: String = line.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    suggestion(&word.to_lowercase(), PASSWORD_KEYS.into_iter()).is_some()
}
