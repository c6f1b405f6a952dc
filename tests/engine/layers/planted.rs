//! Each law finds the violation that is planted in a small house, and nothing in a house without one.

use std::collections::BTreeMap;

use super::house::House;
use super::laws::{circular, foreign, misplaced, upward};
use super::{EXCEPTIONS, FLOORS, ROOMS};

/// A house with every room and floor, each an empty mod.rs, and these files put in or in the place of others.
fn house(planted: &[(&str, &str)]) -> House {
    let list = |names: &[(&str, &str)]| {
        let rooms = names.iter().filter(|(name, _)| !matches!(*name, "lib" | "main" | "mod"));
        rooms.map(|(name, _)| format!("pub mod {name};\n")).collect::<String>()
    };
    let mut files = BTreeMap::from([("lib.rs".to_owned(), list(ROOMS)), ("main.rs".to_owned(), String::new())]);
    let rooms = ROOMS.iter().filter(|(name, _)| !matches!(*name, "lib" | "main"));
    files.extend(rooms.map(|(name, _)| (format!("{name}/mod.rs"), String::new())));
    files.insert("engine/mod.rs".to_owned(), list(FLOORS));
    let floors = FLOORS.iter().filter(|(name, _)| *name != "mod");
    files.extend(floors.map(|(name, _)| (format!("engine/{name}.rs"), String::new())));
    files.extend(planted.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())));
    House::new(files)
}

fn all(house: &House) -> Vec<String> {
    let places = [("", ROOMS), ("engine/", FLOORS)];
    let misplaced = places.iter().flat_map(|(folder, table)| misplaced(house, folder, table));
    let upward = places.iter().flat_map(|(folder, table)| upward(house, folder, table));
    misplaced.chain(upward).chain(circular(house)).chain(foreign(house, &[])).collect()
}

/// Asserts that a house breaks one law once, and that the message has these words.
#[track_caller]
fn finds(planted: &[(&str, &str)], words: &[&str]) {
    let broken = all(&house(planted));
    assert_eq!(broken.len(), 1, "{broken:#?}");
    for word in words {
        assert!(broken[0].contains(word), "{word} is not in: {}", broken[0]);
    }
}

/// Asserts that a house breaks no law.
#[track_caller]
fn passes(planted: &[(&str, &str)]) {
    assert_eq!(all(&house(planted)), [""; 0]);
}

const PYRAMID: (&str, &str) = ("pyramid/mod.rs", "mod order; pub use order::Order;");
const ORDER: (&str, &str) = ("pyramid/order.rs", "pub enum Order { Rows }");

#[test]
fn a_house_in_order_passes() {
    passes(&[]);
    passes(&[PYRAMID, ORDER, ("cli/mod.rs", "use crate::pyramid::Order; fn f() { Order::Rows; }")]);
    passes(&[("main.rs", "use trailglow::cli;"), ("cli/mod.rs", "use crate::engine::png; use super::job;")]);
    passes(&[("engine/png.rs", "use super::raster::Levels; use std::io::Read; use rayon::prelude::*;")]);
}

#[test]
fn an_import_that_runs_up_is_found() {
    let upward = ["src/tileset/mod.rs", "src/pyramid/order.rs", "tileset lies below pyramid"];
    let find = |text, path| finds(&[PYRAMID, ORDER, ("tileset/mod.rs", text)], &[&upward[..], &[path]].concat());
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
    house(&[]).files["lib.rs"].clone() + more
}

#[test]
fn a_path_is_followed_to_the_file_that_defines_its_item() {
    let pass_on = [PYRAMID, ORDER, ("demo/mod.rs", "pub mod all { pub use crate::pyramid::*; }")];
    let find = |text| finds(&[&pass_on[..], &[("tileset/mod.rs", text)]].concat(), &["uses", "src/pyramid/order.rs"]);
    find("use crate::demo::all::Order;");
    let find_among = |text| {
        let broken = all(&house(&[PYRAMID, ORDER, ("tileset/mod.rs", text)]));
        assert!(broken.iter().any(|message| message.contains("src/pyramid/order.rs")), "{broken:#?}");
    };
    find_among("use crate::pyramid as p; fn f() { p::Order::Rows; }");
    find_among("use crate as c; use c::pyramid; fn f() { pyramid::Order::Rows; }");
    find_among("use crate::pyramid::*; fn f() { Order::Rows; }");
    find_among("mod p { pub use crate::pyramid as q; } fn f() { p::q::Order::Rows; }");
}

#[test]
fn an_import_between_floors_that_runs_up_is_found() {
    let words = ["src/engine/tone.rs", "src/engine/raster.rs", "tone lies below raster"];
    finds(&[("engine/tone.rs", "use super::raster::Levels;")], &words);
    finds(
        &[
            ("engine/mod.rs", &(house(&[]).files["engine/mod.rs"].clone() + "pub struct S;")),
            ("engine/png.rs", "use super::S;"),
        ],
        &["png lies below mod"],
    );
}

#[test]
fn a_circle_is_found() {
    let parent = ("library/mod.rs", "mod a; mod b; mod c; use a::A;");
    let a = ("library/a.rs", "use super::b::B; pub struct A;");
    let b = ("library/b.rs", "fn f() { super::c::C; } pub struct B;");
    finds(
        &[parent, a, b, ("library/c.rs", "use super::a::A;")],
        &["src/library/a.rs, src/library/b.rs, src/library/c.rs need"],
    );
    let with_parent = ("library/c.rs", "use crate::library::Library;");
    finds(&[parent, a, b, with_parent], &["src/library/c.rs, src/library/mod.rs need", "crate::library::Library"]);
    passes(&[parent, a, b, ("library/c.rs", "use std::fmt;")]);
}

#[test]
fn a_loose_file_is_found() {
    finds(&[("about.rs", ""), ("lib.rs", &lib("mod about;"))], &["src/about.rs has no room"]);
    finds(&[("attic/mod.rs", ""), ("lib.rs", &lib("mod attic;"))], &["src/attic/mod.rs has no room"]);
    finds(&[("job/old.rs", "")], &["src/job/old.rs is no module"]);
    let empty = House::new(BTreeMap::from([("lib.rs".to_owned(), String::new())]));
    assert!(
        misplaced(&empty, "", ROOMS).iter().any(|message| message.contains("src/job (") && message.contains("no file"))
    );
}

#[test]
fn what_the_engine_must_not_name_is_found() {
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
fn an_exception_counts_while_it_is_needed() {
    let (file, path, _) = EXCEPTIONS[0];
    let choice = (file, "fn f() { std::env::var_os(\"A\"); std::fs::read(\"a\"); }");
    let broken = foreign(&house(&[choice]), &EXCEPTIONS[..1]);
    assert!(matches!(&broken[..], [message] if message.contains("names std::fs::read")), "{broken:#?}");
    let broken = foreign(&house(&[(file, "")]), &EXCEPTIONS[..1]);
    assert!(matches!(&broken[..], [message] if message.contains(&format!("no longer names {path}"))), "{broken:#?}");
}

#[test]
fn comments_strings_examples_and_tests_do_not_count() {
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
    let planted: Vec<_> = tests.into_iter().map(|file| (file, test)).chain([("engine/png.rs", text)]).collect();
    passes(&planted);
    let after = text.to_owned() + "use crate::cli::Flag;";
    finds(&[&planted[..], &[("engine/png.rs", &after)]].concat(), &["src/engine/png.rs uses crate::cli::Flag"]);
}
