//! Views: named selections.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};

use super::Library;
use crate::selection::sentence::parse;
use crate::selection::{Expression, View};

impl Library {
    /// All views, sorted by name, each with its condition, or with the sentence of the library if that is none.
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
        let found = self.views()?.into_iter().find(|view| view.0 == name);
        let (name, condition) = found.ok_or_else(|| unknown(name))?;
        match condition {
            Ok(condition) => Ok(View { name, condition }),
            Err(sentence) => {
                bail!("view '{name}' in the library is no condition: {sentence}; save it again with --replace")
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

    /// Removes views by name; a name may be given twice.
    ///
    /// # Errors
    /// If there is no such view (then nothing changes), or the library cannot be written.
    pub fn remove_views(&mut self, names: &[String]) -> Result<()> {
        self.transact(|transaction| {
            for name in BTreeSet::from_iter(names) {
                if transaction.execute("DELETE FROM view WHERE name = ?1", [name])? == 0 {
                    return Err(unknown(name).context("nothing was changed"));
                }
            }
            Ok(())
        })
    }
}

fn unknown(name: &str) -> anyhow::Error {
    anyhow!("there is no view '{name}'; `trailglow view list` shows the names")
}
