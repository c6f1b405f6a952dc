//! The whole program as a user meets it: arguments in, files, sentences and exit statuses out.

mod again;
mod duplicates;
mod exports;
mod full_disk;
mod inputs;
mod inspect;
mod interrupted;
mod library;
mod origins;
mod privacy;
mod refusals;
mod reports;
mod same;
mod selection;
mod sports;
mod zip;
