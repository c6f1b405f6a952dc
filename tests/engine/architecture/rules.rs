//! The rules: each returns a message for every violation in a source tree.

use std::collections::BTreeSet;

use super::cycles::cycles;
use super::resolve::Resolved;
use super::source_tree::{Kind, SourceTree};
use super::{Exception, FORBIDDEN_MACROS, FORBIDDEN_PATHS, Table};

/// Module of a file: the first path component below a folder.
fn top_module<'a>(file: &'a str, folder: &str) -> Option<&'a str> {
    let below = file.strip_prefix(folder)?;
    Some(below.split('/').next().unwrap_or(below).trim_end_matches(".rs"))
}

/// Files outside the listed modules, undeclared files, and listed modules without files.
pub fn misplaced_files(tree: &SourceTree, folder: &str, table: &Table) -> Vec<String> {
    let mut violations = Vec::new();
    for file in tree.files.keys().filter(|file| !tree.is_test(file)) {
        let Some(top_module) = top_module(file, folder) else { continue };
        let is_loose = folder.is_empty() && !file.contains('/') && !matches!(file.as_str(), "lib.rs" | "main.rs");
        if is_loose || !table.iter().any(|&(name, _)| name == top_module) {
            violations.push(format!(
                "src/{file} is in no listed module: move it into a module of the table for src/{folder}, or add a row"
            ));
        } else if !tree.modules.iter().any(|module| module.file == *file) {
            violations.push(format!("src/{file} is not declared: declare it with `mod`, or delete it"));
        }
    }
    for (name, content) in table {
        if !tree.files.keys().any(|file| top_module(file, folder) == Some(name)) {
            violations.push(format!("src/{folder}{name} ({content}) has no file: remove its row from the table"));
        }
    }
    violations
}

/// Imports within a folder that lead to a later module of the table.
pub fn upward_imports(tree: &SourceTree, folder: &str, table: &Table) -> Vec<String> {
    let rank = |file: &str| table.iter().position(|&(name, _)| top_module(file, folder) == Some(name));
    let mut violations = Vec::new();
    for edge in tree.edges() {
        let (Some(from), Some(to)) = (rank(&edge.from), rank(&edge.to)) else { continue };
        if to > from {
            let (from, to) = (table[from].0, table[to].0);
            violations.push(format!(
                "src/{} uses {} of src/{}, but {from} precedes {to} in the table: move the shared code to {from} or \
                 earlier, or let {to} pass it as an argument",
                edge.from, edge.path, edge.to
            ));
        }
    }
    violations
}

/// Import cycles between files, each with its imports.
pub fn import_cycles(tree: &SourceTree) -> Vec<String> {
    let edges = tree.edges();
    let describe = |cycle: &BTreeSet<&str>| {
        let files = cycle.iter().map(|file| format!("src/{file}")).collect::<Vec<_>>().join(", ");
        let inside = edges.iter().filter(|edge| cycle.contains(&*edge.from) && cycle.contains(&*edge.to));
        let imports = inside.map(|edge| format!("\n    src/{} uses {} of src/{}", edge.from, edge.path, edge.to));
        format!("{files} import each other: move the shared code into another file{}", imports.collect::<String>())
    };
    cycles(&edges).iter().map(describe).collect()
}

/// Mentions of files, clocks, terminals, processes and global state in the engine, and exceptions that are no longer
/// needed.
pub fn forbidden_mentions(tree: &SourceTree, exceptions: &[Exception]) -> Vec<String> {
    let mut violations = Vec::new();
    let mut needed = Vec::new();
    for (index, module) in tree.modules.iter().enumerate().filter(|(_, module)| module.file.starts_with("engine/")) {
        for mention in &module.mentions {
            let is_glob = matches!(mention.kind, Kind::Glob | Kind::ExportGlob);
            let outside = match tree.resolved(index, &mention.path) {
                Resolved::Outside(path) => path,
                _ if mention.kind == Kind::Static => Vec::new(),
                _ => continue,
            };
            let names = |rule: &&&str| {
                let rule: Vec<&str> = rule.split("::").collect();
                let shared = rule.iter().zip(&outside).take_while(|(name, other)| *name == *other).count();
                shared == rule.len() || (is_glob && shared == outside.len())
            };
            let last = mention.path.last().map_or("", String::as_str);
            if let Some(rule) = FORBIDDEN_PATHS.iter().find(names) {
                let is_for_this = |(file, path, _): &Exception| *file == module.file && path == rule;
                if let Some(exception) = exceptions.iter().position(is_for_this) {
                    needed.push(exception);
                    continue;
                }
            } else if mention.kind != Kind::Static && !(mention.kind == Kind::Macro && FORBIDDEN_MACROS.contains(&last))
            {
                continue;
            }
            violations.push(format!(
                "src/{} names {}: let the caller of the engine do it and pass the result, or add an exception with \
                 its reason",
                module.file,
                mention.written()
            ));
        }
    }
    let unneeded = exceptions.iter().enumerate().filter(|(index, _)| !needed.contains(index));
    violations.extend(unneeded.map(|(_, (file, path, reason))| {
        format!("src/{file} no longer names {path} ({reason}): remove the exception from the table")
    }));
    violations
}
