//! `trailglow show`: prints everything the library knows about an activity.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::ending::Ending;
use super::format::some;
use super::list::json_of;
use super::output::printable;
use super::{library, output};
use crate::activity::readings::Readings;
use crate::activity::sensor::{SENSORS, Sensor};
use crate::activity::summary::Summary;
use crate::control::cancel::Cancel;
use crate::job::show::{Shown, show};

/// Show everything the library knows about an activity.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Id of the activity, from `trailglow list`.
    #[arg(value_parser = library::id)]
    id: i64,

    #[command(flatten)]
    pub query: library::LibraryQuery,
}

const EXAMPLES: &str = "\
Examples:
  trailglow show 1
  trailglow show 1 --json";

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let shown = show(&args.query.library.path()?, args.id, cancel)?;
    let shown = shown
        .with_context(|| format!("there is no activity {} in the library; `trailglow list` shows the ids", args.id))?;
    shown.warning.iter().for_each(|text| output::warn(text));
    output::print(&if args.query.json { document(&shown) } else { text(&shown) })?;
    Ok(Ending::Done)
}

fn document(shown: &Shown) -> String {
    let mut document = known(shown);
    document["schema_version"] = 1.into();
    document["sensors"] = json_of_sensors(shown);
    format!("{document:#}\n")
}

/// One line per known property; the word for the sport in the file only where the word differs from the sport.
fn text(shown: &Shown) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), printable);
    let mut known = known(shown);
    if known["sport"] == known["sport_in_file"] {
        known["sport_in_file"] = Value::Null;
    }
    known["metres"] = length(&shown.activity.summary).into();
    known["new_metres"] = Value::Null;
    let rows = known.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let title = |name: &str| if name == "metres" { "length".to_owned() } else { name.to_owned() };
    let row = |name: &str, value: &str| format!("{name:<13} {value}\n");
    let sensors = SENSORS.iter().zip(&shown.readings);
    let sensors =
        sensors.filter_map(|(sensor, readings)| Some(row(sensor.title, &sentence(sensor, readings.as_ref()?))));
    rows.map(|(name, value)| row(&title(name), &plain(value))).chain(sensors).collect()
}

/// Length of an activity, and of its new roads if known.
fn length(summary: &Summary) -> String {
    let km = |metres: f64| format!("{:.1} km", metres / 1000.0);
    let new = summary.new_m.map(|metres| format!(", of which {} new", km(metres)));
    km(summary.metres) + &new.unwrap_or_default()
}

/// Mean, range and number of points of a sensor.
fn sentence(sensor: &Sensor, &Readings { points, mean, least, most }: &Readings) -> String {
    let [mean, least, most] =
        [mean, least, most].map(|value| format!("{:.*}", sensor.decimals, rounded(value, sensor.decimals)));
    let range = if least == most { String::new() } else { format!(" on average, {least} to {most}") };
    format!("{mean} {}{range}, in {}", sensor.unit, some(points, "point", "points"))
}

/// Number with so many decimals, 0 without a sign.
fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10f64.powi(decimals as i32);
    (value * scale).round() / scale + 0.0
}

/// Readings of the sensors that have any, by key.
fn json_of_sensors(shown: &Shown) -> Value {
    let sensors = SENSORS.iter().zip(&shown.readings).filter_map(|(sensor, readings)| {
        let Readings { points, mean, least, most } = (*readings)?;
        let [mean, least, most] = [mean, least, most].map(|value| rounded(value, 2));
        let row = json!({"unit": sensor.unit, "points": points, "mean": mean, "least": least, "most": most});
        Some((sensor.key.to_owned(), row))
    });
    Value::Object(sensors.collect())
}

fn known(Shown { activity, copies, .. }: &Shown) -> Value {
    let mut known = json_of(activity);
    known["excluded"] = activity.excluded.into();
    known["copy_of"] = activity.copy_of.into();
    known["copies"] = copies.clone().into();
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_rounded_before_they_are_compared() {
        let sentence = |key: &str, mean, least, most| {
            let sensor = SENSORS.iter().find(|sensor| sensor.key == key).expect("a sensor");
            sentence(sensor, &Readings { points: 2, mean, least, most })
        };
        assert_eq!(sentence("temperature", -0.3, -1.0, 0.0), "0 °C on average, -1 to 0, in 2 points");
        assert_eq!(sentence("speed", 1.02, 1.01, 1.04), "1.0 m/s, in 2 points");
        assert_eq!(sentence("power", 199.5, 1.0, 398.0), "200 W on average, 1 to 398, in 2 points");
        assert_eq!(rounded(-0.003, 2).to_string(), "0");
    }
}
