//! The whole program as a user meets it: arguments in, files, sentences and exit statuses out.

mod determinism;
mod duplicates;
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
mod zip;
