//! What is wrong with a config file: where, what, and the way out.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::mask::{self, Within};

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
    /// The line with its values hidden.
    pub excerpt: String,
    /// Which characters of the excerpt are meant.
    pub marked: Range<usize>,
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
            let indent = " ".repeat(self.marked.start);
            let caret = "^".repeat(self.marked.len().max(1));
            write!(f, "\n{gutter} |\n{number} | {}\n{gutter} | {indent}{caret}", self.excerpt)?;
        }
        Ok(())
    }
}

impl Fault {
    /// The same place, with these words.
    pub(super) fn saying(&self, message: String) -> Self {
        Self { message, ..self.clone() }
    }

    /// A mistake of a file as a whole.
    pub(crate) fn of_file(file: &Path, message: String) -> Self {
        Self {
            severity: Severity::Fault,
            file: file.to_owned(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            marked: 0..0,
            message,
        }
    }
}

/// A file's text, for turning byte offsets into places.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Worked out with the first fault, once for all of them.
    line_starts: OnceCell<Vec<Within>>,
}

impl Source {
    pub(super) fn new(path: &Path, text: String) -> Self {
        Self { path: path.to_owned(), text, line_starts: OnceCell::new() }
    }

    /// A mistake at a range of bytes.
    pub(super) fn fault(&self, severity: Severity, range: Range<usize>, message: String) -> Fault {
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let end = self.text.floor_char_boundary(range.end.clamp(start, line_end));
        let line = self.text[..start].matches('\n').count();
        let before = self.text[line_start..start].chars().count();
        let starts = self.line_starts.get_or_init(|| mask::line_starts(&self.text));
        let (excerpt, shown) = mask::masked(&self.text[line_start..line_end], starts[line]);
        // What is hidden is marked where its ellipsis stands.
        let marked_end = (before + self.text[start..end].chars().count()).min(excerpt.chars().count());
        let marked_start = before.min(shown);
        Fault {
            severity,
            file: self.path.clone(),
            line: line + 1,
            column: before + 1,
            excerpt,
            marked: marked_start..marked_end.max(marked_start),
            message,
        }
    }
}
