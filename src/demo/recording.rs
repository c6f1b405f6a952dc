//! From a line on the map to what a device records on the way: time, noise, pauses, gaps and strays.

use super::land::Land;
use super::plane::{Vec2, length, resample, smooth};
use super::random::Random;

/// How someone moves.
#[derive(Clone, Copy, Debug)]
pub struct Gait {
    /// Usual speed in the plain, in m/s.
    pub speed: f64,
    /// How much of the speed a climb of 10 % takes away.
    pub climbing: f64,
    /// How fast a corner with a radius of 10 m can be taken, in m/s.
    pub cornering: f64,
    /// Usual heart rate in beats per minute.
    pub heart_rate: f64,
    /// Pauses per kilometre.
    pub pauses: f64,
}

/// One recorded point. What a device without the sensor does not know is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Milliseconds since 1970.
    pub time_ms: i64,
    /// Latitude and longitude in degrees; `None` indoors.
    pub position: Option<[f64; 2]>,
    /// Metres above the sea.
    pub elevation_m: f64,
    /// Metres since the start.
    pub distance_m: f64,
    /// Metres per second.
    pub speed_mps: f64,
    /// Beats per minute.
    pub heart_rate_bpm: Option<u8>,
}

/// The stretches between pauses in which the device stopped recording.
pub fn parts(samples: &[Sample]) -> impl Iterator<Item = &[Sample]> {
    samples.chunk_by(|a, b| b.time_ms - a.time_ms < 12_000 || b.distance_m - a.distance_m > 60.0)
}

/// Spacing of the smoothed line on which someone moves, in metres.
const STRIDE: f64 = 4.0;

/// Moves along `line` from `start_ms` on and records it.
pub fn record(land: &Land, line: &[Vec2], gait: &Gait, start_ms: i64, random: &mut Random) -> Vec<Sample> {
    let mut track = resample(line, STRIDE);
    smooth(&mut track, if gait.speed > 4.0 { 9 } else { 5 });
    let far = length(&track);
    let form = (0.09 * random.normal()).exp();
    let limits = corner_limits(&track, gait);
    let keep_right = random.between(0.5, 2.2);
    let mut device = Device::new(random, far);
    let mut samples = Vec::new();
    let mut walked = 0.0;
    let mut speed = 0.5;
    let mut mood = 0.0;
    let mut heart = gait.heart_rate * 0.65;
    let mut time_s = 0.0;
    let mut next_s = 0.0;
    let mut pause_at = next_pause(0.0, gait, random);
    let mut grade = 0.0;
    let mut height = land.height(track[0]);
    let mut graded_at = 0.0;
    while walked < far {
        let index = ((walked / STRIDE) as usize).min(track.len() - 2);
        let along = track[index + 1] - track[index];
        let at = track[index].toward(track[index + 1], (walked / STRIDE - index as f64).min(1.0));
        if walked - graded_at > 20.0 {
            let now = land.height(at);
            grade = 0.6 * grade + 0.4 * (now - height) / (walked - graded_at);
            (height, graded_at) = (now, walked);
        }
        if walked >= pause_at {
            let moment = Moment { at, height, walked, speed: 0.0, heart, time_ms: start_ms + time_s as i64 * 1000 };
            time_s += device.pause(&mut samples, moment, land, random);
            next_s = time_s;
            speed = 0.4;
            pause_at = next_pause(walked, gait, random);
        }
        mood = 0.97 * mood + 0.02 * random.normal();
        let climb = (-10.0 * grade * gait.climbing).exp().clamp(0.25, 1.55);
        let wanted = (gait.speed * form * climb * (1.0 + mood)).min(limits[index]);
        speed += (wanted - speed).clamp(-1.2, 0.5 + 0.03 * gait.speed);
        speed = speed.max(0.4);
        let effort = gait.heart_rate * (1.0 + 0.9 * grade.clamp(-0.12, 0.14) + 0.25 * mood);
        heart += (effort - heart) * 0.02 + 0.15 * random.normal();
        device.drift(random);
        if time_s >= next_s && !device.in_gap(walked) {
            let side = -along.unit().left() * keep_right;
            let time_ms = start_ms + time_s as i64 * 1000;
            samples.push(device.sample(Moment { at: at + side, height, walked, speed, heart, time_ms }, land, random));
            next_s = time_s + device.interval(random);
        }
        time_s += 1.0;
        walked += speed;
    }
    device.stray(&mut samples, random);
    samples
}

/// An hour or so on a trainer: time, heart rate and speed, but no position.
pub fn record_indoors(gait: &Gait, seconds: usize, start_ms: i64, random: &mut Random) -> Vec<Sample> {
    let mut heart = gait.heart_rate * 0.7;
    let mut distance_m = 0.0;
    let sample = |second: usize| {
        let hard = if second / 240 % 2 == 1 { 1.1 } else { 0.92 };
        heart += (gait.heart_rate * hard - heart) * 0.02 + 0.2 * random.normal();
        let speed_mps = gait.speed * hard + 0.2 * random.normal();
        distance_m += speed_mps;
        Sample {
            time_ms: start_ms + second as i64 * 1000,
            position: None,
            elevation_m: 0.0,
            distance_m,
            speed_mps,
            heart_rate_bpm: Some(heart.clamp(50.0, 210.0) as u8),
        }
    };
    (0..seconds).map(sample).collect()
}

/// How fast the corners allow to go, with some braking before them.
fn corner_limits(track: &[Vec2], gait: &Gait) -> Vec<f64> {
    let mut limits = vec![f64::MAX; track.len()];
    for i in 2..track.len().saturating_sub(2) {
        let (before, after) = (track[i] - track[i - 2], track[i + 2] - track[i]);
        let turn = before.cross(after).atan2(before.dot(after)).abs();
        let radius = 2.0 * STRIDE / turn.max(1e-4);
        limits[i] = gait.cornering * (radius / 10.0).sqrt();
    }
    for i in (0..track.len().saturating_sub(1)).rev() {
        limits[i] = limits[i].min(limits[i + 1] + 0.7);
    }
    limits
}

fn next_pause(walked: f64, gait: &Gait, random: &mut Random) -> f64 {
    walked - 1000.0 / gait.pauses * (1.0 - random.unit()).ln() + 150.0
}

/// The truth at one time.
#[derive(Clone, Copy)]
struct Moment {
    at: Vec2,
    height: f64,
    walked: f64,
    speed: f64,
    heart: f64,
    time_ms: i64,
}

/// What a device does to the truth.
struct Device {
    /// Slowly wandering error of the position, in metres.
    bias: Vec2,
    /// Its size, in metres.
    scatter: f64,
    /// Seconds between points; `None` for "smart recording" every 2 to 5 s.
    every_s: Option<f64>,
    /// Whether it stops recording when nothing moves.
    auto_pause: bool,
    heart_strap: bool,
    /// Metres from and to which there is no reception.
    tunnel: (f64, f64),
    height_offset: f64,
}

impl Device {
    fn new(random: &mut Random, far: f64) -> Self {
        let scatter = random.between(1.3, 2.6);
        let tunnel = if random.chance(0.07) { far * random.between(0.2, 0.8) } else { f64::MAX };
        Self {
            bias: Vec2::new(random.normal(), random.normal()) * scatter,
            scatter,
            every_s: random.chance(0.45).then_some(1.0),
            auto_pause: random.chance(0.6),
            heart_strap: random.chance(0.75),
            tunnel: (tunnel, tunnel + random.between(150.0, 900.0)),
            height_offset: 4.0 * random.normal(),
        }
    }

    fn drift(&mut self, random: &mut Random) {
        const KEEP: f64 = 0.985;
        let push = self.scatter * (1.0 - KEEP * KEEP).sqrt();
        self.bias = self.bias * KEEP + Vec2::new(random.normal(), random.normal()) * push;
    }

    fn interval(&self, random: &mut Random) -> f64 {
        self.every_s.unwrap_or_else(|| random.between(2.0, 5.99).floor())
    }

    fn in_gap(&self, walked: f64) -> bool {
        walked > self.tunnel.0 && walked < self.tunnel.1
    }

    fn sample(&self, moment: Moment, land: &Land, random: &mut Random) -> Sample {
        let seen = moment.at + self.bias + Vec2::new(random.normal(), random.normal()) * 0.3;
        let height = moment.height + self.height_offset + 0.2 * random.normal();
        Sample {
            time_ms: moment.time_ms,
            position: Some(land.to_degrees(seen)),
            elevation_m: (height * 5.0).round() / 5.0,
            distance_m: moment.walked,
            speed_mps: moment.speed,
            heart_rate_bpm: self.heart_strap.then_some(moment.heart.clamp(50.0, 205.0) as u8),
        }
    }

    /// A red light, now and then a café; returns how many seconds it took.
    fn pause(&mut self, samples: &mut Vec<Sample>, since: Moment, land: &Land, random: &mut Random) -> f64 {
        let cafe = random.chance(0.06);
        let seconds = if cafe { random.between(400.0, 1500.0) } else { random.between(5.0, 55.0) }.floor();
        let mut passed = 0.0;
        while passed < seconds {
            self.drift(random);
            if !self.auto_pause {
                let time_ms = since.time_ms + passed as i64 * 1000;
                samples.push(self.sample(Moment { time_ms, ..since }, land, random));
            }
            passed += self.interval(random).max(if cafe { 4.0 } else { 1.0 });
        }
        passed
    }

    /// In one recording of thirty, a point or two is kilometres away.
    fn stray(&self, samples: &mut [Sample], random: &mut Random) {
        if samples.len() < 50 || !random.chance(0.033) {
            return;
        }
        let first = random.below(samples.len() - 10) + 4;
        let off = Vec2::polar(random.between(0.03, 0.3), random.between(0.0, std::f64::consts::TAU));
        for sample in &mut samples[first..first + 1 + usize::from(random.chance(0.4))] {
            sample.position = sample.position.map(|[lat, lon]| [lat + off.y, lon + off.x]);
        }
    }
}
