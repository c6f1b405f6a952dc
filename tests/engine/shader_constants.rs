//! The shaders next to their twins: every file of `shaders/` has a Rust file of the same name, and every number that is
//! written in WGSL is either written in Rust too or has no counterpart there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trailglow::engine::geometry::grid::Grid;
use trailglow::engine::raster::gpu::shaders::SHADERS;
use trailglow::engine::raster::gpu::tuning::LANES;
use trailglow::engine::raster::profile::Profile;

/// Where the numbers of an item of WGSL come from.
enum Twin {
    /// A Rust function writes the same numbers, besides those that only one of the two writes.
    Function { file: &'static str, name: &'static str, only_wgsl: &'static [f64], only_rust: &'static [f64] },
    /// Rust constants.
    Values(Vec<f64>),
    /// Nowhere else, for this reason.
    Own(&'static [f64], &'static str),
}

/// Numbers that need no twin where an item writes no others: counting from zero, halves and doubles.
const PLAIN: [f64; 4] = [0.0, 0.5, 1.0, 2.0];

/// `FAR` of `visit.wgsl`: a squared distance at which every profile is 0.
const FAR: f64 = 3e38;

/// Every item of WGSL with numbers that are not plain: its file, its name, and its twin.
fn twins() -> Vec<(&'static str, &'static str, Twin)> {
    const RGB: &str = "src/engine/tone/rgb.rs";
    const BITS: &str = "bits of a word";
    const BYTES: &str = "a word holds four levels of eight bits";
    let colour = |name, only_wgsl, only_rust| Twin::Function { file: RGB, name, only_wgsl, only_rust };
    let clamped: &[f64] = &[1.0, 1.0];
    let share = Twin::Function {
        file: "src/engine/raster/profile.rs",
        name: "blur_integral",
        only_wgsl: &[],
        only_rust: clamped,
    };
    let lanes = (0..LANES).map(|lane| f64::from(lane) + 0.5);
    vec![
        ("profile", "blur_integral", share),
        ("visit", "LANES", Twin::Values(vec![LANES.into()])),
        ("visit", "LANE_CENTRES", Twin::Values(lanes.collect())),
        ("visit", "FAR", Twin::Values(vec![FAR])),
        ("visit", "mask_words", Twin::Own(&[31.0, 32.0], BITS)),
        ("visit", "cull_edge", Twin::Own(&[32.0], BITS)),
        ("visit", "visit", Twin::Own(&[32.0, 4_294_967_295.0], "bits of a word, and an activity that no strip has")),
        ("levels", "levels", Twin::Own(&[4.0, 8.0], BYTES)),
        ("normalize", "multiply_u64", Twin::Own(&[16.0, 65_535.0], "halves of a word")),
        ("normalize", "f32_from_u64", Twin::Own(&[4_294_967_296.0], "the values of a word")),
        ("normalize", "linear", colour("linear", &[], &[])),
        ("normalize", "companded", colour("companded", &[], &[])),
        ("normalize", "oklab", colour("oklab", &[1.0, 3.0], &[])),
        ("normalize", "from_oklab", colour("from_oklab", &[1.0], &[3.0, 3.0, 3.0, 255.0])),
        ("colour", "colour", Twin::Own(&[4.0], BYTES)),
    ]
}

/// Source texts by path.
type Texts = BTreeMap<String, String>;

/// All files under a folder of the repository.
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

/// The numbers that some code writes, ascending, as f32 holds them.
fn numbers(code: &str) -> Vec<f64> {
    let number = |word: &str| {
        let digits = word.replace('_', "");
        let value = match digits.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex.trim_end_matches(['u', 'i']), 16).ok().map(f64::from),
            None => digits.trim_end_matches(['u', 'i', 'f', 'h']).parse().ok(),
        };
        value.unwrap_or_else(|| panic!("{word} is a number that the test cannot read"))
    };
    let mut numbers: Vec<f64> =
        words(code).filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(number).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The name that an item of WGSL declares.
fn name_of(item: &str) -> &str {
    let keyword = |word: &&str| ["fn", "const", "override", "struct", "var"].contains(word);
    let spaces = ["storage", "read", "read_write", "uniform", "workgroup"];
    words(item).skip_while(|word| !keyword(word)).skip(1).find(|word| !spaces.contains(word)).unwrap_or("")
}

/// Cuts WGSL into its top-level items: the name of each, and its code without the numbers of bindings and locations.
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

/// The body of a Rust function.
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

/// Items of WGSL whose numbers are not those of their twins, and twins without an item.
fn faults(shaders: &Texts, rust: &Texts) -> Vec<String> {
    let (mut faults, mut twins) = (Vec::new(), twins());
    for (path, text) in shaders {
        let file = path.trim_start_matches("shaders/").trim_end_matches(".wgsl");
        for (item, code) in items(text) {
            let written = numbers(&code);
            let mut distinct: Vec<f64> = written.iter().copied().filter(|number| !PLAIN.contains(number)).collect();
            distinct.dedup();
            let place = twins.iter().position(|twin| (twin.0, twin.1) == (file, item.as_str()));
            let fault = format!("{file}: {item} writes {written:?}");
            let (same, reason) = match place.map(|place| twins.swap_remove(place).2) {
                None => (distinct.is_empty(), "plain numbers only, without a twin"),
                Some(Twin::Own(own, reason)) => (distinct == own, reason),
                Some(Twin::Values(values)) => {
                    (sorted(&[&written]) == sorted(&[&values]), "the values of Rust constants")
                }
                Some(Twin::Function { file, name, only_wgsl, only_rust }) => {
                    let own = rust.get(file).and_then(|text| body(text, name)).map(|body| numbers(&body));
                    (own.is_some_and(|own| sorted(&[&written, only_rust]) == sorted(&[&own, only_wgsl])), file)
                }
            };
            if !same {
                faults.push(format!("{fault}, expected: {reason}"));
            }
        }
    }
    faults.extend(twins.iter().map(|(file, item, _)| format!("{file}: no {item}")));
    faults
}

#[test]
fn numbers_in_wgsl_are_those_of_rust() {
    assert_eq!(faults(&texts("shaders"), &texts("src/engine")), Vec::<String>::new());
}

#[test]
fn a_number_that_differs_is_found_out() {
    let (shaders, rust) = (texts("shaders"), texts("src/engine"));
    let changed = |texts: &Texts, path: &str, from: &str, to: &str| {
        let mut texts = texts.clone();
        let text = texts.get_mut(path).expect("a file");
        assert!(text.contains(from), "{path} has {from}");
        *text = text.replace(from, to);
        texts
    };
    for (path, from, to, fault) in [
        ("shaders/profile.wgsl", "20.0 / 7.0", "20.0 / 7.5", "profile: blur_integral writes"),
        ("shaders/normalize.wgsl", "0.41222147", "0.41222157", "normalize: oklab writes"),
        ("shaders/visit.wgsl", "LANES = 4u", "LANES = 2u", "visit: LANES writes"),
        ("shaders/visit.wgsl", "2.5, 3.5", "2.5, 3.0", "visit: LANE_CENTRES writes"),
        ("shaders/visit.wgsl", "% 32u", "% 16u", "visit: cull_edge writes"),
        ("shaders/splat.wgsl", "frame.falloff * FALLOFF_ALONG", "frame.falloff * 0.7071", "splat: quad writes"),
        ("shaders/strip.wgsl", "override STRIP_EDGES: u32;", "const STRIP_EDGES = 16u;", "strip: STRIP_EDGES writes"),
        ("shaders/levels.wgsl", "@workgroup_size(LEVEL_COUNT)", "@workgroup_size(256)", "levels: levels writes"),
        ("shaders/colour.wgsl", "fn colour(", "fn colourize(", "colour: no colour"),
    ] {
        let faults = faults(&changed(&shaders, path, from, to), &rust);
        assert!(faults.iter().any(|found| found.starts_with(fault)), "{path}, {from} to {to}: {faults:?}");
    }
    for (path, from, to, fault) in [
        ("src/engine/tone/rgb.rs", "12.92 * c", "12.93 * c", "normalize: companded writes"),
        ("src/engine/raster/profile.rs", "3003.0", "3004.0", "profile: blur_integral writes"),
        ("src/engine/tone/rgb.rs", "fn from_oklab(", "fn to_rgb(", "normalize: from_oklab writes"),
    ] {
        let faults = faults(&shaders, &changed(&rust, path, from, to));
        assert!(faults.iter().any(|found| found.starts_with(fault)), "{path}, {from} to {to}: {faults:?}");
    }
}

#[test]
fn nothing_is_seen_of_a_line_that_is_far() {
    for grid in (0..=20).flat_map(|zoom| [256, 512].map(|tile_size| Grid { zoom, tile_size })) {
        assert_eq!(Profile::new(grid).heat(FAR as f32), 0.0, "{grid:?}");
    }
}

/// Whether a Rust file is called like a shader, and, where the shader is an entry, has a function of that name.
fn has_twin(rust: &Texts, shader: &str, is_entry: bool) -> bool {
    let (file, function) = (format!("/{shader}.rs"), format!("pub fn {shader}("));
    rust.iter().any(|(path, text)| path.ends_with(&file) && (!is_entry || text.contains(&function)))
}

#[test]
fn every_shader_has_a_twin() {
    let (shaders, rust) = (texts("shaders"), texts("src/engine"));
    let stem = |path: &str| path.trim_start_matches("shaders/").trim_end_matches(".wgsl").to_owned();
    for (path, text) in &shaders {
        let is_entry = SHADERS.iter().any(|shader| shader.name == stem(path));
        assert!(has_twin(&rust, &stem(path), is_entry), "{path} has no twin");
        assert!(SHADERS.iter().any(|shader| shader.source.contains(text.as_str())), "{path} is in no module");
    }
    assert!(SHADERS.iter().all(|shader| shaders.keys().any(|path| stem(path) == shader.name)));
}

#[test]
fn a_shader_without_a_twin_is_found_out() {
    let rust = texts("src/engine");
    assert!(!has_twin(&rust, "bloom", false), "no file is called so");
    assert!(has_twin(&rust, "frame", false) && !has_twin(&rust, "frame", true), "a file, but no function");
}
