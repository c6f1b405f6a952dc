//! Path resolution: follows `use`, re-exports and globs to the module that defines the last name of a path.

use std::collections::{BTreeMap, BTreeSet};

use super::source_tree::{Kind, Module, SourceTree};

/// Definition that a path refers to.
pub enum Resolved {
    /// A module of the crate.
    Module(usize),
    /// An item of a module of the crate.
    Item(usize),
    /// A path outside the crate, with `use … as` aliases replaced.
    Outside(Vec<String>),
}

/// An import between two files below src/, and one of the paths that cause it, as written.
pub struct Edge {
    pub from: String,
    pub to: String,
    pub path: String,
}

/// Visited steps, so that mutually recursive names terminate: module, whether through a glob, name.
type Visited = BTreeSet<(usize, bool, String)>;

impl SourceTree {
    /// Imports between files, each once. A re-export of an item from below the module's own file is not an import.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = BTreeMap::new();
        for (index, module) in self.modules.iter().enumerate() {
            for mention in module.mentions.iter().filter(|mention| mention.kind != Kind::Static) {
                let (Resolved::Module(resolved) | Resolved::Item(resolved)) = self.resolved(index, &mention.path)
                else {
                    continue;
                };
                let is_export = matches!(mention.kind, Kind::Export | Kind::ExportGlob);
                let (from, to) = (&module.file, &self.modules[resolved].file);
                if from != to && !(is_export && self.is_below_file(resolved, from)) {
                    edges.entry((from, to)).or_insert_with(|| mention.written());
                }
            }
        }
        edges.into_iter().map(|((from, to), path)| Edge { from: from.clone(), to: to.clone(), path }).collect()
    }

    /// Definition that a path in a module refers to.
    pub fn resolved(&self, module: usize, path: &[String]) -> Resolved {
        self.resolve(module, path, &mut Visited::new())
    }

    fn resolve(&self, module: usize, path: &[String], visited: &mut Visited) -> Resolved {
        let Some((first, mut rest)) = path.split_first() else { return Resolved::Module(module) };
        let mut base = match first.as_str() {
            "" if rest.first().is_some_and(|name| name == "trailglow") => return self.resolve(0, rest, visited),
            "" => return Resolved::Outside(rest.to_vec()),
            // `trailglow` is the crate as seen from main.rs.
            "crate" | "trailglow" => 0,
            "self" => module,
            "super" => self.modules[module].parent,
            _ => return self.find(module, path, visited).unwrap_or_else(|| Resolved::Outside(path.to_vec())),
        };
        while rest.first().is_some_and(|name| name == "super") {
            base = self.modules[base].parent;
            rest = &rest[1..];
        }
        self.find(base, rest, visited).unwrap_or(Resolved::Item(base))
    }

    /// Follows names down from a module; `None` if the module does not have the first name.
    fn find(&self, module: usize, names: &[String], visited: &mut Visited) -> Option<Resolved> {
        let Some((name, rest)) = names.split_first() else { return Some(Resolved::Module(module)) };
        let Module { children, imports, globs, items, .. } = &self.modules[module];
        let import = imports.get(name);
        // `mod draw; pub use draw::draw;`: a path that ends with `draw` means the function, a longer path the module.
        if let Some(&child) = children.get(name).filter(|_| import.is_none() || !rest.is_empty()) {
            return Some(self.find(child, rest, visited).unwrap_or(Resolved::Item(child)));
        }
        if let Some(import) = import.filter(|_| visited.insert((module, false, name.clone()))) {
            return Some(self.resolve(module, &[import, rest].concat(), visited));
        }
        if items.contains(name) {
            return Some(Resolved::Item(module));
        }
        if visited.insert((module, true, name.clone())) {
            for glob in globs {
                if let Resolved::Module(other) = self.resolve(module, glob, visited)
                    && let Some(resolved) = self.find(other, names, visited)
                {
                    return Some(resolved);
                }
            }
        }
        None
    }

    fn is_below_file(&self, mut module: usize, file: &str) -> bool {
        while module != self.modules[module].parent {
            module = self.modules[module].parent;
            if self.modules[module].file == file {
                return true;
            }
        }
        false
    }
}
