//! Decides from the audience of a map which zones and trims apply, and reports what these hid.
//!
//! Law: if the zones cannot be read, nothing is drawn. [`collection::visible`] does the hiding.
//!
//! [`collection::visible`]: crate::collection::visible

use anyhow::{Context, Result};

use crate::control::cancel::Cancel;
use crate::library::{self, Library, LibraryPlace};
use crate::privacy::{Circle, Effect, Privacy, Rule, Tally, Zone};

/// Audience of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// Anybody: the zones of the library apply, and both ends of every activity are trimmed.
    Public {
        /// Radius of the trim around either end in metres, in a straight line; 0 for no trim.
        trim_m: f64,
    },
    /// The user alone: nothing is hidden, and the map is marked as private.
    Private,
}

/// Zones and trim that apply to a map.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Circles and trim.
    pub privacy: Privacy,
    /// Names of the zones, in the order of the circles.
    zone_names: Vec<String>,
}

/// Zones and trim of a map, with the parts of activities that each hid. The names are for the user alone.
#[derive(Clone, Debug)]
pub struct PrivacyReport {
    /// Audience of the map.
    pub audience: Audience,
    /// Name and effect of each zone; none for a private map.
    pub zones: Vec<(String, Effect)>,
    /// Length in metres and effect of the trim, if there is one.
    pub trim: Option<(f64, Effect)>,
}

impl Rules {
    /// Reads the zones and the trim for an audience. The zones come from `library`; without a library, or before it is
    /// created, there are none.
    ///
    /// # Errors
    /// If the library exists and cannot be read, or is missing and may not be created.
    pub fn read(audience: Audience, library: Option<&LibraryPlace>, cancel: &Cancel) -> Result<Self> {
        let Audience::Public { trim_m } = audience else { return Ok(Self::default()) };
        let zones = || -> Result<(Vec<Zone>, Vec<Circle>)> {
            match library {
                Some(place) if !place.may_create || library::exists(&place.path)? => {
                    let library = Library::open_existing(&place.path, cancel)?;
                    let zones = library.zones()?;
                    let circles = library.circles(&zones)?;
                    Ok((zones, circles))
                }
                _ => Ok(Default::default()),
            }
        };
        let context =
            "cannot read the privacy zones, so nothing is drawn; --profile private draws a map that hides nothing";
        let (zones, circles) = zones().context(context)?;
        let zone_names = zones.into_iter().map(|zone| zone.name).collect();
        Ok(Self { privacy: Privacy::new(circles, trim_m), zone_names })
    }

    /// Reports the effects of the rules.
    pub fn report(&self, audience: Audience, tally: &Tally) -> PrivacyReport {
        let zones = self.zone_names.iter().enumerate();
        let zones = zones.map(|(index, name)| (name.clone(), tally.effect(Rule::Zone(index)))).collect();
        let trim_m = self.privacy.trim_m();
        PrivacyReport { audience, zones, trim: (trim_m > 0.0).then(|| (trim_m, tally.effect(Rule::Trim))) }
    }
}
