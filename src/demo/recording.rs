//! Simulates a device that records a movement along a line, with noise, pauses, gaps and outliers.
//!
//! The movement advances in steps of one second, at a speed that depends on grade, corners and chance. The device
//! samples this true state at its own interval and adds a slowly drifting position error.

use super::plane::{Vec2, length, resample, smooth};
use super::random::Random;
use super::terrain::Terrain;

/// Way of moving.
#[derive(Clone, Copy, Debug)]
pub struct Gait {
    /// Usual speed on flat ground in m/s.
    pub speed: f64,
    /// Natural logarithm of the slowdown on a climb of 10 %.
    pub climbing: f64,
    /// Speed in m/s through a corner with a radius of 10 m.
    pub cornering: f64,
    /// Usual heart rate in beats per minute.
    pub heart_rate: f64,
    /// Mean number of pauses per kilometre.
    pub pauses: f64,
}

/// One recorded point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Milliseconds since 1970.
    pub time_ms: i64,
    /// Latitude and longitude in degrees; `None` indoors.
    pub position: Option<[f64; 2]>,
    pub elevation_m: f64,
    /// Distance since the start.
    pub distance_m: f64,
    pub speed_mps: f64,
    /// `None` without a sensor.
    pub heart_rate_bpm: Option<u8>,
}

/// Splits samples at pauses in which the device did not record.
pub fn segments(samples: &[Sample]) -> impl Iterator<Item = &[Sample]> {
    samples.chunk_by(|a, b| b.time_ms - a.time_ms < 12_000 || b.distance_m - a.distance_m > 60.0)
}

/// Spacing of the smoothed line in metres.
const STRIDE: f64 = 4.0;

/// Records a movement along `line` from `start_ms` on.
pub fn record(terrain: &Terrain, line: &[Vec2], gait: &Gait, start_ms: i64, random: &mut Random) -> Vec<Sample> {
    let mut track = resample(line, STRIDE);
    smooth(&mut track, if gait.speed > 4.0 { 9 } else { 5 });
    let route_length = length(&track);
    let fitness = (0.09 * random.normal()).exp();
    let limits = corner_limits(&track, gait);
    let lane_offset = random.between(0.5, 2.2);
    let mut device = Device::new(random, route_length);
    let mut samples = Vec::new();
    let mut distance = 0.0;
    let mut speed = 0.5;
    let mut pace_change = 0.0;
    let mut heart_rate = gait.heart_rate * 0.65;
    let mut time_s = 0.0;
    let mut next_s = 0.0;
    let mut pause_at = next_pause(0.0, gait, random);
    let mut grade = 0.0;
    let mut height = terrain.height(track[0]);
    let mut grade_distance = 0.0;
    while distance < route_length {
        let index = ((distance / STRIDE) as usize).min(track.len() - 2);
        let along = track[index + 1] - track[index];
        let position = track[index].lerp(track[index + 1], (distance / STRIDE - index as f64).min(1.0));
        if distance - grade_distance > 20.0 {
            let now = terrain.height(position);
            grade = 0.6 * grade + 0.4 * (now - height) / (distance - grade_distance);
            (height, grade_distance) = (now, distance);
        }
        if distance >= pause_at {
            let state = TrueState {
                position,
                height,
                distance,
                speed: 0.0,
                heart_rate,
                time_ms: start_ms + time_s as i64 * 1000,
            };
            time_s += device.pause(&mut samples, state, terrain, random);
            next_s = time_s;
            speed = 0.4;
            pause_at = next_pause(distance, gait, random);
        }
        pace_change = 0.97 * pace_change + 0.02 * random.normal();
        let climb = (-10.0 * grade * gait.climbing).exp().clamp(0.25, 1.55);
        let target_speed = (gait.speed * fitness * climb * (1.0 + pace_change)).min(limits[index]);
        speed += (target_speed - speed).clamp(-1.2, 0.5 + 0.03 * gait.speed);
        speed = speed.max(0.4);
        let effort = gait.heart_rate * (1.0 + 0.9 * grade.clamp(-0.12, 0.14) + 0.25 * pace_change);
        heart_rate += (effort - heart_rate) * 0.02 + 0.15 * random.normal();
        device.update_bias(random);
        if time_s >= next_s && !device.has_no_signal(distance) {
            let side = -along.unit().left() * lane_offset;
            let time_ms = start_ms + time_s as i64 * 1000;
            samples.push(device.sample(
                TrueState { position: position + side, height, distance, speed, heart_rate, time_ms },
                terrain,
                random,
            ));
            next_s = time_s + device.interval(random);
        }
        time_s += 1.0;
        distance += speed;
    }
    device.add_outliers(&mut samples, random);
    samples
}

/// Records `seconds` on a trainer: time, heart rate and speed without position.
pub fn record_indoors(gait: &Gait, seconds: usize, start_ms: i64, random: &mut Random) -> Vec<Sample> {
    let mut heart_rate = gait.heart_rate * 0.7;
    let mut distance_m = 0.0;
    let sample = |second: usize| {
        let intensity = if second / 240 % 2 == 1 { 1.1 } else { 0.92 };
        heart_rate += (gait.heart_rate * intensity - heart_rate) * 0.02 + 0.2 * random.normal();
        let speed_mps = gait.speed * intensity + 0.2 * random.normal();
        distance_m += speed_mps;
        Sample {
            time_ms: start_ms + second as i64 * 1000,
            position: None,
            elevation_m: 0.0,
            distance_m,
            speed_mps,
            heart_rate_bpm: Some(heart_rate.clamp(50.0, 210.0) as u8),
        }
    };
    (0..seconds).map(sample).collect()
}

/// Speed limits at each point in m/s, with braking before corners.
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

fn next_pause(distance: f64, gait: &Gait, random: &mut Random) -> f64 {
    distance - 1000.0 / gait.pauses * (1.0 - random.uniform()).ln() + 150.0
}

/// State of the movement without measurement errors.
#[derive(Clone, Copy)]
struct TrueState {
    position: Vec2,
    height: f64,
    distance: f64,
    speed: f64,
    heart_rate: f64,
    time_ms: i64,
}

/// Settings and measurement errors of a device.
struct Device {
    /// Slowly drifting position error in metres.
    bias: Vec2,
    /// Standard deviation of `bias` in metres.
    position_error: f64,
    /// Seconds between points; `None` for "smart recording" every 2 to 5 s.
    every_s: Option<f64>,
    /// True if the device stops recording during pauses.
    auto_pause: bool,
    heart_strap: bool,
    /// Distances in metres between which no signal is received.
    tunnel: (f64, f64),
    height_offset: f64,
}

impl Device {
    fn new(random: &mut Random, route_length: f64) -> Self {
        let position_error = random.between(1.3, 2.6);
        let tunnel = if random.random_bool(0.07) { route_length * random.between(0.2, 0.8) } else { f64::MAX };
        Self {
            bias: Vec2::new(random.normal(), random.normal()) * position_error,
            position_error,
            every_s: random.random_bool(0.45).then_some(1.0),
            auto_pause: random.random_bool(0.6),
            heart_strap: random.random_bool(0.75),
            tunnel: (tunnel, tunnel + random.between(150.0, 900.0)),
            height_offset: 4.0 * random.normal(),
        }
    }

    fn update_bias(&mut self, random: &mut Random) {
        const KEEP: f64 = 0.985;
        let push = self.position_error * (1.0 - KEEP * KEEP).sqrt();
        self.bias = self.bias * KEEP + Vec2::new(random.normal(), random.normal()) * push;
    }

    fn interval(&self, random: &mut Random) -> f64 {
        self.every_s.unwrap_or_else(|| random.between(2.0, 5.99).floor())
    }

    fn has_no_signal(&self, distance: f64) -> bool {
        distance > self.tunnel.0 && distance < self.tunnel.1
    }

    fn sample(&self, state: TrueState, terrain: &Terrain, random: &mut Random) -> Sample {
        let measured = state.position + self.bias + Vec2::new(random.normal(), random.normal()) * 0.3;
        let height = state.height + self.height_offset + 0.2 * random.normal();
        Sample {
            time_ms: state.time_ms,
            position: Some(terrain.to_degrees(measured)),
            elevation_m: (height * 5.0).round() / 5.0,
            distance_m: state.distance,
            speed_mps: state.speed,
            heart_rate_bpm: self.heart_strap.then_some(state.heart_rate.clamp(50.0, 205.0) as u8),
        }
    }

    /// Stops at a red light, sometimes at a café; returns the duration in seconds.
    fn pause(&mut self, samples: &mut Vec<Sample>, state: TrueState, terrain: &Terrain, random: &mut Random) -> f64 {
        let cafe = random.random_bool(0.06);
        let seconds = if cafe { random.between(400.0, 1500.0) } else { random.between(5.0, 55.0) }.floor();
        let mut passed = 0.0;
        while passed < seconds {
            self.update_bias(random);
            if !self.auto_pause {
                let time_ms = state.time_ms + passed as i64 * 1000;
                samples.push(self.sample(TrueState { time_ms, ..state }, terrain, random));
            }
            passed += self.interval(random).max(if cafe { 4.0 } else { 1.0 });
        }
        passed
    }

    /// Moves one or two points by kilometres, in one recording of thirty.
    fn add_outliers(&self, samples: &mut [Sample], random: &mut Random) {
        if samples.len() < 50 || !random.random_bool(0.033) {
            return;
        }
        let first = random.below(samples.len() - 10) + 4;
        let offset = Vec2::polar(random.between(0.03, 0.3), random.between(0.0, std::f64::consts::TAU));
        for sample in &mut samples[first..first + 1 + usize::from(random.random_bool(0.4))] {
            sample.position = sample.position.map(|[lat, lon]| [lat + offset.y, lon + offset.x]);
        }
    }
}
