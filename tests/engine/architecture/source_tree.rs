//! A crate as its source text has it: files, modules, and the paths that each module writes.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;

/// A module: a file, or a `mod x { … }` inside one.
#[derive(Default)]
pub struct Module {
    /// The file that holds it, below src/.
    pub file: String,
    /// Where the files of its children are.
    pub folder: String,
    /// The module around it; the root is its own parent.
    pub parent: usize,
    /// Modules declared in it.
    pub children: BTreeMap<String, usize>,
    /// Names that a `use` brings in, and the path each one stands for.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Modules of which a `use` brings in every name.
    pub globs: Vec<Vec<String>>,
    /// Names of the items defined in it.
    pub items: BTreeSet<String>,
    /// Paths that it writes.
    pub mentions: Vec<Mention>,
}

/// A path as it is written, groups resolved.
#[derive(Clone)]
pub struct Mention {
    /// Its names; the first one is empty where the path begins with `::`.
    pub path: Vec<String>,
    /// What it is written for.
    pub kind: Kind,
}

/// What a path is written for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `use path;`
    Use,
    /// `use path::*;`
    Glob,
    /// `pub use path;`
    Export,
    /// `pub use path::*;`
    ExportGlob,
    /// `path!(…)`
    Macro,
    /// `static NAME`, outside of `thread_local!`.
    Static,
    /// Anywhere else.
    Inline,
}

/// A crate as its source text has it, without what is compiled for tests only.
pub struct SourceTree {
    /// Modules; the first one is lib.rs.
    pub modules: Vec<Module>,
    /// Every file, tests included, and its text.
    pub files: BTreeMap<String, String>,
    /// Files declared under `#[cfg(test)]`, without `.rs`.
    pub test_files: BTreeSet<String>,
}

impl SourceTree {
    /// Reads a crate; keys are paths below src/.
    pub fn new(files: BTreeMap<String, String>) -> Self {
        let mut tree = Self { modules: Vec::new(), files, test_files: BTreeSet::new() };
        for root in ["lib.rs", "main.rs"] {
            if tree.files.contains_key(root) {
                tree.read(root, 0);
            }
        }
        tree
    }

    /// Whether a file is compiled for tests only.
    pub fn is_test(&self, file: &str) -> bool {
        let stem = file.trim_end_matches(".rs");
        let declared = |test: &String| stem == test || stem.starts_with(&format!("{test}/"));
        stem.split('/').any(|part| part == "tests") || self.test_files.iter().any(declared)
    }

    /// Reads a file as a module, and every file that it declares.
    pub fn read(&mut self, file: &str, parent: usize) -> usize {
        let stem = file.trim_end_matches(".rs");
        let (above, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let folder = if matches!(name, "mod" | "lib" | "main") { above } else { stem };
        let module = self.add(Module { file: file.into(), folder: folder.into(), parent, ..Module::default() });
        let text: TokenStream =
            self.files[file].parse().unwrap_or_else(|error| panic!("src/{file} cannot be lexed: {error}"));
        self.scan(module, text, true, false);
        module
    }

    /// Adds a module.
    pub fn add(&mut self, module: Module) -> usize {
        self.modules.push(module);
        self.modules.len() - 1
    }
}

impl Mention {
    /// The path as it is written.
    pub fn written(&self) -> String {
        let path = self.path.join("::");
        match self.kind {
            Kind::Glob | Kind::ExportGlob => format!("{path}::*"),
            Kind::Macro => format!("{path}!"),
            Kind::Static => format!("static {path}"),
            _ => path,
        }
    }
}

/// A name below a folder.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.into() } else { format!("{folder}/{name}") }
}
