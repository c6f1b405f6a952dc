//! Views: named selections.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::Library;
use crate::activity::spelling::nearest;
use crate::selection::sentence::parse;
use crate::selection::{Expression, View};

impl Library {
    /// All views, sorted by name, each with its condition, or with the stored text if it cannot be parsed.
    ///
    /// # Errors
    /// If the library cannot be read.
    pub fn views(&self) -> Result<Vec<(String, Result<Expression, String>)>> {
        let mut statement = self.db.prepare("SELECT name, sentence FROM view ORDER BY name")?;
        let views = statement.query_map([], |row| {
            let sentence: String = row.get(1)?;
            Ok((row.get(0)?, parse(&sentence).map_err(|_| sentence)))
        })?;
        Ok(views.collect::<Result<_, _>>()?)
    }

    /// The view of a name.
    ///
    /// # Errors
    /// If there is none, its sentence is invalid, or the library cannot be read.
    pub fn view(&self, name: &str) -> Result<View> {
        let mut views = self.views()?;
        let Some(index) = views.iter().position(|view| view.0 == name) else {
            let meant = nearest(&name.to_lowercase(), views.iter().map(|view| (view.0.to_lowercase(), &view.0)));
            let advice = meant
                .map_or("`trailglow view list` shows the names".to_owned(), |name| format!("did you mean '{name}'?"));
            bail!("there is no view '{name}'; {advice}");
        };
        let (name, condition) = views.swap_remove(index);
        match condition {
            Ok(condition) => Ok(View { name, condition }),
            Err(sentence) => {
                bail!(
                    "the sentence of view '{name}' in the library cannot be read: {sentence}; save it again with --replace"
                )
            }
        }
    }

    /// Saves a view. Replaces a view of the same name only if `may_replace`.
    ///
    /// # Errors
    /// If the name is invalid or taken, or the library cannot be written.
    pub fn save_view(&mut self, view: &View, may_replace: bool) -> Result<()> {
        view.check()?;
        let insert = if may_replace { "INSERT OR REPLACE" } else { "INSERT OR IGNORE" };
        let sentence = view.condition.to_string();
        let saved = self.transact(|transaction| {
            Ok(transaction.execute(&format!("{insert} INTO view VALUES (?1, ?2)"), (&view.name, &sentence))?)
        })?;
        if saved == 0 {
            bail!("there is a view '{}' already; replace it with --replace, or choose another name", view.name);
        }
        Ok(())
    }

    /// Removes views by name.
    ///
    /// # Errors
    /// If there is no such view (then nothing changes), or the library cannot be written.
    pub fn remove_views(&mut self, names: &BTreeSet<String>) -> Result<()> {
        self.transact(|transaction| {
            for name in names {
                if transaction.execute("DELETE FROM view WHERE name = ?1", [name])? == 0 {
                    bail!("there is no view '{name}'; `trailglow view list` shows the names (nothing was changed)");
                }
            }
            Ok(())
        })
    }
}
