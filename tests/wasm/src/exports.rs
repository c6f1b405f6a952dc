//! What the module offers: numbers and addresses in its memory, no more.

use std::sync::{Mutex, MutexGuard};

use trailglow::engine::raster::Levels;

use super::{draw, png};

static DEGREES: Mutex<Vec<f64>> = Mutex::new(Vec::new());
static LEVELS: Mutex<Option<Levels>> = Mutex::new(None);
static PNG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("there is one thread")
}

/// Where so many points are to be written: longitude and latitude of each in turn.
#[unsafe(no_mangle)]
extern "C" fn points(count: usize) -> *mut f64 {
    let mut degrees = lock(&DEGREES);
    degrees.clear();
    degrees.resize(2 * count, 0.0);
    degrees.as_mut_ptr()
}

/// Draws the line through the points; its levels are at this address.
#[unsafe(no_mangle)]
extern "C" fn levels(layer: usize) -> *const u8 {
    let levels = draw(&lock(&DEGREES), layer);
    lock(&LEVELS).insert(levels).pixels.as_ptr()
}

/// Makes a picture of what was drawn last, and says how many bytes it has.
#[unsafe(no_mangle)]
extern "C" fn png_size(layer: usize) -> usize {
    let png = png(lock(&LEVELS).as_ref().expect("levels come first"), layer);
    let mut stored = lock(&PNG);
    *stored = png;
    stored.len()
}

/// The bytes of that picture are at this address.
#[unsafe(no_mangle)]
extern "C" fn png_bytes() -> *const u8 {
    lock(&PNG).as_ptr()
}
