//! The report of a render, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::privacy;
use crate::cli::format::{bytes, count, seconds, some};
use crate::cli::output;
use crate::cli::summary::{files_json, home_text, json_of_tables, notes, selection_json, span, table_text};
use crate::collection::{MapLayer, Need};
use crate::job::{NothingToDraw, RenderReport, Times};
use crate::selection::Selection;
use crate::tileset::Style;
use crate::tileset::metadata::rounded;

/// Prints the report as text; with `verbose` also why no GPU was used. `first_zoom` is the first zoom that the user
/// asked for.
pub fn print(report: &RenderReport, selection: &Selection, first_zoom: u8, verbose: bool) -> Result<()> {
    let mut out = String::new();
    let totals = &report.map.totals;
    let span = span(totals);
    let read = some(report.inputs.files_read, "file", "files");
    let activities = some(totals.activities, "activity", "activities");
    writeln!(out, "{activities} from {read}, {} km{span}", count(totals.whole_kilometres()))?;
    if *selection != Selection::default() {
        writeln!(out, "selected: {}", output::printable(&selection.words()))?;
    }
    for (what, reasons) in notes(&report.inputs) {
        writeln!(out, "{what}: {}", reasons.join(", "))?;
    }
    for line in privacy::lines(&report.privacy) {
        writeln!(out, "{}", output::printable(&line))?;
    }
    for table_report in &report.inputs.table_reports {
        writeln!(out, "{}", output::printable(&table_text(table_report)))?;
    }
    if let Some(home) = report.inputs.home {
        writeln!(out, "{}", home_text(home))?;
    }
    for (need, property, _) in Need::ALL {
        let lacking = |layer: &MapLayer| layer.lacking.filter(|&(lacking, count)| lacking == need && count > 0);
        let layers: Vec<&str> = report.layers.iter().filter(|layer| lacking(layer).is_some()).map(layer_name).collect();
        if let Some((_, count)) = report.layers.iter().find_map(lacking) {
            let without = some(count, "activity", "activities");
            writeln!(out, "not in {}: {without} without {property}", layers.join(", "))?;
        }
    }
    let name = |style: &Style| if report.layers.len() > 1 { style.slug() } else { style.palette.name.clone() };
    let styles: Vec<String> = report.map.styles.iter().map(name).collect();
    let zooms = report.map.zooms();
    let tiles = some(report.output.tiles, "tile", "tiles");
    let size = bytes(report.output.bytes);
    writeln!(out, "{tiles}, {size}, zoom {} to {}, {}", zooms.start(), zooms.end(), styles.join(", "))?;
    match overview(report, first_zoom)[..] {
        [] => {}
        [zoom] => writeln!(out, "zoom {zoom} was added as an overview; --no-overview leaves it out")?,
        [first, .., last] => {
            writeln!(out, "zooms {first} to {last} were added as an overview; --no-overview leaves them out")?;
        }
    }
    if reused(report) > 0 {
        writeln!(out, "{} of {tiles} drawn, the others reused", count(report.drawn))?;
    }
    let stages = stages(report).map(|(name, time)| format!("{name} {}", seconds(time)));
    writeln!(
        out,
        "took {} by the clock ({}) on {}",
        seconds(report.times.total),
        stages.join(", "),
        device(report, verbose)
    )?;
    if let Some(library) = &report.new_library {
        writeln!(out, "{}", new_library(library))?;
    }
    match &report.output.written.page {
        Some(page) => writeln!(out, "open {} in a browser", page.display())?,
        None => report.output.written.paths.iter().try_for_each(|path| writeln!(out, "wrote {}", path.display()))?,
    }
    output::print(&out)
}

/// Line about a library that this run created: the user may have expected another one, with zones.
pub fn new_library(path: &Path) -> String {
    output::printable(&format!("made a new library, {}; it has no privacy zones", path.display()))
}

/// Zooms that were added as an overview.
fn overview(report: &RenderReport, first_zoom: u8) -> Vec<u8> {
    report.map.zooms().take_while(|zoom| *zoom < first_zoom).collect()
}

/// Number of reused tiles of all styles.
fn reused(report: &RenderReport) -> u64 {
    report.output.tiles - report.drawn
}

fn stages(report: &RenderReport) -> [(&'static str, Duration); 4] {
    let Times { read, draw, write, .. } = report.times;
    [("read", read), ("plan", draw.plan), ("draw", draw.draw), ("write", write)]
}

/// Prints the report as JSON. `first_zoom` is the first zoom that the user asked for.
pub fn print_json(report: &RenderReport, selection: &Selection, first_zoom: u8) -> Result<()> {
    let (inputs, totals) = (&report.inputs, &report.map.totals);
    let mut time: BTreeMap<&str, f64> =
        stages(report).into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect();
    time.insert("encode_cpu", report.times.draw.encode.as_secs_f64());
    time.insert("total", report.times.total.as_secs_f64());
    let zooms: Vec<Value> = report
        .map
        .zooms
        .iter()
        .map(
            |zoom| json!({"zoom": zoom.grid.zoom, "tiles": zoom.tile_count(), "max": zoom.layers[0].colour_tables[0].curve.max_heat().map(rounded)}),
        )
        .collect();
    let document = json!({
        "schema_version": 1,
        "files": files_json(inputs),
        "tables": json_of_tables(&inputs.table_reports),
        "activities": totals.activities,
        "omitted": inputs.omitted,
        "selection": selection_json(selection),
        "home": inputs.home,
        "kilometres": totals.kilometres(),
        "from": totals.first_day(),
        "to": totals.last_day(),
        "points": {
            "drawn": totals.points - inputs.beyond_points,
            "unreadable": inputs.unreadable_points,
            "dropped": inputs.dropped,
            "hidden": inputs.hidden_points,
            "beyond_map": inputs.beyond_points,
        },
        "privacy": privacy::document(&report.privacy),
        "layers": report.layers.iter().map(layer_json).collect::<Vec<_>>(),
        "palettes": report.map.styles.iter().map(|style| style.palette.name.as_str()).collect::<Vec<_>>(),
        "tiles": report.output.tiles,
        "drawn": report.drawn,
        "reused": reused(report),
        "bytes": report.output.bytes,
        "zooms": zooms,
        "overview": overview(report, first_zoom),
        "device": device(report, true),
        "new_library": report.new_library.as_ref().map(|path| path.display().to_string()),
        "seconds": time,
        "written": report.output.written.paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        "page": report.output.written.page.as_ref().map(|path| path.display().to_string()),
    });
    output::print(&format!("{document:#}\n"))
}

fn layer_name(layer: &MapLayer) -> &'static str {
    layer.drawing.layer.name
}

fn layer_json(layer: &MapLayer) -> Value {
    let needs = layer.lacking.map(|(need, _)| need.key());
    let lacking = layer.lacking.map_or(0, |(_, count)| count);
    json!({"name": layer_name(layer), "activities": layer.activities, "needs": needs, "without": lacking})
}

/// Members of the JSON document of a run without an activity to draw: the same as in that of a success.
pub fn details(nothing: &NothingToDraw) -> Map<String, Value> {
    let NothingToDraw { inputs, privacy } = nothing;
    let members = [
        ("files", files_json(inputs)),
        ("tables", json_of_tables(&inputs.table_reports)),
        ("omitted", json!(inputs.omitted)),
        ("privacy", privacy::document(privacy)),
    ];
    members.map(|(name, member)| (name.to_owned(), member)).into_iter().collect()
}

/// Name of the device, with the reason why it is no GPU if `with_reason`.
fn device(report: &RenderReport, with_reason: bool) -> String {
    match report.no_gpu_reason.as_ref().filter(|_| with_reason) {
        Some(why) => format!("{} ({why})", report.device),
        None => report.device.clone(),
    }
}
