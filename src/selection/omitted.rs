//! Reasons for omitting activities that were read, and their counts.

/// Reason for omitting an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum OmitReason {
    Indoor,
    /// Virtual sport: the recorded positions are not real.
    Virtual,
    Planned,
    /// A condition does not hold.
    NotSelected,
}

/// Numbers of omitted activities by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Omitted {
    pub indoor: u64,
    #[serde(rename = "virtual")]
    pub virtual_activities: u64,
    pub planned: u64,
    /// A condition does not hold.
    pub not_selected: u64,
    pub excluded: u64,
    /// Another copy is drawn.
    pub copies: u64,
    /// Entirely hidden by privacy.
    pub hidden: u64,
    /// Entirely dropped by tidying.
    pub stray: u64,
    /// Entirely beyond the latitudes of the map.
    pub beyond_map: u64,
}

impl Omitted {
    /// Increments the count of a reason.
    pub fn add(&mut self, reason: OmitReason) {
        match reason {
            OmitReason::Indoor => self.indoor += 1,
            OmitReason::Virtual => self.virtual_activities += 1,
            OmitReason::Planned => self.planned += 1,
            OmitReason::NotSelected => self.not_selected += 1,
        }
    }
}
