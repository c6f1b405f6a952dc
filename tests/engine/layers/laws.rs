//! The laws, as functions of a house: each returns a message for every place where it is broken.

use std::collections::BTreeSet;

use super::graph::circles;
use super::house::{House, Kind};
use super::resolve::Target;
use super::{Exception, FOREIGN, TERMINAL, Table};

/// The room of a file: its first name below a folder.
fn room<'a>(file: &'a str, folder: &str) -> Option<&'a str> {
    let below = file.strip_prefix(folder)?;
    Some(below.split('/').next().unwrap_or(below).trim_end_matches(".rs"))
}

/// Files of a folder without a room, files without a module, rooms without a file.
pub fn misplaced(house: &House, folder: &str, table: &Table) -> Vec<String> {
    let mut broken = Vec::new();
    for file in house.files.keys().filter(|file| !house.is_test(file)) {
        let Some(room) = room(file, folder) else { continue };
        let is_loose = folder.is_empty() && !file.contains('/') && !matches!(file.as_str(), "lib.rs" | "main.rs");
        if is_loose || !table.iter().any(|&(name, _)| name == room) {
            broken.push(format!(
                "src/{file} has no room: put it into a folder that the table of src/{folder} has, or add a row"
            ));
        } else if !house.modules.iter().any(|module| module.file == *file) {
            broken.push(format!("src/{file} is no module: declare it with `mod`, or delete it"));
        }
    }
    for (name, content) in table {
        if !house.files.keys().any(|file| room(file, folder) == Some(name)) {
            broken.push(format!("src/{folder}{name} ({content}) has no file: take its row out of the table"));
        }
    }
    broken
}

/// Imports inside of a folder that lead from a room to one above it.
pub fn upward(house: &House, folder: &str, table: &Table) -> Vec<String> {
    let height = |file: &str| table.iter().position(|&(name, _)| room(file, folder) == Some(name));
    let mut broken = Vec::new();
    for edge in house.edges() {
        let (Some(from), Some(to)) = (height(&edge.from), height(&edge.to)) else { continue };
        if to > from {
            let (from, to) = (table[from].0, table[to].0);
            broken.push(format!(
                "src/{} uses {} of src/{}, but {from} lies below {to}: move what both need down to {from} or lower, \
                 or let {to} hand it in",
                edge.from, edge.path, edge.to
            ));
        }
    }
    broken
}

/// Circles between files, each with the imports that make it.
pub fn circular(house: &House) -> Vec<String> {
    let edges = house.edges();
    let describe = |circle: &BTreeSet<&str>| {
        let files = circle.iter().map(|file| format!("src/{file}")).collect::<Vec<_>>().join(", ");
        let inside = edges.iter().filter(|edge| circle.contains(&*edge.from) && circle.contains(&*edge.to));
        let imports = inside.map(|edge| format!("\n    src/{} uses {} of src/{}", edge.from, edge.path, edge.to));
        format!("{files} need each other: move what they share into a file below them{}", imports.collect::<String>())
    };
    circles(&edges).iter().map(describe).collect()
}

/// What the engine names of files, clocks, terminals, other processes and global state.
pub fn foreign(house: &House, exceptions: &[Exception]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut needed = Vec::new();
    for (index, module) in house.modules.iter().enumerate().filter(|(_, module)| module.file.starts_with("engine/")) {
        for mention in &module.mentions {
            let is_glob = matches!(mention.kind, Kind::Glob | Kind::ExportGlob);
            let outside = match house.target(index, &mention.path) {
                Target::Outside(path) => path,
                _ if mention.kind == Kind::Static => Vec::new(),
                _ => continue,
            };
            let names = |rule: &&&str| {
                let rule: Vec<&str> = rule.split("::").collect();
                let shared = rule.iter().zip(&outside).take_while(|(name, other)| *name == *other).count();
                shared == rule.len() || (is_glob && shared == outside.len())
            };
            let last = mention.path.last().map_or("", String::as_str);
            if let Some(rule) = FOREIGN.iter().find(names) {
                let is_for_this = |(file, path, _): &Exception| *file == module.file && path == rule;
                if let Some(exception) = exceptions.iter().position(is_for_this) {
                    needed.push(exception);
                    continue;
                }
            } else if mention.kind != Kind::Static && !(mention.kind == Kind::Macro && TERMINAL.contains(&last)) {
                continue;
            }
            broken.push(format!(
                "src/{} names {}: let the caller of the engine do it and hand in the outcome, or add an exception \
                 with its reason",
                module.file,
                mention.written()
            ));
        }
    }
    let idle = exceptions.iter().enumerate().filter(|(index, _)| !needed.contains(index));
    broken.extend(idle.map(|(_, (file, path, reason))| {
        format!("src/{file} no longer names {path} ({reason}): take the exception out of the table")
    }));
    broken
}
