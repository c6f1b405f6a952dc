//! Token scan of a module: collects its children, imports, item names, and every path it mentions.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::source_tree::{Kind, Mention, Module, SourceTree, join};
use super::tokens::{colons, end_of_attributed_item, group, ident, is_punct, path, trees, use_tree};

impl SourceTree {
    /// Scans tokens of a module. `top` is true at the top level, where items define names; `local` inside
    /// `thread_local!`.
    pub fn scan(&mut self, module: usize, stream: TokenStream, top: bool, local: bool) {
        let tokens = trees(stream);
        let mut index = 0;
        while index < tokens.len() {
            index = match &tokens[index] {
                TokenTree::Group(inside) => {
                    self.scan(module, inside.stream(), false, local);
                    index + 1
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' && is_test_only(group(&tokens, index + 1)) => {
                    let end = end_of_attributed_item(&tokens, index);
                    self.record_test_file(module, &tokens[index..end]);
                    end
                }
                // A lifetime.
                TokenTree::Punct(punct) if punct.as_char() == '\'' => index + 2,
                TokenTree::Punct(_) if colons(&tokens, index) => self.path(module, &tokens, index, local),
                TokenTree::Ident(_) => self.word(module, &tokens, index, top, local),
                _ => index + 1,
            };
        }
    }

    /// Scans a construct that begins with a word; returns the index after it.
    fn word(&mut self, module: usize, tokens: &[TokenTree], index: usize, top: bool, local: bool) -> usize {
        let word = ident(tokens, index).expect("a word is here");
        let name = ident(tokens, index + 1);
        match (word.as_str(), name) {
            ("pub", _) => {
                let scope = group(tokens, index + 1).filter(|scope| scope.delimiter() == Delimiter::Parenthesis);
                let scope = scope.and_then(|scope| ident(&trees(scope.stream()), 0));
                let scoped = scope.is_some_and(|word| matches!(word.as_str(), "crate" | "super" | "self" | "in"));
                let next = index + if scoped { 2 } else { 1 };
                if ident(tokens, next).is_some_and(|word| word == "use") {
                    return self.import(module, tokens, next, true);
                }
                next
            }
            // `use<…>` is a bound, as in `impl Trait + use<'a>`.
            ("use", _) if !is_punct(tokens, index + 1, '<') => self.import(module, tokens, index, false),
            ("mod", Some(name)) => {
                self.declare(module, &name, group(tokens, index + 2));
                index + 3
            }
            ("static", Some(first)) => {
                let name = if first == "mut" { ident(tokens, index + 2).unwrap_or(first) } else { first };
                if !local {
                    self.modules[module].mentions.push(Mention { path: vec![name.clone()], kind: Kind::Static });
                }
                if top {
                    self.modules[module].items.insert(name);
                }
                index + 2
            }
            ("fn" | "struct" | "enum" | "union" | "trait" | "type" | "const", Some(name)) if top => {
                self.modules[module].items.insert(name);
                index + 1
            }
            ("macro_rules", None) if top => {
                self.modules[module].items.extend(ident(tokens, index + 2));
                index + 3
            }
            _ => self.path(module, tokens, index, local),
        }
    }

    /// Scans a path and the arguments of a macro; returns the index after both.
    fn path(&mut self, module: usize, tokens: &[TokenTree], index: usize, local: bool) -> usize {
        let (path, end) = path(tokens, index);
        let is_macro = is_punct(tokens, end, '!') && group(tokens, end + 1).is_some();
        let inner = if is_macro { group(tokens, end + 1) } else { None };
        let is_thread_local = is_macro && path.last().is_some_and(|name| name == "thread_local");
        let kind = if is_macro { Kind::Macro } else { Kind::Inline };
        if is_macro || path.len() > 1 {
            self.modules[module].mentions.push(Mention { path, kind });
        }
        let Some(inner) = inner else { return end };
        self.scan(module, inner.stream(), false, local || is_thread_local);
        end + 2
    }

    fn import(&mut self, module: usize, tokens: &[TokenTree], index: usize, exported: bool) -> usize {
        let end = (index..tokens.len()).find(|&index| is_punct(tokens, index, ';')).unwrap_or(tokens.len());
        let mut imports = Vec::new();
        use_tree(&tokens[index + 1..end], &[], &mut imports);
        let module = &mut self.modules[module];
        for (path, name) in imports {
            let kind = match (&name, exported) {
                (Some(_), false) => Kind::Use,
                (Some(_), true) => Kind::Export,
                (None, false) => Kind::Glob,
                (None, true) => Kind::ExportGlob,
            };
            module.mentions.push(Mention { path: path.clone(), kind });
            match name {
                Some(name) => _ = module.imports.entry(name).or_insert(path),
                None => module.globs.push(path),
            }
        }
        end
    }

    fn declare(&mut self, module: usize, name: &str, block: Option<&Group>) {
        let Module { file, folder, .. } = &self.modules[module];
        let below = join(folder, name);
        let child = if let Some(block) = block {
            let inner = Module { file: file.clone(), folder: below, parent: module, ..Module::default() };
            let child = self.add(inner);
            self.scan(child, block.stream(), true, false);
            child
        } else {
            let candidates = [format!("{below}.rs"), format!("{below}/mod.rs")];
            let found = candidates.into_iter().find(|file| self.files.contains_key(file) && !self.is_test(file));
            let Some(file) = found else { return };
            self.read(&file, module)
        };
        self.modules[module].children.insert(name.into(), child);
    }

    fn record_test_file(&mut self, module: usize, tokens: &[TokenTree]) {
        let named =
            |index: usize| ident(tokens, index).is_some_and(|word| word == "mod") && is_punct(tokens, index + 2, ';');
        if let Some(name) = (0..tokens.len()).find(|&index| named(index)).and_then(|index| ident(tokens, index + 1)) {
            self.test_files.insert(join(&self.modules[module].folder, &name));
        }
    }
}

fn is_test_only(attribute: Option<&Group>) -> bool {
    attribute.is_some_and(|inside| inside.stream().to_string().replace(' ', "") == "cfg(test)")
}
