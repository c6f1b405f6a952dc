//! omitted

/// Why an activity is not wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OmitReason {
    /// It was under a roof.
    Indoor,
    /// Nobody was there.
    Virtual,
    /// It was planned and not recorded.
    Planned,
    /// A condition does not hold.
    Other,
}

/// How many are not wanted, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Omitted {
    /// Under a roof.
    pub indoor: u64,
    /// Nobody was there.
    #[serde(rename = "virtual")]
    pub virtual_activities: u64,
    /// Planned and not recorded.
    pub planned: u64,
    /// A condition does not hold.
    pub other: u64,
    /// The user has excluded them.
    pub excluded: u64,
    /// The same points are drawn already.
    pub copies: u64,
    /// Nothing of them is outside of privacy zones and trims.
    pub hidden: u64,
}

impl Omitted {
    /// Counts one.
    pub fn add(&mut self, why: OmitReason) {
        match why {
            OmitReason::Indoor => self.indoor += 1,
            OmitReason::Virtual => self.virtual_activities += 1,
            OmitReason::Planned => self.planned += 1,
            OmitReason::Other => self.other += 1,
        }
    }
}
