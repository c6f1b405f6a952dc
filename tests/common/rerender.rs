//! Incremental rendering on any device: the output equals that of a full render byte for byte, and only dirty tiles are
//! drawn.

use serde_json::Value;

use crate::program::{Home, backdate, differences, gpx};

/// Reproducible random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Writes rides from one start, trips elsewhere, one across the antimeridian, and one without movement. Returns their
/// files.
pub fn rides(home: &Home) -> Vec<String> {
    let mut random = Random(7);
    let starts = [(47.0, 8.0), (47.0, 8.0), (47.0, 8.01), (47.02, 8.0), (-33.9, 18.4), (-17.0, 179.99), (64.1, -21.9)];
    let ride = |(number, start): (usize, &(f64, f64))| {
        let mut position = *start;
        let steps = if number == 6 { 1 } else { 60 };
        let positions = (0..steps).map(|_| {
            position.0 += (random.below(200) as f64 - 90.0) / 1e5;
            position.1 += (random.below(200) as f64 - 80.0) / 1e5;
            (position.0, if position.1 > 180.0 { position.1 - 360.0 } else { position.1 })
        });
        let name = format!("in/{number}.gpx");
        home.write(&name, timed(&gpx(&name, positions.collect::<Vec<_>>()), number));
        backdate(home, &name);
        name
    };
    starts.iter().cycle().take(14).enumerate().map(ride).collect()
}

/// The track with a point a minute on a day of a month. All rides are in one month, so that no ride changes the range of
/// the dates. Heights and heart rates are alike in all.
fn timed(gpx: &str, day: usize) -> String {
    let mut minutes = 0..;
    let line = |line: &str| match line.strip_suffix("/>") {
        Some(point) => {
            let number = minutes.next().unwrap_or(0);
            let minute = number;
            let (hour, minute, day) = (5 + day % 9 + minute / 60, minute % 60, day + 1);
            let (elevation, beats) = (300, 100 + 7 * number % 60);
            let heart = format!("<extensions><hr>{beats}</hr></extensions>");
            let time = format!("<time>2023-05-{day:02}T{hour:02}:{minute:02}:00Z</time>");
            format!("{point}><ele>{elevation}</ele>{time}{heart}</trkpt>\n")
        }
        None => format!("{line}\n"),
    };
    gpx.lines().map(line).collect()
}

/// Options of a render.
#[derive(Clone, Copy)]
pub struct Case {
    pub layer: &'static str,
    pub palettes: &'static str,
    pub out: &'static str,
    pub extra_args: &'static [&'static str],
    pub device: &'static str,
}

impl Case {
    pub fn render(&self, home: &Home, folder: &str, inputs: &[&str], extra_args: &[&str]) -> Value {
        let out = format!("{folder}/{}", self.out);
        let args = [
            "render",
            "-o",
            &out,
            "--layer",
            self.layer,
            "--palette",
            self.palettes,
            "--json",
            "--device",
            self.device,
        ];
        let text = home.run_ok(&[&args, inputs, self.extra_args, extra_args].concat());
        serde_json::from_str(&text).expect("JSON")
    }

    /// Renders incrementally and in full, and compares the bytes. Returns the numbers of drawn and reused tiles.
    pub fn check(&self, home: &Home, inputs: &[&str]) -> (u64, u64) {
        let (rerendered, full) =
            (self.render(home, "again", inputs, &[]), self.render(home, "scratch", inputs, &["--no-library"]));
        let difference = differences(&home.files("again"), &home.files("scratch"));
        assert_eq!(difference, [""; 0], "{} {} {inputs:?}", self.layer, self.palettes);
        let count = |json: &Value, key: &str| json[key].as_u64().expect("a number");
        assert_eq!(count(&full, "reused"), 0);
        let (drawn, reused) = (count(&rerendered, "drawn"), count(&rerendered, "reused"));
        assert_eq!(drawn + reused, count(&rerendered, "tiles"));
        assert_eq!(drawn + reused, count(&full, "drawn"));
        (drawn, reused)
    }
}

pub const CASES: [Case; 6] = [
    Case { layer: "frequency", palettes: "ember", out: "heat.pmtiles", extra_args: &["--zoom", "0-13"], device: "cpu" },
    Case {
        layer: "frequency",
        palettes: "ice,ember",
        out: "tiles",
        extra_args: &["--zoom", "3-11", "--no-overview"],
        device: "cpu",
    },
    Case { layer: "passes", palettes: "plum,ice", out: "heat.pmtiles", extra_args: &["--zoom", "0-12"], device: "cpu" },
    Case {
        layer: "passes",
        palettes: "ember",
        out: "tiles",
        extra_args: &["--zoom", "8-12", "--tile-size", "512"],
        device: "cpu",
    },
    Case { layer: "all", palettes: "ember", out: "tiles", extra_args: &["--zoom", "0-10"], device: "cpu" },
    Case {
        layer: "recency,sport,passes,top",
        palettes: "ice,ember",
        out: "heat.pmtiles",
        extra_args: &["--zoom", "0-11"],
        device: "cpu",
    },
];

/// Adds and removes random rides over several renders.
pub fn rerendered_bytes_equal_a_full_render(cases: &[Case]) {
    for case in cases {
        let home = Home::new();
        let rides = rides(&home);
        let (mut random, mut chosen, mut total_reused) = (Random(11), 0b11_1111_1111u64, 0);
        for _ in 0..8 {
            let inputs: Vec<&str> =
                rides.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, ride)| ride.as_str()).collect();
            total_reused += case.check(&home, &inputs).1;
            for _ in 0..1 + random.below(3) {
                chosen ^= 1 << random.below(rides.len() as u64);
            }
            // At least one ride is left.
            chosen |= 1;
        }
        assert!(total_reused > 0, "{} {}: no tile was reused", case.layer, case.palettes);
    }
}

/// Adds one ride, then removes it.
pub fn only_dirty_tiles_are_drawn(cases: &[Case]) {
    for case in cases {
        let home = Home::new();
        let rides = rides(&home);
        let all: Vec<&str> = rides.iter().map(String::as_str).collect();
        let (drawn, reused) = case.check(&home, &all[1..]);
        assert!(drawn > 10 && reused == 0, "{drawn} drawn and {reused} reused");
        let (drawn, reused) = case.check(&home, &all);
        assert!(drawn > 0 && reused > drawn, "{drawn} drawn and {reused} reused after an addition");
        let (drawn, reused) = case.check(&home, &all[1..]);
        assert!(drawn > 0 && reused > drawn, "{drawn} drawn and {reused} reused after a removal");
        assert_eq!(case.check(&home, &all[1..]).0, 0, "nothing changed");
    }
}
