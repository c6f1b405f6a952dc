//! The command line: from arguments to files, messages and exit statuses.

mod determinism;
mod duplicates;
mod edges;
mod exports;
mod full_disk;
mod incremental;
mod inputs;
mod inspect;
mod interrupted;
mod library;
mod origins;
mod privacy;
mod refusals;
mod reports;
mod selection;
mod sports;
mod zip;
