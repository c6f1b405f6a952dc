//! Recordings to compare: real ones, made-up ones, and what happens to them on their way through services.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use trailglow::activity::summary::About;
use trailglow::activity::tidy;
use trailglow::activity::{Activity, Point, Segment};
use trailglow::collection::visible::{Visible, whole};
use trailglow::control::Control;
use trailglow::control::cancel::Cancel;
use trailglow::control::progress::Silent;
use trailglow::demo::{self, Options};
use trailglow::duplicates::Trace;
use trailglow::job;
use trailglow::source::{self, Opened, Plans, Unknown};

/// An activity of a file.
pub struct Recording {
    /// The file, below the folder that was read.
    pub file: String,
    /// What it comes to.
    pub about: About,
    /// After tidying.
    pub segments: Vec<Segment>,
}

impl Recording {
    pub fn trace(&self) -> Trace {
        Trace::new(self.about.start_ms, &self.segments)
    }
}

/// All activities of a folder.
pub fn read(folder: &Path) -> Vec<Recording> {
    let found = job::discover(&[folder.to_owned()], None).expect("the folder is there").found;
    let read = |file: Opened<'_>| source::read_into(file, Plans::Courses, Vec::<Activity>::new());
    let (gathered, _) = source::each(&found, &Unknown, Control { progress: &Silent, cancel: &Cancel::default() }, read)
        .expect("nobody interrupts");
    let readings = gathered.into_iter().filter_map(|file| Some((file.path, file.outcome.ok()?.activities)));
    let tidied = readings.flat_map(|(path, activities)| {
        let file = path.strip_prefix(folder).expect("below the folder").display().to_string();
        let tidied = activities.into_iter().filter_map(|activity| whole(&activity).0);
        tidied.map(move |Visible { about, segments, .. }| Recording { file: file.clone(), about, segments })
    });
    tidied.collect()
}

/// The corpus lies beside the repository or where `TRAILGLOW_CORPUS` says.
pub fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("TRAILGLOW_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: there is no corpus at {}", folder.display());
        return None;
    }
    Some(folder.join("files"))
}

/// Outings of at least ten minutes and 2 km with a point every few seconds, as one line each: of an invented life and,
/// where there is the corpus, real ones.
pub fn outings() -> &'static [Vec<Point>] {
    static OUTINGS: OnceLock<Vec<Vec<Point>>> = OnceLock::new();
    OUTINGS.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        demo::write(folder.path(), &Options { activities: 20, seed: 5 }, &|| Ok(())).expect("space for a demo");
        let mut recordings = read(folder.path());
        recordings.extend(corpus().iter().flat_map(|folder| read(folder)));
        let lines = recordings.into_iter().map(|recording| recording.segments.concat());
        lines.filter(|line| is_outing(line)).collect()
    })
}

fn is_outing(line: &[Point]) -> bool {
    let times: Option<Vec<i64>> = line.iter().map(|point| point.time_ms).collect();
    let Some(times) = times.filter(|times| times.is_sorted_by(|a, b| a < b)) else { return false };
    let seconds = (times[times.len() - 1] - times[0]) / 1000;
    let metres: f64 = line.windows(2).map(|pair| tidy::metres_between(&pair[0], &pair[1])).sum();
    seconds >= 600 && metres >= 2000.0 && line.len() as i64 * 10 > seconds
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 to 1.
    pub fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Of a normal distribution of mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let (radius, turn) = ((-2.0 * (1.0 - self.even()).ln()).sqrt(), std::f64::consts::TAU * self.even());
        radius * turn.cos()
    }
}

/// Moves a point north and east by metres.
pub fn moved(point: &Point, north: f64, east: f64) -> Point {
    let degree = 111_195.0;
    let lon = point.lon + east / degree / point.lat.to_radians().cos().max(0.01);
    Point { lat: point.lat + north / degree, lon, ..*point }
}

/// As another device records the same way: every point somewhere else, by a normal distribution of so many metres along
/// each axis.
pub fn scattered(line: &[Point], metres: f64, dice: &mut Dice) -> Vec<Point> {
    line.iter().map(|point| moved(point, metres * dice.normal(), metres * dice.normal())).collect()
}

/// Later by so many seconds.
pub fn later(line: &[Point], seconds: f64) -> Vec<Point> {
    let ms = (seconds * 1000.0) as i64;
    line.iter().map(|point| Point { time_ms: point.time_ms.map(|time| time + ms), ..*point }).collect()
}

/// With degrees of so many decimals.
pub fn rounded(line: &[Point], decimals: i32) -> Vec<Point> {
    let unit = 10f64.powi(decimals);
    let round = |degrees: f64| (degrees * unit).round() / unit;
    line.iter().map(|point| Point { lat: round(point.lat), lon: round(point.lon), ..*point }).collect()
}

/// Without times.
pub fn untimed(line: &[Point]) -> Vec<Point> {
    line.iter().map(|point| Point { time_ms: None, ..*point }).collect()
}

/// What comparisons see of it.
pub fn trace(line: &[Point]) -> Trace {
    Trace::new(line.first().and_then(|point| point.time_ms), &[line.to_vec()])
}
