// Draws a tile in WebAssembly and compares it with known levels on the line and with the levels of the native program:
// node run.mjs MODULE PROGRAM
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const SIZE = 256;
const TILE = { z: 13, x: 4289, y: 2868 };
// Column and row of the vertices. The line turns at each of them, so simplification keeps all.
const PIXELS = [[40, 50], [128, 190], [215, 70]];
// Minimum level at the vertices by layer: one visit; half a pass where a line ends, and half of the time of a slow one;
// step 18 of 36; step 1 with full presence; one visit of class 1.
const MIN_LEVELS = { 0: 16, 3: 8, 4: 9, 5: 127, 11: 14, 16: 54 };

const [modulePath, program] = process.argv.slice(2);
if (!program) fail("usage: node run.mjs MODULE PROGRAM");

// Centres of the pixels in degrees, by the inverse Mercator formula, independent of the engine.
const degrees = PIXELS.flatMap(([column, row]) => {
    const across = 2 ** TILE.z;
    const east = (TILE.x + (column + 0.5) / SIZE) / across;
    const south = (TILE.y + (row + 0.5) / SIZE) / across;
    return [east * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * south))) * 180) / Math.PI];
});

const module = new WebAssembly.Module(readFileSync(modulePath));
const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
if (imports.length > 0) fail(`the module must import nothing, but imports ${imports.join(", ")}`);
const engine = new WebAssembly.Instance(module).exports;

for (const layer of Object.keys(MIN_LEVELS).map(Number)) {
    const native = execFileSync(program, [layer, ...degrees].map(String));
    const levels = draw(layer);
    const errors = tileErrors(levels, native, MIN_LEVELS[layer]);
    if (errors.length > 0) fail(`layer ${layer}: ${errors.join("; ")}`);
    if (!indices(pngOf(layer)).equals(levels)) fail(`layer ${layer}: the PNG and the drawn tile have different levels`);
    checkDetection(levels, native, MIN_LEVELS[layer]);
    const lit = levels.filter((level) => level > 0).length;
    console.log(`layer ${layer}: ${lit} lit pixels, maximum level ${Math.max(...levels)}, equal to the native tile`);
}

function draw(layer) {
    const address = engine.points(degrees.length / 2);
    new Float64Array(engine.memory.buffer, address, degrees.length).set(degrees);
    // Growing memory replaces its buffer, so read it after the call.
    const levels = engine.levels(layer);
    return Buffer.from(new Uint8Array(engine.memory.buffer, levels, SIZE * SIZE));
}

function pngOf(layer) {
    const size = engine.png_size(layer);
    return Buffer.from(new Uint8Array(engine.memory.buffer, engine.png_bytes(), size));
}

/** Messages about everything that is wrong with a tile. */
function tileErrors(levels, native, minLevel) {
    const errors = [];
    if (levels.length !== SIZE * SIZE || native.length !== levels.length) errors.push(`wrong number of pixels: ${levels.length} and ${native.length}`);
    if (levels.every((level) => level === 0)) errors.push("all pixels are empty");
    for (const [column, row] of PIXELS) {
        const level = levels[row * SIZE + column];
        if (!(level >= minLevel)) errors.push(`pixel ${column}, ${row} on the line has level ${level}`);
    }
    if (levels.at(-1) !== 0) errors.push(`the corner pixel, far from the line, has level ${levels.at(-1)}`);
    const differing = levels.reduce((count, level, i) => count + (level !== native[i]), 0);
    if (differing > 0) errors.push(`${differing} pixels differ from the native tile`);
    return errors;
}

/** Fails unless tileErrors finds every kind of damage. */
function checkDetection(levels, native, minLevel) {
    const changed = (offset, level) => Buffer.from(levels).fill(level, offset, offset + 1);
    const onLine = PIXELS[0][1] * SIZE + PIXELS[0][0];
    const damaged = [
        ["one level higher", "1 pixels differ", changed(onLine, levels[onLine] + 1), native],
        ["native level higher", "1 pixels differ", levels, Buffer.from(native).fill(1, 0, 1)],
        ["empty", "all pixels are empty", Buffer.alloc(levels.length), native],
        ["faint", `on the line has level ${minLevel - 1}`, changed(onLine, minLevel - 1), native],
        ["lit in the corner", "far from the line", changed(levels.length - 1, 1), native],
        ["cut", "wrong number of pixels", levels.subarray(1), native],
    ];
    for (const [name, message, ...tiles] of damaged) {
        if (!tileErrors(...tiles, minLevel).some((error) => error.includes(message))) fail(`the check passes a tile that is ${name}`);
    }
}

/** Palette indices of a PNG whose rows have no filter. */
function indices(png) {
    let offset = png.readUInt32BE(8) === 13 ? 8 : fail("the picture is not a PNG");
    while (png.toString("latin1", offset + 4, offset + 8) !== "IDAT") offset += png.readUInt32BE(offset) + 12;
    const rows = inflateSync(png.subarray(offset + 8, offset + 8 + png.readUInt32BE(offset)));
    return Buffer.concat(Array.from({ length: SIZE }, (_, row) => rows.subarray(row * (SIZE + 1) + 1, (row + 1) * (SIZE + 1))));
}

function fail(message) {
    console.error(`wasm: ${message}`);
    process.exit(1);
}
