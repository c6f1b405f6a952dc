//! Prints the levels of a natively drawn tile: `trailglow-wasm LAYER LON LAT LON LAT …`.

use std::io::Write;

fn main() {
    let layer = std::env::args().nth(1).and_then(|layer| layer.parse().ok()).expect("LAYER must be a number");
    let degrees: Vec<f64> =
        std::env::args().skip(2).map(|degree| degree.parse().expect("LON and LAT must be numbers")).collect();
    let levels = trailglow_wasm::draw(&degrees, layer);
    std::io::stdout().write_all(&levels.pixels).expect("stdout is writable");
}
