//! The command line: from arguments to files, messages and exit statuses.

mod archives;
mod determinism;
mod duplicates;
mod exports;
mod full_disk;
mod incremental;
mod inputs;
mod inspect;
mod interrupted;
mod library;
mod library_files;
mod lines;
mod losses;
mod oddities;
mod origins;
mod pipes;
mod privacy;
mod privacy_report;
mod refusals;
mod reports;
mod selection;
mod sports;
mod stray_fixes;
mod two_devices;
mod zip;
mod zone_check;
