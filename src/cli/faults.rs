//! Files that could not be read, or only in part: named on stderr, and decisive for the exit status.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::ending::Ending;
use super::format::some;
use super::output;
use crate::collection::InputReport;
use crate::source::{Damage, InputFile, Skip};

/// Returns true if a skipped file is a fault: a file that should have been readable.
pub fn is_fault(skip: &Skip, explicit: bool) -> bool {
    match skip {
        Skip::Unreadable(_) => true,
        Skip::NotActivity | Skip::NotRegular => explicit,
        Skip::NoTrack(_) | Skip::Stray | Skip::Planned(_) | Skip::NotRecording(_) | Skip::Twin(_) => false,
    }
}

/// Like [`is_fault`] for a path; `found` is sorted by path.
fn is_fault_among(found: &[InputFile], path: &Path, skip: &Skip) -> bool {
    let index = found.binary_search_by(|found| found.path.as_path().cmp(path));
    is_fault(skip, index.is_ok_and(|index| found[index].explicit))
}

pub fn ending(report: &InputReport, found: &[InputFile]) -> Ending {
    let faults = report.skipped.iter().any(|(path, skip)| is_fault_among(found, path, skip));
    if faults || !report.damaged.is_empty() { Ending::Partial } else { Ending::Done }
}

/// Returns true if every skipped file is a fault.
pub fn is_all_fault(report: &InputReport, found: &[InputFile]) -> bool {
    report.skipped.iter().all(|(path, skip)| is_fault_among(found, path, skip))
}

/// Most files that are named with one reason, so that an export of thousands of files does not fill the terminal.
const MAX_NAMED: usize = 20;

/// Names on stderr the files that could not be read, or only in part; with `verbose` all of them, and also files
/// without a track and other oddities.
pub fn name_faults(report: &InputReport, found: &[InputFile], verbose: bool) {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    let mut name = |path: &Path, reason: &str, sentence: &str| {
        let number = named.entry(reason.to_owned()).or_default();
        *number += 1;
        if verbose || *number <= MAX_NAMED {
            output::warn(&format!("{}: {sentence}", path.display()));
        }
    };
    for (path, skip) in &report.skipped {
        if verbose || is_fault_among(found, path, skip) {
            name(path, &skip.to_string(), &skip.to_string());
        }
    }
    report.damaged.iter().for_each(|(path, damage)| name(path, "damaged", &damage_text(damage)));
    for (path, warning) in report.warnings.iter().filter(|_| verbose) {
        name(path, warning, warning);
    }
    for (reason, number) in named.into_iter().filter(|(_, number)| !verbose && *number > MAX_NAMED) {
        let more = some((number - MAX_NAMED) as u64, "more file", "more files");
        output::warn(&format!("{more} (--verbose names all): {reason}"));
    }
}

/// Sentence about a damaged file.
pub fn damage_text(Damage { cause, more, points, bytes }: &Damage) -> String {
    let (points, bytes) = (some(*points, "point", "points"), some(*bytes, "byte", "bytes"));
    let more = if *more > 0 { format!(" (and {})", some(*more, "other fault", "other faults")) } else { String::new() };
    format!("damaged, {points} in {bytes} were read: {cause}{more}")
}

/// JSON object of the damage of a file.
pub fn damage_json(damage: &Damage) -> Value {
    json!({"reason": damage_text(damage), "points": damage.points, "bytes": damage.bytes})
}
