//! What is wrong with a config file: where, what, and the way out.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Whether the file can be used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is used; the operator should look.
    Warning,
    /// The former version stays in force.
    Fault,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub severity: Severity,
    pub file: PathBuf,
    /// From 1; 0 where the mistake has no place in the file.
    pub line: usize,
    pub column: usize,
    /// The line as it stands in the file.
    pub excerpt: String,
    /// How many characters of it are meant, from the column.
    pub width: usize,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if self.line > 0 && !self.excerpt.trim().is_empty() {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            let indent = " ".repeat(self.column.saturating_sub(1));
            let caret = "^".repeat(self.width.max(1));
            write!(f, "\n{gutter} |\n{number} | {}\n{gutter} | {indent}{caret}", self.excerpt)?;
        }
        Ok(())
    }
}

/// A file's text, for turning byte offsets into places.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: &Path, text: String) -> Self {
        Self { path: path.to_owned(), text }
    }

    /// A mistake at a range of bytes.
    pub(super) fn fault(&self, severity: Severity, range: Range<usize>, message: String) -> Fault {
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let end = self.text.floor_char_boundary(range.end.clamp(start, line_end));
        Fault {
            severity,
            file: self.path.clone(),
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            excerpt: self.text[line_start..line_end].trim_end().to_owned(),
            width: self.text[start..end].chars().count(),
            message,
        }
    }
}
