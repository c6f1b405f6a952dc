//! Verbs and flags that the pages name exist, and the pages name every verb, palette and layer and all flags of
//! `render`.

use std::collections::BTreeSet;

use super::markdown::{code, commands};
use super::pages;
use crate::program::Home;

/// Long flags in a text.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.len() > 2 && word.starts_with("--") && !word.ends_with('-')).map(str::to_owned).collect()
}

/// Verbs that a help lists.
fn verbs(help: &str) -> Vec<&str> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    list.filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|verb| !["", "help"].contains(verb))
        .collect()
}

/// Help of the program, of its verbs and of theirs, each with its arguments.
fn helps(home: &Home, args: &[&str], found: &mut Vec<(String, String)>) {
    let help = home.run_ok(&[args, &["--help"]].concat());
    for verb in verbs(&help) {
        helps(home, &[args, &[verb]].concat(), found);
    }
    found.push((args.join(" "), help));
}

/// What a page says about the program in code: commands and spans, without other programs.
fn about_program(text: &str) -> Vec<String> {
    let is_other = |code: &String| code.starts_with("cargo ") || code.starts_with(".ci/");
    commands(text).into_iter().chain(code(text)).filter(|code| !is_other(code)).collect()
}

/// Flags and verbs of a page that the program does not have.
fn unknown(text: &str, helps: &[(String, String)]) -> Vec<String> {
    let known: BTreeSet<String> = helps.iter().flat_map(|(_, help)| flags(help)).collect();
    let of = |code: &String| {
        let verb = code.strip_prefix("trailglow ").and_then(|rest| rest.split(' ').next());
        let verb = verb.filter(|verb| !verb.starts_with('-') && !helps.iter().any(|(name, _)| name == verb));
        let flags = flags(code).into_iter().filter(|flag| !known.contains(flag));
        flags.chain(verb.map(str::to_owned)).collect::<Vec<_>>()
    };
    about_program(text).iter().flat_map(of).collect()
}

fn all_helps() -> Vec<(String, String)> {
    let mut found = Vec::new();
    helps(&Home::new(), &[], &mut found);
    assert!(found.iter().any(|(name, _)| name == "zone add") && found.len() > 15, "only {} helps", found.len());
    found
}

#[test]
fn every_verb_and_flag_of_the_pages_exists() {
    let helps = all_helps();
    for (page, text) in pages() {
        assert_eq!(unknown(&text, &helps), [""; 0], "{}", page.display());
    }
}

#[test]
fn the_pages_name_every_verb_palette_and_layer_and_every_flag_of_render() {
    let code = pages().iter().flat_map(|(_, text)| about_program(text)).collect::<Vec<_>>().join("\n");
    let helps = all_helps();
    let render = &helps.iter().find(|(name, _)| name == "render").expect("render").1;
    let missing: Vec<String> = flags(render).difference(&flags(&code)).cloned().collect();
    assert_eq!(missing, [""; 0]);
    for (name, _) in helps.iter().filter(|(name, _)| !name.is_empty()) {
        assert!(code.contains(&format!("trailglow {name}")), "the pages do not name `trailglow {name}`");
    }
    let tables = ["palettes", "layers"].map(|verb| Home::new().run_ok(&[verb]));
    for name in tables.iter().flat_map(|table| table.lines()).filter_map(|row| row.split(' ').next()) {
        assert!(code.lines().any(|code| code == name), "the pages do not name `{name}`");
    }
}

#[test]
fn unknown_verbs_and_flags_are_found() {
    let helps = [("list".to_owned(), "Usage: [--sort <SORT>]".to_owned())];
    assert_eq!(unknown("`trailglow list --sort name`, `cargo doc --open`, `--sort`", &helps), [""; 0]);
    assert_eq!(
        unknown("`trailglow lists`, `--sorted`\n```sh\ntrailglow list --by x\n```", &helps),
        ["--by", "lists", "--sorted"]
    );
}
