//! Exports of the WebAssembly module: numbers, and addresses in its memory.

use std::sync::{Mutex, MutexGuard};

use trailglow::engine::raster::Levels;

use super::{draw, png};

static DEGREES: Mutex<Vec<f64>> = Mutex::new(Vec::new());
static LEVELS: Mutex<Option<Levels>> = Mutex::new(None);
static PNG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("WebAssembly has one thread")
}

/// Returns the address for `count` points, each as longitude and latitude in degrees.
#[unsafe(no_mangle)]
extern "C" fn points(count: usize) -> *mut f64 {
    let mut degrees = lock(&DEGREES);
    degrees.clear();
    degrees.resize(2 * count, 0.0);
    degrees.as_mut_ptr()
}

/// Draws the line through the points and returns the address of the levels.
#[unsafe(no_mangle)]
extern "C" fn levels(layer: usize) -> *const u8 {
    let levels = draw(&lock(&DEGREES), layer);
    lock(&LEVELS).insert(levels).pixels.as_ptr()
}

/// Encodes the tile drawn last as PNG and returns its size in bytes.
#[unsafe(no_mangle)]
extern "C" fn png_size(layer: usize) -> usize {
    let png = png(lock(&LEVELS).as_ref().expect("call levels before png_size"), layer);
    let mut stored = lock(&PNG);
    *stored = png;
    stored.len()
}

/// Returns the address of the PNG.
#[unsafe(no_mangle)]
extern "C" fn png_bytes() -> *const u8 {
    lock(&PNG).as_ptr()
}
