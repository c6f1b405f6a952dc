//! `trailglow view`: saves, lists, shows and removes named selections.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};

use super::ending::{Ending, Usage};
use super::format::some;
use super::output::printable;
use super::{library, output, selection};
use crate::control::cancel::Cancel;
use crate::job::view::{self, Change};
use crate::job::{LibraryPlace, NO_DATA_FOLDER};
use crate::selection::{Expression, Selection, View, ViewError};

/// Keep selections under a name, for `--view NAME` of `render`, `list` and `stats`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  trailglow view save 'Summer rides' --sport ride --month jun-aug
  trailglow view list
  trailglow render -o summer/ --view 'Summer rides'
  trailglow view remove 'Summer rides'";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Save the selection of the flags under a name.
    Save(Box<SaveArgs>),
    /// List the saved selections.
    List(library::LibraryQuery),
    /// Show a saved selection in words and as a sentence for `--where`.
    Show(ShowArgs),
    /// Remove saved selections; no activity changes.
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct SaveArgs {
    /// Name of the selection.
    #[arg(value_name = "NAME")]
    view_name: String,

    /// Replace the selection of this name.
    #[arg(long)]
    replace: bool,

    #[command(flatten)]
    library: library::NewLocation,

    /// Print all views as one JSON document.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    which: selection::Flags,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// Name of the selection.
    name: String,

    #[command(flatten)]
    query: library::LibraryQuery,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// Names of selections.
    #[arg(required = true)]
    name: Vec<String>,

    #[command(flatten)]
    query: library::LibraryQuery,
}

impl Args {
    /// Returns true if the user asked for a JSON document.
    pub fn wants_json(&self) -> bool {
        match &self.verb {
            Verb::List(query) => query.json,
            Verb::Save(args) => args.json,
            Verb::Show(ShowArgs { query, .. }) | Verb::Remove(RemoveArgs { query, .. }) => query.json,
        }
    }
}

pub fn run(args: Args, cancel: &Cancel) -> Result<Ending> {
    let json = args.wants_json();
    let text = match args.verb {
        Verb::Save(args) => {
            let SaveArgs { view_name: name, replace, library, which, .. } = *args;
            let place = library.place().context(NO_DATA_FOLDER)?;
            let Selection { condition } = which.selection(|| Ok(place.path.clone()), cancel)?;
            if condition == Expression::default() {
                return Err(
                    Usage("a view needs a condition, such as --sport ride or --where 'sport = ride'".into()).into()
                );
            }
            let view = View { name: name.trim().to_owned(), condition };
            view.check().map_err(|error| match error {
                ViewError::Name => Usage(format!("<NAME>: {error}")),
                ViewError::TooLarge => Usage(error.to_string()),
            })?;
            view::change(&place, &Change::Save { view: view.clone(), may_replace: replace }, cancel)?;
            if json {
                document(&place.path, cancel)?
            } else {
                format!("saved: {}\n", described(&view.name, Ok(&view.condition)))
            }
        }
        Verb::List(query) => {
            let path = query.library.path()?;
            if json { document(&path, cancel)? } else { list(&view::list(&path, cancel)?) }
        }
        Verb::Show(ShowArgs { name, query }) => {
            let view = view::find(&query.library.path()?, name.trim(), cancel)?;
            if json {
                format!("{:#}\n", versioned(view_json(&view.name, Ok(&view.condition))))
            } else {
                format!(
                    "{}\n  --where '{}'\n",
                    described(&view.name, Ok(&view.condition)),
                    printable(&shell_quoted(&view.condition))
                )
            }
        }
        Verb::Remove(RemoveArgs { name, query }) => {
            let path = query.library.path()?;
            let names: BTreeSet<String> = name.iter().map(|name| name.trim().to_owned()).collect();
            let removed = some(names.len() as u64, "view", "views");
            view::change(&LibraryPlace::existing(path.clone()), &Change::Remove(names), cancel)?;
            if json { document(&path, cancel)? } else { format!("{removed} removed\n") }
        }
    };
    output::print(&text)?;
    Ok(Ending::Done)
}

/// Text between single quotes of a shell.
fn shell_quoted(condition: &Expression) -> String {
    condition.to_string().replace('\'', "'\\''")
}

fn list(views: &[(String, Result<Expression, String>)]) -> String {
    let line = |(name, condition): &(String, Result<Expression, String>)| described(name, condition.as_ref()) + "\n";
    format!("{}{}\n", views.iter().map(line).collect::<String>(), some(views.len() as u64, "view", "views"))
}

/// Name and words of a view, or the sentence of an invalid one.
fn described(name: &str, condition: Result<&Expression, &String>) -> String {
    let words = match condition {
        Ok(condition) => Selection { condition: condition.clone() }.words(),
        Err(sentence) => format!("cannot be read: {sentence}"),
    };
    format!("{}: {}", printable(name), printable(&words))
}

/// All views as a JSON document.
fn document(path: &std::path::Path, cancel: &Cancel) -> Result<String> {
    let views = view::list(path, cancel)?;
    let rows: Vec<Value> = views.iter().map(|(name, condition)| view_json(name, condition.as_ref())).collect();
    Ok(format!("{:#}\n", versioned(json!({"views": rows}))))
}

fn view_json(name: &str, condition: Result<&Expression, &String>) -> Value {
    match condition {
        Ok(condition) => {
            let words = Selection { condition: condition.clone() }.words();
            json!({"name": name, "where": condition.to_string(), "words": words})
        }
        Err(sentence) => json!({"name": name, "where": sentence, "words": Value::Null}),
    }
}

fn versioned(mut document: Value) -> Value {
    document["schema_version"] = 1.into();
    document
}
