//! A crate as seen in its source text: files, modules, and the paths mentioned in each module.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;

/// A module: a file, or an inline `mod x { … }`.
#[derive(Default)]
pub struct Module {
    /// File of the module, below src/.
    pub file: String,
    /// Folder of the files of its children.
    pub folder: String,
    /// Enclosing module; the root is its own parent.
    pub parent: usize,
    pub children: BTreeMap<String, usize>,
    /// Names that a `use` brings into scope, with their paths.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Modules imported with `use …::*`.
    pub globs: Vec<Vec<String>>,
    /// Names of the defined items.
    pub items: BTreeSet<String>,
    pub mentions: Vec<Mention>,
}

/// A path as written, with `use` groups expanded. A leading `::` gives an empty first name.
#[derive(Clone)]
pub struct Mention {
    pub path: Vec<String>,
    pub kind: Kind,
}

/// Syntactic context of a path.
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

/// All modules of a crate, without code compiled only for tests.
pub struct SourceTree {
    /// Modules; the first is lib.rs.
    pub modules: Vec<Module>,
    /// Text of every file, tests included.
    pub files: BTreeMap<String, String>,
    /// Files declared under `#[cfg(test)]`, without `.rs`.
    pub test_files: BTreeSet<String>,
}

impl SourceTree {
    /// Parses a crate; keys are paths below src/.
    pub fn new(files: BTreeMap<String, String>) -> Self {
        let mut tree = Self { modules: Vec::new(), files, test_files: BTreeSet::new() };
        for root in ["lib.rs", "main.rs"] {
            if tree.files.contains_key(root) {
                tree.read(root, 0);
            }
        }
        tree
    }

    /// True if a file is compiled only for tests.
    pub fn is_test(&self, file: &str) -> bool {
        let stem = file.trim_end_matches(".rs");
        let declared = |test: &String| stem == test || stem.starts_with(&format!("{test}/"));
        stem.split('/').any(|part| part == "tests") || self.test_files.iter().any(declared)
    }

    /// Parses a file as a module, and every file it declares.
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

    pub fn add(&mut self, module: Module) -> usize {
        self.modules.push(module);
        self.modules.len() - 1
    }
}

impl Mention {
    /// The path as written.
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

pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.into() } else { format!("{folder}/{name}") }
}
