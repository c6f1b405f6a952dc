//! Why a file gave no activity.

use std::path::PathBuf;

/// Why a file gave no activity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Skip {
    /// A course or route that somebody planned. Holds which.
    #[error("planned, not recorded: {0}")]
    Planned(String),
    /// What a device writes besides recordings: settings, workouts, heart rates of the day. Holds which.
    #[serde(rename = "Housekeeping")]
    #[error("not a recording: {0}")]
    NotRecording(String),
    /// Some other kind of file, as lie around in every folder.
    #[error("not an activity file (FIT, GPX or TCX)")]
    NotActivity,
    /// A pipe, socket or device.
    #[error("not a regular file; save its content in one")]
    NotRegular,
    /// A sound file of a known format without any track. Holds what it is instead.
    #[error("no track in it: {0}")]
    NoTrack(String),
    /// Holds the same bytes, unpacked, as a file that was read. Holds which.
    #[error("the same as {}", .0.display())]
    Duplicate(PathBuf),
    /// Should have given an activity but cannot. Holds what is wrong and what to do.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}
