//! Decides from the audience of a map which zones and trims apply, and reports what these hid.
//!
//! Law: if the zones cannot be read, nothing is drawn. [`collection::visible`] does the hiding.
//!
//! [`collection::visible`]: crate::collection::visible

use anyhow::{Context, Result};

use crate::control::cancel::Cancel;
use crate::library::{self, Library, LibraryPlace};
use crate::privacy::{DrawnUnder, Effect, Privacy, Rule, Tally};

/// Audience of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Audience {
    /// Anybody: the zones of the library apply, and both ends of every activity are trimmed.
    Public {
        /// Radius of the trim around either end in metres, in a straight line; `None` for that of the library. The
        /// longer of both applies.
        trim_m: Option<f64>,
    },
    /// The user alone: nothing is hidden, and the map is marked as private.
    Private,
}

/// Zones and trim that apply to a map.
#[derive(Clone, Debug, Default)]
pub struct MapRules {
    /// Zones of the library, and the longer of its trim and that of the request; nothing for a private map.
    pub privacy: Privacy,
    /// Zones and trim of the library, and those that the output is drawn under; `None` for a private map.
    pub(super) public: Option<(Privacy, DrawnUnder)>,
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

impl MapRules {
    /// Reads the zones and the trim for an audience. They come from `library`; without a library, or before it is
    /// created, there are none. `warn` receives a warning if the requested trim is shorter than that of the library.
    ///
    /// # Errors
    /// If the library exists and cannot be read, or is missing and may not be created.
    pub(super) fn read(
        audience: Audience,
        library: Option<&LibraryPlace>,
        warn: &dyn Fn(&str),
        cancel: &Cancel,
    ) -> Result<Self> {
        let Audience::Public { trim_m } = audience else { return Ok(Self::default()) };
        let read = || -> Result<(Privacy, Vec<String>)> {
            match library {
                Some(place) if !place.may_create() || library::exists(&place.path)? => {
                    Library::open_existing(&place.path, cancel)?.privacy()
                }
                _ => Ok(Default::default()),
            }
        };
        let context =
            "cannot read the privacy zones, so nothing is drawn; --profile private draws a map that hides nothing";
        let (of_library, zone_names) = read().context(context)?;
        if let Some(asked) = trim_m.filter(|asked| *asked < of_library.trim_m()) {
            let held = of_library.trim_m();
            warn(&format!(
                "--trim {asked}m is shorter than the trim of the library, so {held}m are hidden; `trailglow zone trim` \
                 changes the trim of the library"
            ));
        }
        let asked = trim_m.unwrap_or_default();
        let (privacy, drawn_under) = (of_library.with_trim(asked), of_library.drawn_under(asked));
        Ok(Self { privacy, public: Some((of_library, drawn_under)), zone_names })
    }

    /// Reports the effects of the rules.
    pub fn report(&self, audience: Audience, tally: &Tally) -> PrivacyReport {
        let zones = self.zone_names.iter().enumerate();
        let zones = zones.map(|(index, name)| (name.clone(), tally.effect(Rule::Zone(index)))).collect();
        let trim_m = self.privacy.trim_m();
        PrivacyReport { audience, zones, trim: (trim_m > 0.0).then(|| (trim_m, tally.effect(Rule::Trim))) }
    }
}
