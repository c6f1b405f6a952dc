//! Selection among 100,000 activities: columns, conditions, facets. Every bench asserts its answer.

use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use trailglow::activity::summary::Summary;
use trailglow::engine::geometry::extent::Extent;
use trailglow::engine::geometry::mercator::canvas_from_degrees;
use trailglow::selection::sentence::parse;
use trailglow::selection::{Columns, FIELDS, Facet, Key, Origin, Selection, Subject};

const ACTIVITIES: usize = 100_000;

struct Recording(Summary, Origin);

impl Subject for Recording {
    fn summary(&self) -> &Summary {
        &self.0
    }

    fn origins(&self) -> Vec<&Origin> {
        vec![&self.1]
    }
}

/// Fields that a page offers as facets.
const FACETS: [&str; 9] = ["year", "month", "weekday", "hour", "sport", "gear", "distance", "duration", "ascent"];

/// Activities of twenty years around Munich, one in 105 minutes.
static RECORDINGS: LazyLock<Vec<Recording>> = LazyLock::new(|| (0..ACTIVITIES).map(recording).collect());

fn recording(index: usize) -> Recording {
    let random =
        |salt: u64| (index as u64 + 1).wrapping_mul(salt).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let share = |salt: u64| random(salt) as f64 / (1u64 << 31) as f64;
    let start = canvas_from_degrees(11.0 + share(3), 47.8 + 0.5 * share(5));
    let start_ms = 1_100_000_000_000 + index as i64 * 6_300_000;
    let summary = Summary {
        sport: ["cycling", "running", "hiking", "gravel_cycling"][random(7) as usize % 4].into(),
        name: Some(format!("Ride {index}")),
        gear: Some(format!("Bike {}", random(11) % 12)),
        commute: None,
        planned: false,
        start_ms: Some(start_ms),
        end_ms: Some(start_ms + (share(13) * 1e7) as i64),
        metres: 120_000.0 * share(17),
        new_m: None,
        ascent_m: Some(1500.0 * share(19)),
        points: 1000,
        completeness: 2,
        start,
        extent: Extent { min: start, max: start },
        fingerprint: index as u128,
    };
    Recording(summary, Origin { paths: vec![format!("/rides/{index}.fit").into()], format: "FIT".into(), device: None })
}

fn keys() -> impl Iterator<Item = Key> {
    FIELDS.iter().map(|field| Key { field, utc: false })
}

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| Columns::new(&RECORDINGS, keys()));

fn selection(sentence: &str) -> Selection {
    Selection { condition: parse(sentence).expect("a condition") }
}

/// Columns of all fields, local times and nights included. Items are activities.
#[divan::bench]
fn columns(bencher: Bencher) {
    let recordings = &*RECORDINGS;
    bencher.counter(ItemsCount::new(ACTIVITIES)).bench(|| {
        let columns = Columns::new(black_box(recordings), keys());
        assert_eq!(columns.len, ACTIVITIES);
        columns
    });
}

/// Conditions, from their columns. Items are activities.
#[divan::bench(args = [
    "sport = ride and distance > 20km and weekday in sat..sun",
    "name like '*99' or gear = 'bike 3' and not night",
    "date in 2010-05..2012-07-15 and start within 10km of 48,11.5",
])]
fn matching(bencher: Bencher, sentence: &str) {
    let (columns, selection) = (&*COLUMNS, selection(sentence));
    bencher.counter(ItemsCount::new(ACTIVITIES)).bench(|| {
        let found = columns.matching(black_box(&selection.condition), None).count_ones(..);
        assert!((100..ACTIVITIES / 2).contains(&found), "{found}");
        found
    });
}

/// Counts of all facets of a selection, from columns and groups in memory. Items are activities.
#[divan::bench]
fn facets(bencher: Bencher) {
    let (columns, selection) =
        (&*COLUMNS, selection("sport = ride and distance > 20km and year in 2010..2020 and hour in 6..18"));
    let facets: Vec<Facet> = FACETS.iter().filter_map(|name| Facet::new(columns, Key::known(name))).collect();
    bencher.counter(ItemsCount::new(ACTIVITIES)).bench(|| {
        let count = |facet: &Facet| -> usize {
            let others = selection.others(columns, facet.key, None);
            facet.groups.iter().map(|group| group.members.intersection_count(&others)).sum()
        };
        let counts: Vec<usize> = black_box(&facets).iter().map(count).collect();
        assert!(counts.len() == FACETS.len() && counts.iter().all(|count| *count > 10_000), "{counts:?}");
        counts
    });
}

fn main() {
    divan::main();
}
