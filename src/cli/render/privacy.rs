//! The part of a render's report about privacy: zones and trims, and what each hid. It names zones, so it is for the
//! terminal alone.

use serde_json::{Value, json};

use crate::cli::format::{count, metres, some};
use crate::job::{Audience, PrivacyReport};
use crate::privacy::Effect;

/// One line per zone and trim; one line if nothing is hidden.
pub fn lines(report: &PrivacyReport) -> Vec<String> {
    let trim = report.trim.map(|(length, effect)| format!("trim of {} {}", metres(length), text(effect)));
    let zones = report.zones.iter().map(|(name, effect)| format!("zone '{name}' {}", text(*effect)));
    let lines: Vec<String> = zones.chain(trim).collect();
    match report.audience {
        _ if !lines.is_empty() => lines,
        Audience::Private => vec!["zones and trims: none, since the map is private".to_owned()],
        Audience::Public { .. } => vec!["zones and trims: none, so every place is shown".to_owned()],
    }
}

/// Lines of a quiet run: those of [`lines`] about zones and trims that hid something.
pub fn quiet_lines(report: &PrivacyReport) -> Vec<String> {
    let hidden = PrivacyReport {
        zones: report.zones.iter().filter(|(_, effect)| !effect.is_none()).cloned().collect(),
        ..report.clone()
    };
    if hidden.zones.is_empty() && hidden.trim.is_none() { Vec::new() } else { lines(&hidden) }
}

/// Names the zones that hid no part of any activity, whether drawn or not.
pub fn warning(report: &PrivacyReport) -> Option<String> {
    let names: Vec<String> =
        report.zones.iter().filter(|(_, effect)| effect.is_none()).map(|(name, _)| format!("'{name}'")).collect();
    let zones = if names.len() == 1 { "zone" } else { "zones" };
    (!names.is_empty())
        .then(|| format!("{zones} {} hid nothing: are latitude and longitude swapped?", names.join(", ")))
}

fn text(effect: Effect) -> String {
    let Effect { activities, hidden_activities, other_activities, .. } = effect;
    let length = format!("{:.1} km", effect.kilometres());
    let number = some(activities, "activity", "activities");
    match hidden_activities {
        _ if activities == 0 && other_activities > 0 => "hid nothing of the drawn activities".to_owned(),
        _ if activities == 0 => "hid nothing".to_owned(),
        0 => format!("hid {length} of {number}"),
        all if all == activities => format!("hid {length}, the whole of {number}"),
        some => format!("hid {length} of {number}, the whole of {}", count(some)),
    }
}

/// JSON object of the zones and the trim.
pub fn document(report: &PrivacyReport) -> Value {
    let effect = |effect: Effect| {
        json!({
            "activities": effect.activities,
            "hidden_activities": effect.hidden_activities,
            "kilometres": effect.kilometres(),
        })
    };
    let zone = |(name, hidden): &(String, Effect)| {
        let mut zone = effect(*hidden);
        zone["name"] = name.as_str().into();
        zone
    };
    let trim = |(length, hidden): (f64, Effect)| {
        let mut trim = effect(hidden);
        trim["metres"] = length.into();
        trim
    };
    json!({
        "profile": if report.audience == Audience::Private { "private" } else { "public" },
        "zones": report.zones.iter().map(zone).collect::<Vec<_>>(),
        "trim": report.trim.map(trim),
        "warnings": warning(report).into_iter().collect::<Vec<_>>(),
    })
}
