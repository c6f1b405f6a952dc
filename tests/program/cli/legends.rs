//! `trailglow legend`, and what `layers --json` says of legends.

use std::fs;
use std::io::Cursor;

use serde_json::Value;

use crate::program::{Home, gpx};

fn home_with_map() -> Home {
    let home = Home::new();
    for (name, day) in [("a", "2023-05-01"), ("b", "2024-11-09")] {
        let positions = (0..30).map(|i| (47.0, 8.0 + f64::from(i) / 1000.0));
        let line = |line: &str| match line.strip_suffix("/>") {
            Some(point) => format!("{point}><time>{day}T10:00:00Z</time></trkpt>\n"),
            None => format!("{line}\n"),
        };
        home.write(&format!("in/{name}.gpx"), gpx(name, positions).lines().map(line).collect::<String>());
    }
    home.run_ok(&["render", "in", "-o", "tiles", "--layer", "frequency,recency,hour", "--zoom", "8-9", "-q"]);
    home
}

/// Colours of a PNG and its size.
fn picture(home: &Home, name: &str) -> (u32, u32, Vec<[u8; 3]>) {
    let bytes = fs::read(home.path(name)).expect("the picture");
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
    let (width, height) = (reader.info().width, reader.info().height);
    let mut pixels = vec![0; (width * height * 3) as usize];
    reader.next_frame(&mut pixels).expect("pixels");
    (width, height, pixels.as_chunks().0.to_vec())
}

#[test]
fn legends_of_a_map_have_its_dates_and_colours() {
    let home = home_with_map();
    home.run_ok(&["legend", "recency", "-o", "legend.svg", "--map", "tiles"]);
    let svg = fs::read_to_string(home.path("legend.svg")).expect("the legend");
    assert!(svg.contains(">Last visit<") && svg.contains(">2024<"), "{svg}");
    let text = fs::read_to_string(home.path("tiles/recency-verdant/tiles.json")).expect("a description");
    let legend = serde_json::from_str::<Value>(&text).expect("JSON")["trailglow"]["legend"]["9"].take();
    let colours: Vec<&str> = legend["colours"].as_array().expect("colours").iter().filter_map(Value::as_str).collect();
    assert_eq!(colours.len(), 24);
    assert!(colours.iter().all(|colour| svg.contains(colour)), "{svg}");
    assert_eq!(legend["ticks"][0][2].as_str().map(str::len), Some(7), "each value has a colour: {legend}");
    home.run_ok(&["legend", "hour", "-o", "hours.png", "--map", "tiles", "--zoom", "8"]);
    let (width, height, pixels) = picture(&home, "hours.png");
    assert!(width == 720 && height > 360, "eight rows: {height}");
    let text = fs::read_to_string(home.path("tiles/hour-wheel/tiles.json")).expect("a description");
    let classes = serde_json::from_str::<Value>(&text).expect("JSON")["trailglow"]["legend"]["8"]["classes"].take();
    for class in classes.as_array().expect("classes") {
        let [r, g, b] = [1, 3, 5]
            .map(|at| u8::from_str_radix(&class[1].as_str().expect("a colour")[at..at + 2], 16).expect("digits"));
        assert!(pixels.iter().filter(|pixel| **pixel == [r, g, b]).count() >= 28 * 28, "{class}");
    }
}

#[test]
fn only_legends_are_replaced_and_nothing_in_a_map() {
    let home = home_with_map();
    home.write("mine.svg", "precious");
    fs::create_dir(home.path("folder.png")).expect("a folder");
    for (out, message) in [
        ("mine.svg", "mine.svg is no legend by Trailglow"),
        ("folder.png", "folder.png is no legend by Trailglow"),
        ("tiles/legend.png", "tiles/legend.png is in the map"),
        ("new.png/", "name a file, not a folder"),
    ] {
        let run = home.run(&["legend", "recency", "-o", out, "--map", "tiles"]);
        assert!(run.status > 0 && run.stderr.contains(message), "{out}: {}", run.stderr);
    }
    assert_eq!(fs::read_to_string(home.path("mine.svg")).expect("the file"), "precious");
    for out in ["a.svg", "a.png"] {
        home.run_ok(&["legend", "recency", "-o", out, "--map", "tiles"]);
        home.run_ok(&["legend", "hour", "-o", out]);
    }
}

#[test]
fn own_palettes_of_a_map_are_named_by_their_names() {
    let home = home_with_map();
    home.run_ok(&["render", "in", "-o", "own.pmtiles", "--palette", "fire=1:#ff0000,10:#ffff00", "--zoom", "8", "-q"]);
    home.run_ok(&["legend", "frequency", "-o", "own.svg", "--map", "own.pmtiles", "--palette", "fire"]);
    assert!(fs::read_to_string(home.path("own.svg")).expect("the legend").contains("#ff0000"));
}

#[test]
fn legends_without_a_map_have_the_colours_of_the_layer() {
    let home = Home::new();
    for layer in ["frequency", "time", "recency", "season", "top"] {
        home.run_ok(&["legend", layer, "-o", "legend.png"]);
        let (width, _, pixels) = picture(&home, "legend.png");
        let row: Vec<_> = pixels[40 * 2 * width as usize..][24..width as usize - 24].to_vec();
        let last = row[row.len() - 1];
        assert!(layer == "season" || row[0] != last && row[row.len() / 2] != last, "{layer} has a ramp");
    }
    home.run_ok(&["legend", "frequency", "-o", "light.svg", "--palette", "plum"]);
    let svg = fs::read_to_string(home.path("light.svg")).expect("the legend");
    assert!(svg.contains(">few<") && svg.contains(">many<"), "{svg}");
}

#[test]
fn what_a_legend_lacks_is_named() {
    let home = home_with_map();
    for (args, message) in [
        (&["year", "-o", "l.png"][..], "the classes of year depend on the activities; name a map with --map"),
        (&["year", "-o", "l.png", "--map", "tiles"], "frequency in ember, hour in wheel, recency in verdant"),
        (&["hour", "-o", "l.png", "--map", "tiles", "--zoom", "12"], "it has no legend for zoom 12"),
        (&["hour", "-o", "l.png", "--map", "in"], "in as a tileset"),
        (&["hour", "-o", "l.gif"], "ends in .png or .svg"),
        (&["speed", "-o", "l.png"], "there is no layer 'speed'"),
        (&["hour", "-o", "l.png", "--zoom", "8"], "--map"),
        (&["hour", "-o", "l.png", "--palette", "ember"], "ember does not suit hour"),
    ] {
        let run = home.run(&[&["legend"], args].concat());
        assert!(run.status > 0 && run.stderr.contains(message), "{args:?}: {}", run.stderr);
        assert!(!home.path("l.png").exists(), "{args:?}");
    }
}

#[test]
fn layers_are_described_for_programs() {
    let document: Value = serde_json::from_str(&Home::new().run_ok(&["layers", "--json"])).expect("JSON");
    let layer = |name: &str| {
        let layers = document["layers"].as_array().expect("layers").iter();
        layers.into_iter().find(|layer| layer["name"] == name).expect(name).clone()
    };
    assert_eq!(layer("frequency")["palettes"]["light"], "plum");
    assert_eq!(layer("season")["classes"][0], "Winter");
    assert_eq!(layer("recency")["levels"]["steps"], 36);
    assert_eq!(layer("fresh-12m")["months"], 12);
    assert_eq!(layer("top")["curve"], "top");
}
