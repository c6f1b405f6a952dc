//! Named selections.

use serde_json::{Value, json};

use crate::demo::demo;
use crate::program::Home;

fn library() -> Home {
    let home = Home::new();
    home.run_ok(&["import", demo(), "-q"]);
    home
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_view_selects_what_its_flags_select_in_every_verb() {
    let home = library();
    let saved =
        home.run_ok(&["view", "save", " Long rides ", "--sport", "ride", "--where", "distance > 5km or has gear"]);
    assert_eq!(saved, "saved: Long rides: rides either longer than 5 km or with known gear\n");
    for verb in ["list", "stats"] {
        let direct = home.run_ok(&[verb, "--sport", "ride", "--where", "distance > 5km or has gear"]);
        assert_eq!(home.run_ok(&[verb, "--view", "Long rides"]), direct);
    }
    let render = |out: &str, args: &[&str]| {
        home.run_ok(&[&["render", demo(), "-o", out, "-q", "--zoom", "0-8", "--no-library"], args].concat());
        home.files(out)
    };
    let direct = render("direct", &["--sport", "ride", "--where", "distance > 5km or has gear", "--year", "2015-2024"]);
    assert_eq!(render("view", &["--view", "Long rides", "--year", "2015-2024"]), direct);
    // A view of a view.
    home.run_ok(&["view", "save", "Long rides at night", "--view", "Long rides", "--night"]);
    let shown = home.run_ok(&["view", "show", "Long rides at night", "--json"]);
    assert_eq!(
        parsed(&shown),
        json!({"schema_version": 1, "name": "Long rides at night", "words": "rides at night either longer than 5 km or with known gear",
               "where": "night and sport = ride and (distance > 5km or has gear)"})
    );
}

#[test]
fn views_are_saved_replaced_listed_and_removed() {
    let home = library();
    home.run_ok(&["view", "save", "b", "--year", "2024"]);
    home.run_ok(&["view", "save", "A's", "--name", "it's"]);
    let taken = home.run(&["view", "save", "b", "--year", "2023"]);
    assert_eq!((taken.status, taken.stdout.as_str()), (1, ""));
    assert!(taken.stderr.contains("there is a view 'b' already; replace it with --replace"), "{}", taken.stderr);
    assert_eq!(
        home.run_ok(&["view", "list"]),
        "A's: activities with “it's” in the name\nb: activities in 2024\n2 views\n"
    );
    home.run_ok(&["view", "save", "b", "--year", "2023", "--replace"]);
    assert_eq!(
        home.run_ok(&["view", "show", "A's"]),
        "A's: activities with “it's” in the name\n  --where 'name like \"it'\\''s\"'\n"
    );
    let unknown = home.run(&["view", "remove", "b", "x"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.stderr.contains("there is no view 'x'") && unknown.stderr.contains("nothing was changed"));
    assert_eq!(home.run_ok(&["view", "remove", "b", "b"]), "1 view removed\n");
    let views = parsed(&home.run_ok(&["view", "list", "--json"]));
    assert_eq!(views["views"].as_array().expect("views").len(), 1);
}

#[test]
fn saving_a_view_creates_the_library_as_a_zone_does() {
    let home = Home::new();
    home.run_ok(&["view", "save", "nights", "--night"]);
    assert_eq!(home.run_ok(&["view", "list"]), "nights: activities at night\n1 view\n");
    let typo = home.run(&["list", "--view", "night"]);
    assert!(typo.stderr.contains("there is no view 'night'; did you mean 'nights'?"), "{}", typo.stderr);
}

#[test]
fn views_without_a_condition_a_name_or_a_library_are_refused() {
    let home = library();
    for (args, status, message) in [
        (&["view", "save", "x"][..], 2, "a view needs a condition"),
        (&["view", "save", " ", "--year", "2024"], 2, "<NAME>: invalid view name"),
        (&["view", "save", "x", "--where", "year = "], 2, "the condition ends early"),
        (&["list", "--view", "x"], 1, "there is no view 'x'; `trailglow view list` shows the names"),
        (&["view", "save", "x", "--night", "--library", "none.sqlite"], 1, "--new-library"),
        (&["view", "list", "--library", "none.sqlite"], 1, "there is no library at none.sqlite"),
        (
            &["render", ".", "-o", "t", "--no-library", "--library", "none.sqlite", "--view", "x"],
            1,
            "there is no library at none.sqlite",
        ),
    ] {
        let run = home.run(args);
        assert_eq!(run.status, status, "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{args:?}: {}", run.stderr);
    }
}
