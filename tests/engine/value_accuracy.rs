//! Accuracy of layers of classes and steps against slow formulas in f64, which share no code with the engine.
//!
//! Where a pixel is within 1/8 pixel of a threshold (the leading class, half of the profile), it may show either side.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use trailglow::engine::layer::{LAYERS, Layer};

use crate::drawing::{draw_layer, grid};
use crate::reference::{self, heat_of_zoom};
use crate::scenes::{Scene, jittered, numbered};

/// Distance in pixels within which a pixel may show either side of a threshold.
const TOLERANCE: f64 = 0.125;

/// The activities at a pixel: value of the layer, and heat at its distance, a little nearer, and a little farther.
struct Visit {
    value: u8,
    heat: f64,
    most: f64,
    least: f64,
}

/// Checks the level of a pixel; an error names the part that is wrong. `Ok(true)` if the pixel is at a threshold.
type Check = fn(&[Visit], u8) -> Result<bool, String>;

fn check_classes(visits: &[Visit], level: u8) -> Result<bool, String> {
    let sum = |class: Option<u8>, heat: fn(&Visit) -> f64| -> f64 {
        visits.iter().filter(|visit| class.is_none_or(|class| visit.value == class)).map(heat).sum()
    };
    let all = sum(None, |visit| visit.heat);
    let expected = if all <= 1.0 { 4.0 * all } else { (4.0 + 0.75 * all.log2()).min(10.0) };
    let (class, clarity, found) = match level {
        0 => (None, 0, 0),
        level => (Some((level - 1) / 30), (level - 1) / 10 % 3, (level - 1) % 10 + 1),
    };
    // The lines of the engine are simplified: by up to 1/8 pixel.
    if (f64::from(found) - expected).abs() > 1.5 {
        return Err(format!("{found} levels of visits instead of {expected:.2}"));
    }
    let Some(class) = class else { return Ok(false) };
    let others = (0..8).filter(|other| *other != class);
    let most_of_others = others.map(|other| sum(Some(other), |visit| visit.least)).fold(0.0, f64::max);
    if sum(Some(class), |visit| visit.most) < most_of_others {
        return Err(format!("class {class} does not lead"));
    }
    let lead = sum(Some(class), |visit| visit.heat);
    let expected = (2.0 * (2.0 * lead - all) / all).max(0.0);
    if (f64::from(clarity) - expected).abs() > 1.2 {
        return Err(format!("clarity {clarity} instead of {expected:.2}"));
    }
    let others = (0..8).filter(|other| *other != class);
    Ok(others.map(|other| sum(Some(other), |visit| visit.most)).fold(0.0, f64::max)
        >= sum(Some(class), |visit| visit.least))
}

fn check_newest(visits: &[Visit], level: u8) -> Result<bool, String> {
    check_steps(visits, level, |a, b| a > b)
}

fn check_oldest(visits: &[Visit], level: u8) -> Result<bool, String> {
    check_steps(visits, level, |a, b| a < b)
}

fn check_steps(visits: &[Visit], level: u8, is_preferred: fn(u8, u8) -> bool) -> Result<bool, String> {
    let presence = visits.iter().map(|visit| visit.heat).fold(0.0, f64::max);
    let found = if level == 0 { 0 } else { (level - 1) % 7 + 1 };
    if (f64::from(found) - 7.0 * presence).abs() > 1.3 {
        return Err(format!("presence {found} instead of {:.2}", 7.0 * presence));
    }
    if level == 0 {
        return Ok(false);
    }
    let step = (level - 1) / 7;
    let may_be_firm = |visit: &&Visit| visit.most >= 0.5;
    let must_be_firm = |visit: &&Visit| visit.least >= 0.5;
    if visits.iter().filter(must_be_firm).any(|visit| is_preferred(visit.value, step)) {
        return Err(format!("step {step} although a preferred one is nearer than half of the profile"));
    }
    let is_firm = visits.iter().filter(may_be_firm).any(|visit| visit.value == step);
    let most = visits.iter().map(|visit| visit.least).fold(0.0, f64::max);
    let is_nearest = visits.iter().any(|visit| visit.value == step && visit.most >= most);
    let any_must = visits.iter().any(|visit| visit.least >= 0.5);
    if !is_firm && (any_must || !is_nearest) {
        return Err(format!("step {step} of no activity there"));
    }
    Ok(visits.iter().any(|visit| visit.least < 0.5 && visit.most >= 0.5))
}

fn layer(name: &str) -> &'static Layer {
    LAYERS.iter().find(|layer| layer.name == name).expect(name)
}

const CHECKS: [(&str, Check); 4] =
    [("sport", check_classes), ("season", check_classes), ("recency", check_newest), ("first", check_oldest)];

/// Wrong pixels, lit pixels and pixels at a threshold of the first two tiles of a scene.
fn compare(drawn: &Scene, expected: &Scene, zoom: u8, name: &str, check: Check) -> (Vec<String>, usize, usize) {
    let picture = draw_layer(drawn, grid(zoom), layer(name));
    let values = numbered(expected.activities.len(), layer(name)).values.expect("values");
    let (mut wrong, mut lit, mut at_threshold) = (Vec::new(), 0, 0);
    for (x, y) in reference::tiles(expected, zoom) {
        let levels = picture.get(&(x, y)).cloned().unwrap_or_else(|| vec![0; 65536]);
        for (level, distances) in levels.into_iter().zip(reference::distances(expected, zoom, x, y)) {
            let visit = |(value, distance): (&u8, &f64)| Visit {
                value: *value,
                heat: heat_of_zoom(zoom, *distance),
                most: heat_of_zoom(zoom, distance - TOLERANCE),
                least: heat_of_zoom(zoom, distance + TOLERANCE),
            };
            let visits: Vec<Visit> = values.iter().zip(&distances).map(visit).collect();
            lit += usize::from(level > 0);
            match check(&visits, level) {
                Ok(is_at_threshold) => at_threshold += usize::from(is_at_threshold),
                Err(error) => wrong.push(format!("{name}, zoom {zoom}, level {level}: {error}")),
            }
        }
    }
    (wrong, lit, at_threshold)
}

/// Twelve activities around one corner.
fn scene(zoom: u8, runner: &mut TestRunner) -> Scene {
    let scenes = proptest::collection::vec(jittered(zoom), 8).new_tree(runner).expect("scenes").current();
    // All at the corner of the first.
    let corner = scenes[0].activities[0][0][0];
    let moved = |scene: Scene| {
        let origin = scene.activities[0][0][0];
        let shift = [corner[0].wrapping_sub(origin[0]), corner[1].wrapping_sub(origin[1])];
        scene
            .map_lines(|line| line.iter().map(|p| [p[0].wrapping_add(shift[0]), p[1].wrapping_add(shift[1])]).collect())
    };
    Scene { activities: scenes.into_iter().flat_map(|scene| moved(scene).activities).collect() }
}

#[test]
fn classes_and_steps_match_the_reference() {
    for (name, check) in CHECKS {
        for zoom in [6, 12, 14, 16, 18] {
            let mut runner = TestRunner::deterministic();
            let (mut wrong, mut lit, mut at_threshold) = (Vec::new(), 0, 0);
            for _ in 0..2 {
                let scene = scene(zoom, &mut runner);
                let (more_wrong, more_lit, more) = compare(&scene, &scene, zoom, name, check);
                wrong.extend(more_wrong);
                lit += more_lit;
                at_threshold += more;
            }
            assert!(lit > 500, "{name}, zoom {zoom}: only {lit} lit pixels");
            // As for visits: one pixel in 200 may be off by more, because the engine rounds and simplifies lines.
            assert!(wrong.len() * 200 <= lit, "{} of {lit} pixels: {:?}", wrong.len(), wrong.first());
            assert!(at_threshold < lit / 2, "{name}, zoom {zoom}: {at_threshold} of {lit} pixels prove nothing");
        }
    }
}

#[test]
fn a_moved_and_a_missing_activity_differ_from_the_reference() {
    let line = |x: u32| vec![vec![[x << 10, 1 << 10], [x << 10, 1 << 17]]];
    let scene = |columns: &[u32]| Scene { activities: columns.iter().map(|column| line(*column)).collect() };
    let all = scene(&[100, 100, 103, 130]);
    for (name, check) in CHECKS {
        let wrong = |drawn: &Scene| compare(drawn, &all, 14, name, check).0.len();
        assert_eq!(wrong(&all), 0, "{name}");
        assert!(wrong(&scene(&[100, 102, 103, 130])) > 20, "{name}");
        assert!(wrong(&scene(&[100, 100, 103])) > 20, "{name}");
        // The values of two activities exchanged.
        assert!(wrong(&scene(&[103, 100, 100, 130])) > 20, "{name}");
    }
}
