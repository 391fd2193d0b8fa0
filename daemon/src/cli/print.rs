//! Words and tables on the terminal. Carrier text is plain by then: no control characters reach it.

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::Value;

use crate::config::{Fault, Severity};

/// Prints a line. A reader that closed the pipe has seen enough.
pub(super) fn line(text: impl std::fmt::Display) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints rows under each other, their columns aligned.
pub(super) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width));
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// A fault of the config for programs.
pub(super) fn fault_json(fault: &Fault) -> Value {
    serde_json::json!({
        "severity": if fault.severity == Severity::Fault { "fault" } else { "warning" },
        "file": fault.file.display().to_string(),
        "line": fault.line,
        "column": fault.column,
        "excerpt": fault.excerpt,
        "message": fault.message,
    })
}
