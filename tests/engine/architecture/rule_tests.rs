//! Tests of the rules themselves: each rule reports a violation planted in a small source tree, and nothing in a tree
//! without violations.

use std::collections::BTreeMap;

use super::rules::{forbidden_mentions, import_cycles, misplaced_files, upward_imports};
use super::source_tree::SourceTree;
use super::{ENGINE_MODULES, EXCEPTIONS, TOP_MODULES};

/// Source tree with every listed module as an empty file, and some files added or replaced.
fn tree(overrides: &[(&str, &str)]) -> SourceTree {
    let list = |names: &[(&str, &str)]| {
        let modules = names.iter().filter(|(name, _)| !matches!(*name, "lib" | "main" | "mod"));
        modules.map(|(name, _)| format!("pub mod {name};\n")).collect::<String>()
    };
    let mut files = BTreeMap::from([("lib.rs".to_owned(), list(TOP_MODULES)), ("main.rs".to_owned(), String::new())]);
    let modules = TOP_MODULES.iter().filter(|(name, _)| !matches!(*name, "lib" | "main"));
    files.extend(modules.map(|(name, _)| (format!("{name}/mod.rs"), String::new())));
    files.insert("engine/mod.rs".to_owned(), list(ENGINE_MODULES));
    let engine_modules = ENGINE_MODULES.iter().filter(|(name, _)| *name != "mod");
    files.extend(engine_modules.map(|(name, _)| (format!("engine/{name}.rs"), String::new())));
    files.extend(overrides.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())));
    SourceTree::new(files)
}

fn all(tree: &SourceTree) -> Vec<String> {
    let places = [("", TOP_MODULES), ("engine/", ENGINE_MODULES)];
    let misplaced_files = places.iter().flat_map(|(folder, table)| misplaced_files(tree, folder, table));
    let upward_imports = places.iter().flat_map(|(folder, table)| upward_imports(tree, folder, table));
    misplaced_files.chain(upward_imports).chain(import_cycles(tree)).chain(forbidden_mentions(tree, &[])).collect()
}

/// Asserts that exactly one rule is violated, once, with these words in the message.
#[track_caller]
fn finds(overrides: &[(&str, &str)], words: &[&str]) {
    let violations = all(&tree(overrides));
    assert_eq!(violations.len(), 1, "{violations:#?}");
    for word in words {
        assert!(violations[0].contains(word), "{word} is not in: {}", violations[0]);
    }
}

/// Asserts that no rule is violated.
#[track_caller]
fn passes(overrides: &[(&str, &str)]) {
    assert_eq!(all(&tree(overrides)), [""; 0]);
}

const PYRAMID: (&str, &str) = ("pyramid/mod.rs", "mod order; pub use order::Order;");
const ORDER: (&str, &str) = ("pyramid/order.rs", "pub enum Order { Rows }");

#[test]
fn a_tree_in_order_passes() {
    passes(&[]);
    passes(&[PYRAMID, ORDER, ("cli/mod.rs", "use crate::pyramid::Order; fn f() { Order::Rows; }")]);
    passes(&[("main.rs", "use trailglow::cli;"), ("cli/mod.rs", "use crate::engine::png; use super::job;")]);
    passes(&[("engine/png.rs", "use super::raster::Levels; use std::io::Read; use rayon::prelude::*;")]);
}

#[test]
fn an_upward_import_is_found() {
    let upward_imports = ["src/tileset/mod.rs", "src/pyramid/order.rs", "tileset precedes pyramid"];
    let find =
        |text, path| finds(&[PYRAMID, ORDER, ("tileset/mod.rs", text)], &[&upward_imports[..], &[path]].concat());
    find("use crate::pyramid::Order;", "crate::pyramid::Order");
    find("use crate::{engine::{png, raster::{self}}, pyramid::{Order as O}};", "crate::pyramid::Order");
    find("fn f() { use super::pyramid::Order; }", "super::pyramid::Order");
    find("fn f() { format!(\"{:?}\", vec![crate::pyramid::Order::Rows]); }", "crate::pyramid::Order::Rows");
    find("#[derive(crate::pyramid::Order)] struct S;", "crate::pyramid::Order");
    find("impl S { fn f(&self) -> Option<&'static super::pyramid::Order> { None } }", "super::pyramid::Order");
    find("mod inner { use super::super::pyramid::Order; }", "super::super::pyramid::Order");
    find("macro_rules! order { () => { $crate::pyramid::Order::Rows }; }", "crate::pyramid::Order::Rows");
    find("pub use crate::pyramid::Order;", "crate::pyramid::Order");

    let page = ("tileset/page.rs", "use super::super::cli::Flag;");
    finds(
        &[("tileset/mod.rs", "mod page;"), page],
        &["src/tileset/page.rs", "super::super::cli::Flag", "src/cli/mod.rs"],
    );
    finds(&[("cli/mod.rs", "use crate::VERSION;"), ("lib.rs", &lib("pub const VERSION: u8 = 1;"))], &["src/lib.rs"]);
}

fn lib(more: &str) -> String {
    tree(&[]).files["lib.rs"].clone() + more
}

#[test]
fn a_path_is_followed_to_the_file_that_defines_its_item() {
    let reexports = [PYRAMID, ORDER, ("demo/mod.rs", "pub mod all { pub use crate::pyramid::*; }")];
    let find = |text| finds(&[&reexports[..], &[("tileset/mod.rs", text)]].concat(), &["uses", "src/pyramid/order.rs"]);
    find("use crate::demo::all::Order;");
    let finds_one_of = |text| {
        let violations = all(&tree(&[PYRAMID, ORDER, ("tileset/mod.rs", text)]));
        assert!(violations.iter().any(|message| message.contains("src/pyramid/order.rs")), "{violations:#?}");
    };
    finds_one_of("use crate::pyramid as p; fn f() { p::Order::Rows; }");
    finds_one_of("use crate as c; use c::pyramid; fn f() { pyramid::Order::Rows; }");
    finds_one_of("use crate::pyramid::*; fn f() { Order::Rows; }");
    finds_one_of("mod p { pub use crate::pyramid as q; } fn f() { p::q::Order::Rows; }");
}

#[test]
fn an_upward_import_inside_the_engine_is_found() {
    let words = ["src/engine/tone.rs", "src/engine/raster.rs", "tone precedes raster"];
    finds(&[("engine/tone.rs", "use super::raster::Levels;")], &words);
    finds(
        &[
            ("engine/mod.rs", &(tree(&[]).files["engine/mod.rs"].clone() + "pub struct S;")),
            ("engine/png.rs", "use super::S;"),
        ],
        &["png precedes mod"],
    );
}

#[test]
fn an_import_cycle_is_found() {
    let parent = ("library/mod.rs", "mod a; mod b; mod c; use a::A;");
    let a = ("library/a.rs", "use super::b::B; pub struct A;");
    let b = ("library/b.rs", "fn f() { super::c::C; } pub struct B;");
    finds(
        &[parent, a, b, ("library/c.rs", "use super::a::A;")],
        &["src/library/a.rs, src/library/b.rs, src/library/c.rs import each other"],
    );
    let with_parent = ("library/c.rs", "use crate::library::Library;");
    finds(
        &[parent, a, b, with_parent],
        &["src/library/c.rs, src/library/mod.rs import each other", "crate::library::Library"],
    );
    passes(&[parent, a, b, ("library/c.rs", "use std::fmt;")]);
}

#[test]
fn a_misplaced_file_is_found() {
    finds(&[("about.rs", ""), ("lib.rs", &lib("mod about;"))], &["src/about.rs is in no listed module"]);
    finds(&[("attic/mod.rs", ""), ("lib.rs", &lib("mod attic;"))], &["src/attic/mod.rs is in no listed module"]);
    finds(&[("job/old.rs", "")], &["src/job/old.rs is not declared"]);
    let empty = SourceTree::new(BTreeMap::from([("lib.rs".to_owned(), String::new())]));
    assert!(
        misplaced_files(&empty, "", TOP_MODULES)
            .iter()
            .any(|message| message.contains("src/job (") && message.contains("no file"))
    );
}

#[test]
fn a_forbidden_mention_in_the_engine_is_found() {
    let find = |text, word| finds(&[("engine/png.rs", text)], &["src/engine/png.rs names", word]);
    find("use std::fs;", "std::fs");
    find("use std::{io::Read, net::{TcpStream}};", "std::net::TcpStream");
    find("fn f() { ::std::env::var(\"A\"); }", "::std::env::var");
    find("use std::time::{Duration, Instant};", "std::time::Instant");
    find("use std::time; fn f() { time::SystemTime::now(); }", "time::SystemTime::now");
    find("use std::time::*;", "std::time::*");
    find("fn f() { vec![std::thread::spawn(|| ())]; }", "std::thread::spawn");
    find("fn f() { if true { println!(\"a\") } }", "println!");
    find("fn f() { std::dbg!(1); }", "std::dbg!");
    find("static COUNT: u8 = 0;", "static COUNT");
    find("fn f() { static mut COUNT: u8 = 0; }", "static COUNT");
    find("#[derive(Clone, clap::ValueEnum)] enum E {}", "clap::ValueEnum");
    find("use rusqlite as sql;", "rusqlite");
    passes(&[(
        "engine/png.rs",
        "thread_local! { static W: u8 = 0; } fn f(a: &'static str) -> bool { a != (\"print\") }",
    )]);
    passes(&[("job/mod.rs", "use std::fs; static A: u8 = 0; fn f() { println!(); }")]);
}

#[test]
fn an_unneeded_exception_is_found() {
    let (file, path, _) = EXCEPTIONS[0];
    let choice = (file, "fn f() { std::env::var_os(\"A\"); std::fs::read(\"a\"); }");
    let violations = forbidden_mentions(&tree(&[choice]), &EXCEPTIONS[..1]);
    assert!(matches!(&violations[..], [message] if message.contains("names std::fs::read")), "{violations:#?}");
    let violations = forbidden_mentions(&tree(&[(file, "")]), &EXCEPTIONS[..1]);
    assert!(
        matches!(&violations[..], [message] if message.contains(&format!("no longer names {path}"))),
        "{violations:#?}"
    );
}

#[test]
fn comments_strings_examples_and_tests_are_ignored() {
    let text = r##"
        //! Not [`crate::cli`].
        // use crate::cli::Flag;
        /* use crate::cli::Flag; /* std::fs::read */ */
        /// ```
        /// use trailglow::cli::Flag;
        /// std::fs::read("a");
        /// ```
        fn f<'static_>(a: &'static str) { g("crate::cli::Flag", r#"use "crate::cli";"#, b"std::fs", 'c'); }
        #[cfg(test)]
        use crate::cli::{Flag, Other};
        #[cfg(test)]
        #[allow(dead_code)]
        pub(crate) const fn h(a: u8, b: u8) -> u8 { crate::cli::Flag }
        #[cfg(test)]
        const A: S = S { a: crate::cli::Flag };
        struct S { #[cfg(test)] flag: crate::cli::Flag, other: u8 }
        #[cfg(test)]
        mod tests { use crate::cli::Flag; use std::fs; }
        #[cfg(test)]
        pub mod faults;
        mod tests;
    "##;
    let test = "use crate::cli::Flag; static A: u8 = 0;";
    let tests =
        ["engine/png/faults.rs", "engine/png/faults/deep.rs", "engine/png/tests.rs", "engine/png/tests/deep.rs"];
    let overrides: Vec<_> = tests.into_iter().map(|file| (file, test)).chain([("engine/png.rs", text)]).collect();
    passes(&overrides);
    let after = text.to_owned() + "use crate::cli::Flag;";
    finds(&[&overrides[..], &[("engine/png.rs", &after)]].concat(), &["src/engine/png.rs uses crate::cli::Flag"]);
}
