//! Compares the shaders with their Rust counterparts: every file of `shaders/` has a Rust file of the same name, and
//! every number literal in WGSL either appears in a listed Rust function or constant, or is listed as WGSL-only with a
//! reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::raster::gpu::shaders::SHADERS;
use trailglow::engine::raster::gpu::tuning::PIXELS_PER_INVOCATION;
use trailglow::engine::raster::profile::Profile;

/// Source of the numbers of a WGSL item.
enum Counterpart {
    /// A Rust function with the same numbers, apart from those listed for one side.
    Function { file: &'static str, name: &'static str, only_wgsl: &'static [f64], only_rust: &'static [f64] },
    /// Rust constants.
    Values(Vec<f64>),
    /// Numbers without a Rust counterpart, and the reason.
    WgslOnly(&'static [f64], &'static str),
}

/// Numbers that need no counterpart in an item without other numbers.
const TRIVIAL: [f64; 4] = [0.0, 0.5, 1.0, 2.0];

/// `FAR` of `distances.wgsl`: a squared distance at which every profile is 0.
const FAR: f64 = 3e38;

/// File, name and counterpart of every WGSL item with other than trivial numbers.
fn counterparts() -> Vec<(&'static str, &'static str, Counterpart)> {
    const RGB: &str = "src/engine/tone/rgb.rs";
    const BITS: &str = "bits of a word";
    const BYTES: &str = "a word holds four levels of eight bits";
    let colour = |name, only_wgsl, only_rust| Counterpart::Function { file: RGB, name, only_wgsl, only_rust };
    let share = Counterpart::Function {
        file: "src/engine/raster/profile.rs",
        name: "blur_integral",
        only_wgsl: &[],
        only_rust: &[],
    };
    let [lanes, rows] = PIXELS_PER_INVOCATION;
    let lane_centres = (0..lanes).map(|lane| f64::from(lane) + 0.5);
    vec![
        ("profile", "blur_integrals", share),
        ("visit", "LANES", Counterpart::Values(vec![lanes.into()])),
        ("visit", "ROWS", Counterpart::Values(vec![rows.into()])),
        ("distances", "LANE_CENTRES", Counterpart::Values(lane_centres.collect())),
        ("distances", "FAR", Counterpart::Values(vec![FAR])),
        ("visit", "mask_words", Counterpart::WgslOnly(&[31.0, 32.0], BITS)),
        ("visit", "cull_edge", Counterpart::WgslOnly(&[32.0], BITS)),
        (
            "visit",
            "visit",
            Counterpart::WgslOnly(&[32.0, 4_294_967_295.0], "bits of a word, and an activity that no strip has"),
        ),
        ("quantum", "load_sums", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("quantum", "store_sums", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("digits", "sums_with_digits", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("carry", "carry", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("splat", "ROUNDING", Counterpart::WgslOnly(&[0.25], "the CPU rounds no corners")),
        ("histogram", "pixel_of_word", Counterpart::WgslOnly(&[4.0], BYTES)),
        ("histogram", "write_levels", Counterpart::WgslOnly(&[4.0, 8.0], BYTES)),
        ("normalize", "multiply_u64", Counterpart::WgslOnly(&[16.0, 65_535.0], "halves of a word")),
        ("normalize", "f32_from_u64", Counterpart::WgslOnly(&[4_294_967_296.0], "the values of a word")),
        ("normalize", "linear", colour("linear", &[], &[])),
        ("normalize", "companded", colour("companded", &[], &[])),
        ("normalize", "oklab", colour("oklab", &[1.0, 3.0], &[])),
        (
            "normalize",
            "from_oklab",
            Counterpart::Function { file: RGB, name: "light_of_oklab", only_wgsl: &[1.0], only_rust: &[3.0, 3.0, 3.0] },
        ),
        ("step_store", "load_pixels", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("step_store", "store_pixels", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("value_levels", "value_levels", Counterpart::WgslOnly(&[4.0], "components of a vector")),
        ("colour", "colour", Counterpart::WgslOnly(&[4.0], BYTES)),
    ]
}

/// Source texts by path.
type Texts = BTreeMap<String, String>;

/// All files below a folder of the repository.
fn texts(folder: &str) -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = walkdir::WalkDir::new(root.join(folder)).into_iter().map(|entry| entry.expect("readable"));
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
        (name, std::fs::read_to_string(path).expect("text"))
    };
    files.filter(|entry| entry.file_type().is_file()).map(|entry| read(entry.into_path())).collect()
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').filter(|word| !word.is_empty())
}

/// Number literals in code, ascending, parsed as f64.
fn numbers(code: &str) -> Vec<f64> {
    let number = |word: &str| {
        let digits = word.replace('_', "");
        let value = match digits.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex.trim_end_matches(['u', 'i']), 16).ok().map(f64::from),
            None => digits.trim_end_matches(['u', 'i', 'f', 'h']).parse().ok(),
        };
        value.unwrap_or_else(|| panic!("{word} is a number literal that this test cannot parse"))
    };
    let mut numbers: Vec<f64> =
        words(code).filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(number).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// Name that a WGSL item declares.
fn name_of(item: &str) -> &str {
    let keyword = |word: &&str| ["fn", "const", "override", "struct", "var"].contains(word);
    let spaces = ["storage", "read", "read_write", "uniform", "workgroup"];
    words(item).skip_while(|word| !keyword(word)).skip(1).find(|word| !spaces.contains(word)).unwrap_or("")
}

/// Splits WGSL into top-level items: name and code, without `@group`, `@binding` and `@location` numbers.
fn items(text: &str) -> Vec<(String, String)> {
    let mut code = without_comments(text);
    for digit in '0'..='9' {
        for attribute in ["group", "binding", "location"] {
            code = code.replace(&format!("@{attribute}({digit})"), "");
        }
    }
    let (mut items, mut item, mut depth) = (Vec::new(), String::new(), 0);
    for c in code.chars() {
        item.push(c);
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 && (c == ';' || c == '}') {
            items.push((name_of(&item).to_owned(), std::mem::take(&mut item)));
        }
    }
    items
}

/// Body of a Rust function.
fn body(text: &str, name: &str) -> Option<String> {
    let code = without_comments(text);
    let code = &code[code.find(&format!("fn {name}("))?..];
    let mut depth = 0;
    let is_end = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '}' && depth == 0
    };
    let start = code.find('{')?;
    Some(code[start..].split_inclusive(is_end).next()?.to_owned())
}

fn sorted(parts: &[&[f64]]) -> Vec<f32> {
    let mut all: Vec<f32> = parts.concat().iter().map(|&number| number as f32).collect();
    all.sort_by(f32::total_cmp);
    all
}

/// WGSL items whose numbers differ from their counterparts, and counterparts without an item.
fn mismatches(shaders: &Texts, rust: &Texts) -> Vec<String> {
    let (mut mismatches, mut counterparts) = (Vec::new(), counterparts());
    for (path, text) in shaders {
        let file = path.trim_start_matches("shaders/").trim_end_matches(".wgsl");
        for (item, code) in items(text) {
            let wgsl_numbers = numbers(&code);
            let mut distinct: Vec<f64> =
                wgsl_numbers.iter().copied().filter(|number| !TRIVIAL.contains(number)).collect();
            distinct.dedup();
            let index =
                counterparts.iter().position(|counterpart| (counterpart.0, counterpart.1) == (file, item.as_str()));
            let mismatch = format!("{file}: {item} writes {wgsl_numbers:?}");
            let (same, reason) = match index.map(|index| counterparts.swap_remove(index).2) {
                None => (distinct.is_empty(), "trivial numbers only, without a counterpart"),
                Some(Counterpart::WgslOnly(expected, reason)) => (distinct == expected, reason),
                Some(Counterpart::Values(values)) => {
                    (sorted(&[&wgsl_numbers]) == sorted(&[&values]), "the values of Rust constants")
                }
                Some(Counterpart::Function { file, name, only_wgsl, only_rust }) => {
                    let rust_numbers = rust.get(file).and_then(|text| body(text, name)).map(|body| numbers(&body));
                    (
                        rust_numbers.is_some_and(|rust_numbers| {
                            sorted(&[&wgsl_numbers, only_rust]) == sorted(&[&rust_numbers, only_wgsl])
                        }),
                        file,
                    )
                }
            };
            if !same {
                mismatches.push(format!("{mismatch}, expected: {reason}"));
            }
        }
    }
    mismatches.extend(counterparts.iter().map(|(file, item, _)| format!("{file}: no {item}")));
    mismatches
}

#[test]
fn numbers_in_wgsl_equal_those_in_rust() {
    assert_eq!(mismatches(&texts("shaders"), &texts("src/engine")), Vec::<String>::new());
}

#[test]
fn a_different_number_is_reported() {
    let (shaders, rust) = (texts("shaders"), texts("src/engine"));
    let changed = |texts: &Texts, path: &str, from: &str, to: &str| {
        let mut texts = texts.clone();
        let text = texts.get_mut(path).expect("a file");
        assert!(text.contains(from), "{path} has {from}");
        *text = text.replace(from, to);
        texts
    };
    for (path, from, to, mismatch) in [
        ("shaders/profile.wgsl", "20.0 / 7.0", "20.0 / 7.5", "profile: blur_integrals writes"),
        ("shaders/normalize.wgsl", "0.41222147", "0.41222157", "normalize: oklab writes"),
        ("shaders/visit.wgsl", "LANES = 4u", "LANES = 2u", "visit: LANES writes"),
        ("shaders/distances.wgsl", "2.5, 3.5", "2.5, 3.0", "distances: LANE_CENTRES writes"),
        ("shaders/visit.wgsl", "% 32u", "% 16u", "visit: cull_edge writes"),
        ("shaders/splat.wgsl", "frame.falloff * FALLOFF_ALONG", "frame.falloff * 0.7071", "splat: quad writes"),
        ("shaders/strip.wgsl", "override STRIP_EDGES: u32;", "const STRIP_EDGES = 16u;", "strip: STRIP_EDGES writes"),
        ("shaders/levels.wgsl", "@workgroup_size(LEVEL_COUNT)", "@workgroup_size(256)", "levels: levels writes"),
        ("shaders/colour.wgsl", "fn colour(", "fn colourize(", "colour: no colour"),
    ] {
        let mismatches = mismatches(&changed(&shaders, path, from, to), &rust);
        assert!(mismatches.iter().any(|found| found.starts_with(mismatch)), "{path}, {from} to {to}: {mismatches:?}");
    }
    for (path, from, to, mismatch) in [
        ("src/engine/tone/rgb.rs", "12.92 * c", "12.93 * c", "normalize: companded writes"),
        ("src/engine/raster/profile.rs", "SCALE / 13.0", "SCALE / 13.5", "profile: blur_integrals writes"),
        ("src/engine/tone/rgb.rs", "fn light_of_oklab(", "fn to_light(", "normalize: from_oklab writes"),
    ] {
        let mismatches = mismatches(&shaders, &changed(&rust, path, from, to));
        assert!(mismatches.iter().any(|found| found.starts_with(mismatch)), "{path}, {from} to {to}: {mismatches:?}");
    }
}

#[test]
fn the_profile_is_0_at_the_far_distance() {
    for grid in (0..=20).flat_map(|zoom| [256, 512].map(|tile_size| Grid { zoom, tile_size })) {
        assert_eq!(Profile::new(grid).heat((FAR as f32).sqrt()), 0.0, "{grid:?}");
    }
}

/// True if a Rust file has the name of the shader and, for an entry point, contains a public function of that name.
fn has_counterpart(rust: &Texts, shader: &str, is_entry: bool) -> bool {
    let (file, function) = (format!("/{shader}.rs"), format!("fn {shader}("));
    rust.iter().any(|(path, text)| path.ends_with(&file) && (!is_entry || text.contains(&function)))
}

#[test]
fn every_shader_has_a_counterpart() {
    let (shaders, rust) = (texts("shaders"), texts("src/engine"));
    let stem = |path: &str| path.trim_start_matches("shaders/").trim_end_matches(".wgsl").to_owned();
    for (path, text) in &shaders {
        let is_entry = SHADERS.iter().any(|shader| shader.name == stem(path));
        assert!(has_counterpart(&rust, &stem(path), is_entry), "{path} has no counterpart");
        assert!(SHADERS.iter().any(|shader| shader.source.contains(text.as_str())), "{path} is in no module");
    }
    assert!(SHADERS.iter().all(|shader| shaders.keys().any(|path| stem(path) == shader.name)));
}

#[test]
fn a_shader_without_a_counterpart_is_reported() {
    let rust = texts("src/engine");
    assert!(!has_counterpart(&rust, "bloom", false), "no file has this name");
    assert!(
        has_counterpart(&rust, "frame", false) && !has_counterpart(&rust, "frame", true),
        "a file, but no function"
    );
}
