//! Reasons why a file gave no activity. The library stores them as JSON.

use std::path::PathBuf;

/// Reason why a file gave no activity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum Skip {
    /// A planned course or route. Holds its description.
    #[error("planned, not recorded: {0}")]
    Planned(String),
    /// Another file of a device: settings, workouts, daily heart rates. Holds its description.
    #[serde(rename = "Housekeeping")]
    #[error("not a recording: {0}")]
    NotRecording(String),
    /// Any other kind of file.
    #[error("not an activity file (FIT, GPX, TCX, KML or GeoJSON)")]
    NotActivity,
    /// A pipe, socket or device.
    #[error("not a regular file; copy the content into a file")]
    NotRegular,
    /// An intact file of a known format without a track. Holds its description.
    #[error("no track: {0}")]
    NoTrack(String),
    /// A track of nothing but stray points.
    #[error("only stray GPS fixes: each part of the track is a few points within 100 m")]
    Stray,
    /// Byte-identical twin, after decompression, of the file at this path.
    #[serde(rename = "Duplicate")]
    #[error("the same as {}", .0.display())]
    Twin(PathBuf),
    /// A damaged or refused file. Holds the cause and a remedy.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}
