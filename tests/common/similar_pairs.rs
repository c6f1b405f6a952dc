//! Pairs of different recordings that resemble one recording, made from any outing.

use trailglow::activity::Point;
use trailglow::duplicates::{Verdict, judge};

use crate::distortions::{Random, later, moved, rounded, scattered, trace, untimed};

/// Makes two recordings from a line.
pub type PairMaker = fn(&[Point], &mut Random) -> (Vec<Point>, Vec<Point>);

/// Description, most certain acceptable verdict, and generator of each pair.
pub const SIMILAR_PAIRS: &[(&str, Verdict, PairMaker)] = &[
    ("two people side by side, 1 m of noise", Verdict::Unsure, |line, random| side_by_side(line, 1.0, random)),
    ("two people side by side, 3 m of noise", Verdict::Unsure, |line, random| side_by_side(line, 3.0, random)),
    ("two people side by side, 5 m of noise", Verdict::Unsure, |line, random| side_by_side(line, 5.0, random)),
    ("side by side, with services that round to five decimals", Verdict::Unsure, |line, random| {
        let (a, b) = side_by_side(line, 1.0, random);
        (rounded(&a, 5), rounded(&b, 5))
    }),
    ("one behind the other on the same line", Verdict::Unsure, |line, _| (line.to_vec(), later(line, 5.0))),
    ("side by side for one half of the way, with one device off afterwards", Verdict::Unsure, |line, random| {
        let (a, b) = side_by_side(line, 3.0, random);
        (a, b[..b.len() / 2].to_vec())
    }),
    ("side by side for one half of the way, then apart", Verdict::Different, |line, random| {
        let (a, b) = side_by_side(line, 3.0, random);
        (a, turning_away(&b, b.len() / 2))
    }),
    ("side by side for the last minute of one", Verdict::Different, |line, random| {
        let (a, b) = side_by_side(line, 3.0, random);
        let end = a[0].time_ms.map(|start| start + 60_000);
        let first_minute = a.iter().filter(|point| point.time_ms <= end).count();
        (a[..first_minute].to_vec(), b)
    }),
    ("the next day", Verdict::Different, |line, random| repeated(line, 86_400.0, random)),
    ("an hour later", Verdict::Different, |line, random| repeated(line, 3600.0, random)),
    ("the next lap", Verdict::Different, |line, random| {
        let end = line[line.len() - 1].time_ms.zip(line[0].time_ms).map_or(0, |(end, start)| end - start);
        repeated(line, end as f64 / 1000.0, random)
    }),
    ("the next day at other speed", Verdict::Different, |line, random| {
        let (a, b) = repeated(line, 86_400.0, random);
        (a, slower(&b))
    }),
    ("another time, without times", Verdict::Different, |line, random| {
        let (a, b) = repeated(line, 0.0, random);
        (a, untimed(&b))
    }),
    ("in a game, where all are on one line", Verdict::Different, |line, _| {
        (line.to_vec(), later(&slower(line), 7200.0))
    }),
    ("yesterday's file with today's date", Verdict::Unsure, |line, _| (line.to_vec(), later(line, 86_400.0))),
    ("somewhere else at the same time", Verdict::Different, |line, _| {
        (line.to_vec(), line.iter().map(|point| moved(point, 5000.0, 0.0)).collect())
    }),
    ("a hundred metres beside", Verdict::Different, |line, _| {
        (line.to_vec(), line.iter().map(|point| moved(point, 60.0, 80.0)).collect())
    }),
    ("the other half", Verdict::Different, |line, _| {
        let (a, b) = line.split_at(line.len() / 2);
        (a.to_vec(), b.to_vec())
    }),
    ("halves that overlap", Verdict::Unsure, |line, _| {
        (line[..line.len() * 6 / 10].to_vec(), line[line.len() * 4 / 10..].to_vec())
    }),
    ("the way back", Verdict::Different, |line, random| {
        let (a, b) = repeated(line, 0.0, random);
        (a, backwards(&b))
    }),
    ("a planned way and back", Verdict::Different, |line, _| (untimed(line), untimed(&backwards(line)))),
    ("neighbours who begin at one door", Verdict::Different, |line, random| {
        (line.to_vec(), scattered(&turning_away(line, line.len() / 10), 3.0, random))
    }),
    ("two runs on one treadmill", Verdict::Different, |line, _| {
        let (here, until) = (line[0], line.len() - line.len() / 20);
        let still: Vec<Point> = line.iter().map(|point| Point { time_ms: point.time_ms, ..here }).collect();
        (still.clone(), later(&still[..until], 172_800.0))
    }),
    ("neighbours on two treadmills", Verdict::Unsure, |line, _| {
        let still: Vec<Point> = line.iter().map(|point| Point { time_ms: point.time_ms, ..line[0] }).collect();
        let other = still.iter().map(|point| moved(point, 0.03, 0.03)).collect();
        (still, other)
    }),
];

fn side_by_side(line: &[Point], metres: f64, random: &mut Random) -> (Vec<Point>, Vec<Point>) {
    (scattered(line, metres, random), scattered(line, metres, random))
}

/// The line up to a point, and the rest turned by a right angle around that point.
fn turning_away(line: &[Point], at: usize) -> Vec<Point> {
    let (first, rest) = line.split_at(at);
    let end = first[first.len() - 1];
    let aside = |point: &Point| moved(&end, (point.lon - end.lon) * 8e4, (end.lat - point.lat) * 1.1e5);
    let rest = rest.iter().map(|point| Point { time_ms: point.time_ms, ..aside(point) });
    first.iter().copied().chain(rest).collect()
}

/// The same route again at the same pace, later by `seconds`, with GPS noise.
fn repeated(line: &[Point], seconds: f64, random: &mut Random) -> (Vec<Point>, Vec<Point>) {
    (line.to_vec(), later(&scattered(line, 3.0, random), seconds))
}

/// Exactly the same line, a tenth slower, with a point every second.
fn slower(line: &[Point]) -> Vec<Point> {
    let (start, end) = (line[0].time_ms.expect("timed"), line[line.len() - 1].time_ms.expect("timed"));
    let mut next = 0;
    let seconds = (0..(end - start) / 1000).map(|second| start + second * 1000);
    let point = |time: i64| {
        let then = start + (time - start) * 9 / 10;
        while line[next + 1].time_ms < Some(then) {
            next += 1;
        }
        let (from, to) = (&line[next], &line[next + 1]);
        let step = (to.time_ms.expect("timed") - from.time_ms.expect("timed")) as f64;
        let part = (then - from.time_ms.expect("timed")) as f64 / step;
        let between = |from: f64, to: f64| from + part * (to - from);
        Point { time_ms: Some(time), ..Point::at(between(from.lat, to.lat), between(from.lon, to.lon)) }
    };
    seconds.map(point).collect()
}

/// Reverses the positions and keeps the times.
fn backwards(line: &[Point]) -> Vec<Point> {
    line.iter().zip(line.iter().rev()).map(|(time, place)| Point { time_ms: time.time_ms, ..*place }).collect()
}

/// Rank of a verdict by the evidence for one recording.
fn certainty(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Different => 0,
        Verdict::Unsure => 1,
        Verdict::Same => 2,
    }
}

/// Returns the outings whose generated pair is judged above the acceptable verdict.
pub fn misjudged(outings: &[Vec<Point>], max_verdict: Verdict, make_pair: PairMaker, what: &str) -> Vec<String> {
    let mut misjudgements = Vec::new();
    for (number, line) in outings.iter().enumerate() {
        let (a, b) = make_pair(line, &mut Random(number as u64));
        let found = judge(&trace(&a), &trace(&b));
        if certainty(found.verdict) > certainty(max_verdict) {
            misjudgements.push(format!("outing {number} of {} points, {what}: {found:?}", line.len()));
        }
    }
    misjudgements
}
