// Draws a tile in WebAssembly and compares it with what is known of it, and, level by level, with what the same code draws
// on this machine: node run.mjs MODULE PROGRAM
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const SIZE = 256;
const TILE = { z: 13, x: 4289, y: 2868 };
// Pixels of the tile. The line turns at each of them, so none is simplified away.
const PIXELS = [[40, 50], [128, 190], [215, 70]];
// Of each layer, the least level under those pixels: one visit, and the half of a pass that is left where a line ends.
const LEAST = [16, 8];

const [modulePath, program] = process.argv.slice(2);
if (!program) fail("usage: node run.mjs MODULE PROGRAM");

// The middle of a pixel in degrees, by the textbook's formula, not by the engine's.
const degrees = PIXELS.flatMap(([column, row]) => {
    const across = 2 ** TILE.z;
    const east = (TILE.x + (column + 0.5) / SIZE) / across;
    const south = (TILE.y + (row + 0.5) / SIZE) / across;
    return [east * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * south))) * 180) / Math.PI];
});

const module = new WebAssembly.Module(readFileSync(modulePath));
const asked = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
if (asked.length > 0) fail(`the module asks its host for ${asked.join(", ")}`);
const engine = new WebAssembly.Instance(module).exports;

for (let layer = 0; layer < LEAST.length; layer++) {
    const native = execFileSync(program, [layer, ...degrees].map(String));
    const levels = draw(layer);
    const found = faults(levels, native, LEAST[layer]);
    if (found.length > 0) fail(`layer ${layer}: ${found.join("; ")}`);
    if (!indices(picture(layer)).equals(levels)) fail(`layer ${layer}: the picture has other levels`);
    mustBeFound(levels, native, LEAST[layer]);
    const lit = levels.filter((level) => level > 0).length;
    console.log(`layer ${layer}: ${lit} lit pixels, up to level ${Math.max(...levels)}, all as on this machine`);
}

function draw(layer) {
    const at = engine.points(degrees.length / 2);
    new Float64Array(engine.memory.buffer, at, degrees.length).set(degrees);
    // The memory may have grown, and then its buffer is another one.
    const levels = engine.levels(layer);
    return Buffer.from(new Uint8Array(engine.memory.buffer, levels, SIZE * SIZE));
}

function picture(layer) {
    const size = engine.png_size(layer);
    return Buffer.from(new Uint8Array(engine.memory.buffer, engine.png_bytes(), size));
}

/** What is wrong with a tile: sentences, or none. */
function faults(levels, native, least) {
    const found = [];
    if (levels.length !== SIZE * SIZE || native.length !== levels.length) found.push("it is no tile");
    if (levels.every((level) => level === 0)) found.push("nothing is lit");
    for (const [column, row] of PIXELS) {
        const level = levels[row * SIZE + column];
        if (!(level >= least)) found.push(`the line passes pixel ${column}, ${row}, where the level is ${level}`);
    }
    if (levels.at(-1) !== 0) found.push(`far from the line the level is ${levels.at(-1)}`);
    const apart = levels.reduce((count, level, at) => count + (level !== native[at]), 0);
    if (apart > 0) found.push(`${apart} pixels differ from this machine's`);
    return found;
}

/** Damages the tile in every way that is looked for: a check that finds nothing would be worth nothing. */
function mustBeFound(levels, native, least) {
    const changed = (at, level) => Buffer.from(levels).fill(level, at, at + 1);
    const under = PIXELS[0][1] * SIZE + PIXELS[0][0];
    const damaged = [
        ["one level higher", "1 pixels differ", changed(under, levels[under] + 1), native],
        ["native level higher", "1 pixels differ", levels, Buffer.from(native).fill(1, 0, 1)],
        ["empty", "nothing is lit", Buffer.alloc(levels.length), native],
        ["faint", `where the level is ${least - 1}`, changed(under, least - 1), native],
        ["lit in the corner", "far from the line", changed(levels.length - 1, 1), native],
        ["cut", "no tile", levels.subarray(1), native],
    ];
    for (const [name, sentence, ...tiles] of damaged) {
        if (!faults(...tiles, least).some((fault) => fault.includes(sentence))) fail(`a tile that is ${name} passes`);
    }
}

/** The palette indices of a PNG whose rows have no filter. */
function indices(png) {
    let at = png.readUInt32BE(8) === 13 ? 8 : fail("this is no PNG");
    while (png.toString("latin1", at + 4, at + 8) !== "IDAT") at += png.readUInt32BE(at) + 12;
    const rows = inflateSync(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    return Buffer.concat(Array.from({ length: SIZE }, (_, row) => rows.subarray(row * (SIZE + 1) + 1, (row + 1) * (SIZE + 1))));
}

function fail(sentence) {
    console.error(`wasm: ${sentence}`);
    process.exit(1);
}
