//! `trailglow zone check`: tells which outputs were drawn under the zones and the trim of now.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::ending::Ending;
use crate::cli::output::printable;
use crate::cli::{library, output};
use crate::control::cancel::Cancel;
use crate::job::zone_check::{CheckRequest, Checked, check};
use crate::privacy::Freshness;

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Folders and .pmtiles files that `render` has written, or copies of them.
    #[arg(required = true)]
    out: Vec<PathBuf>,

    #[command(flatten)]
    pub common: library::LibraryQuery,
}

/// A checked tileset with the word in JSON and the text of its state; `None` if the tileset cannot be read.
type Row<'a> = (&'a Checked, Option<(&'static str, &'static str)>);

/// Relations of an output to the rules of the library, with the word in JSON and the text of each.
const STATES: [(Freshness, &str, &str); 5] = [
    (Freshness::UpToDate, "up_to_date", "up to date"),
    (Freshness::OtherZones, "other_zones", "drawn under other zones: render it again"),
    (Freshness::OtherTrim, "other_trim", "drawn under another trim: render it again"),
    (Freshness::Unknown, "unknown", "cannot tell, draw it anew"),
    (Freshness::Private, "private", "private map: hides nothing"),
];

pub fn run(args: CheckArgs, cancel: &Cancel) -> Result<Ending> {
    let CheckArgs { out, common } = args;
    let checked = check(&CheckRequest { library: common.library.path()?, outputs: out }, cancel)?;
    let rows: Vec<Row> = checked.iter().map(|checked| (checked, words(checked))).collect();
    for error in checked.iter().filter_map(|checked| checked.freshness.as_ref().err()) {
        output::warn(&format!("{error:#}"));
    }
    let is_up_to_date = |checked: &Checked| matches!(checked.freshness, Ok(Freshness::UpToDate));
    let ending = if checked.iter().all(is_up_to_date) { Ending::Done } else { Ending::Stale };
    output::print(&if common.json { ending.document(document(&rows)) } else { text(&rows) })?;
    Ok(ending)
}

fn words(checked: &Checked) -> Option<(&'static str, &'static str)> {
    let freshness = checked.freshness.as_ref().ok()?;
    STATES.iter().find(|row| row.0 == *freshness).map(|row| (row.1, row.2))
}

fn text(rows: &[Row]) -> String {
    let line = |(checked, words): &Row| {
        words.map(|(_, text)| format!("{}: {text}\n", printable(&checked.path.display().to_string())))
    };
    rows.iter().filter_map(line).collect()
}

fn document(rows: &[Row]) -> Value {
    let output = |(checked, words): &Row| {
        json!({
            "path": checked.path.display().to_string(),
            "state": words.map_or("unreadable", |(word, _)| word),
            "error": checked.freshness.as_ref().err().map(|error| format!("{error:#}")),
        })
    };
    let outputs: Vec<Value> = rows.iter().map(output).collect();
    json!({"schema_version": 1, "outputs": outputs})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_words() {
        use Freshness::{OtherTrim, OtherZones, Private, Unknown, UpToDate};
        let words = [UpToDate, OtherZones, OtherTrim, Unknown, Private]
            .map(|freshness| words(&Checked { path: PathBuf::new(), freshness: Ok(freshness) }));
        assert!(words.iter().all(Option::is_some));
        assert!((1..words.len()).all(|i| !words[..i].contains(&words[i])));
    }
}
