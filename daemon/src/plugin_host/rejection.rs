//! Why a plugin is not in force.

/// How far a plugin came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Read,
    Check,
    Compile,
    Describe,
    /// It is fit, and a person has to allow what it wants.
    Grant,
    /// It is fit, and another file serves its carrier.
    Duplicate,
}

impl Stage {
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Check => "check",
            Self::Compile => "compile",
            Self::Describe => "describe",
            Self::Grant => "approval",
            Self::Duplicate => "duplicate",
        }
    }
}

/// Why a file is not in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    pub stage: Stage,
    pub reason: String,
    /// Empty where the file could not be read.
    pub digest: String,
}
