//! Encoder of TCX, Garmin's Training Center XML, with heart rates.

use super::kind::KINDS;
use super::recording::{Sample, segments};
use super::schedule::Entry;
use crate::activity::calendar;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

type Xml = Writer<Vec<u8>>;

/// Encodes a recording as one lap; pauses separate its tracks.
pub fn encode(entry: &Entry, samples: &[Sample]) -> anyhow::Result<Vec<u8>> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Ok(Vec::new()) };
    let start = timestamp(first.time_ms);
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let schema = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2";
    xml.create_element("TrainingCenterDatabase").with_attribute(("xmlns", schema)).write_inner_content(|xml| {
        xml.create_element("Activities").write_inner_content(|xml| {
            xml.create_element("Activity").with_attribute(("Sport", KINDS[entry.kind].tcx)).write_inner_content(
                |xml| {
                    text(xml, "Id", &start)?;
                    xml.create_element("Lap").with_attribute(("StartTime", start.as_str())).write_inner_content(
                        |xml| {
                            text(xml, "TotalTimeSeconds", &((last.time_ms - first.time_ms) / 1000).to_string())?;
                            text(xml, "DistanceMeters", &format!("{:.1}", last.distance_m))?;
                            text(xml, "Calories", &format!("{:.0}", last.distance_m * 0.04))?;
                            text(xml, "Intensity", "Active")?;
                            text(xml, "TriggerMethod", "Manual")?;
                            for segment in segments(samples) {
                                let track =
                                    |xml: &mut Xml| segment.iter().try_for_each(|sample| trackpoint(xml, sample));
                                xml.create_element("Track").write_inner_content(track)?;
                            }
                            Ok(())
                        },
                    )?;
                    text(xml, "Notes", &entry.title)
                },
            )?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(xml.into_inner())
}

fn trackpoint(xml: &mut Xml, sample: &Sample) -> io::Result<()> {
    xml.create_element("Trackpoint").write_inner_content(|xml| {
        text(xml, "Time", &timestamp(sample.time_ms))?;
        if let Some([lat, lon]) = sample.position {
            xml.create_element("Position").write_inner_content(|xml| {
                text(xml, "LatitudeDegrees", &format!("{lat:.7}"))?;
                text(xml, "LongitudeDegrees", &format!("{lon:.7}"))
            })?;
        }
        text(xml, "AltitudeMeters", &format!("{:.1}", sample.elevation_m))?;
        text(xml, "DistanceMeters", &format!("{:.2}", sample.distance_m))?;
        if let Some(bpm) = sample.heart_rate_bpm {
            let value = |xml: &mut Xml| text(xml, "Value", &bpm.to_string());
            xml.create_element("HeartRateBpm").write_inner_content(value)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(content)).map(drop)
}

/// Formats as `2021-05-03T07:12:09Z`.
fn timestamp(time_ms: i64) -> String {
    let seconds = time_ms.div_euclid(1000);
    let in_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", calendar::date_of_day(seconds.div_euclid(86_400)))
}
