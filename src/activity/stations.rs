//! Heights along a way: a polyline over the distance, and its integral, of which means over any part are quotients.

/// Vertex of an elevation profile.
pub(super) struct Station {
    /// Distance from the start.
    pub metres: f64,
    pub height: f64,
    /// Integral of the heights over the distance from the start.
    pub area: f64,
}

impl Station {
    /// A station of a height after `last`, the station before it.
    pub fn after(last: Option<&Self>, metres: f64, height: f64) -> Self {
        let area = last.map_or(0.0, |last| last.area + 0.5 * (last.height + height) * (metres - last.metres));
        Self { metres, height, area }
    }
}

/// Index of the last station at or before a distance, searched from `index` on.
pub(super) fn advance(stations: &[Station], mut index: usize, metres: f64) -> usize {
    while stations.get(index + 1).is_some_and(|next| next.metres <= metres) {
        index += 1;
    }
    index
}

/// Integral of the heights from the start to a distance at or after the station `index`, before the next one.
pub(super) fn area_at(stations: &[Station], index: usize, metres: f64) -> f64 {
    let Station { metres: start, height, area } = stations[index];
    let slope = stations.get(index + 1).map_or(0.0, |next| (next.height - height) / (next.metres - start));
    let run = metres - start;
    area + run * (height + 0.5 * slope * run)
}
