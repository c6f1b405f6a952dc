'use strict';
// Loading and drawing of tiles.
//
// The tiles of one zoom (the level) are drawn side by side, pixel for pixel, on a hidden canvas (the mosaic). The mosaic
// is then drawn to the screen with one transform, so that fractional zooms have no seams and enlarged tiles no steps between
// them. While a tile is missing, a substitute is drawn: the tile of the previous palette, an enlarged ancestor or shrunk
// children. A tile fades in over its substitute: both are added ('lighter') with weights that sum to one, so that nothing
// flashes.

const FADE_MS = 200;
const MAX_CONCURRENT = 12;

const heat = document.getElementById('heat');
const screen2d = heat.getContext('2d');
const mosaic = document.createElement('canvas');
const mosaic2d = mosaic.getContext('2d');

// --- Coverage: rows "y:x-x,x;…" per zoom. Tiles that are not listed are never requested. -----------------------------

const coverage = new Map(
  Object.entries(MAP.coverage).map(([z, rows]) => [
    +z,
    new Map(
      rows.split(';').filter(Boolean).map((row) => {
        const [y, ranges] = row.split(':');
        return [+y, ranges.split(',').map((range) => range.split('-').map(Number)).map(([a, b = a]) => [a, b])];
      }),
    ),
  ]),
);

const isListed = (z, x, y) => !!coverage.get(z).get(y)?.some(([first, last]) => first <= x && x <= last);

/** Returns true if a tile may exist: exact at listed zooms, else true if its nearest listed ancestor exists. */
function mayExist(z, x, y) {
  for (let up = 0; up <= z; up++) {
    if (coverage.has(z - up)) return isListed(z - up, x >> up, y >> up);
  }
  return true;
}

/** Calls `visit(y, first, last)` for the runs of tiles of a listed zoom. */
function forEachRun(z, visit) {
  for (const [y, runs] of coverage.get(z)) for (const [first, last] of runs) visit(y, first, last);
}

/** Returns the first listed zoom: that of the first tiles, or of their ancestors if the list of the tiles is too long. */
const firstListed = () => Math.min(...coverage.keys());

/** Returns the centre of the listed tile nearest to a world position, or the position if no tile is listed. */
function nearestListed(x, y) {
  let [nearest, least] = [{ x, y }, Infinity];
  if (coverage.size === 0) return nearest;
  const count = 2 ** firstListed();
  forEachRun(firstListed(), (row, first, last) => {
    const centre = { x: (clamp(Math.floor(x * count), first, last) + 0.5) / count, y: (row + 0.5) / count };
    const distance = Math.hypot(centre.x - x, centre.y - y);
    if (distance < least) [nearest, least] = [centre, distance];
  });
  return nearest;
}

/** Returns the centre of a listed tile in the middle of all those within `radius` of a world position. */
function middleOfListed(x, y, radius) {
  const sum = { x: 0, y: 0, tiles: 0 };
  if (coverage.size === 0) return { x, y };
  const count = 2 ** firstListed();
  forEachRun(firstListed(), (row, first, last) => {
    const centre = { x: (first + last + 1) / 2 / count, y: (row + 0.5) / count };
    if (Math.hypot(centre.x - x, centre.y - y) > radius) return;
    const tiles = last - first + 1;
    Object.assign(sum, { x: sum.x + tiles * centre.x, y: sum.y + tiles * centre.y, tiles: sum.tiles + tiles });
  });
  return sum.tiles > 0 ? nearestListed(sum.x / sum.tiles, sum.y / sum.tiles) : nearestListed(x, y);
}

// --- Loading ---------------------------------------------------------------------------------------------------------

/** url → { image, state: waiting, ready, failed, retry or cancelled, since: time of the state, attempts }, by last use. */
const tiles = new Map();
let folder = ''; // tiles of the shown palette
let previousFolder = null; // tiles of the previous palette while new ones are missing
let fadeStart = 0; // time of the last change of level or palette
let loading = 0;

const tileUrl = (path, z, x, y) => `${path}${z}/${x}/${y}.png`;

function readyTile(path, z, x, y) {
  const tile = tiles.get(tileUrl(path, z, x, y));
  return tile?.state === 'ready' ? tile : null;
}

function load(request) {
  const { url, z, x, y } = request;
  const image = new Image();
  const attempts = (tiles.get(url)?.attempts ?? 0) + 1;
  const tile = { image, state: 'waiting', since: 0, attempts };
  const settle = (state) => {
    if (tile.state !== 'waiting') return; // cancelled
    Object.assign(tile, { state, since: performance.now() });
    loading--;
    redraw();
    // A listed tile exists, so its failure is temporary. A tile that is not listed may be missing because it is empty.
    if (state === 'failed' && coverage.has(z) && attempts < 4) {
      setTimeout(() => {
        if (tiles.get(url) !== tile) return;
        tile.state = 'retry';
        mosaicKey = '';
        redraw();
      }, 1000 * 2 ** attempts);
    }
  };
  tiles.set(url, tile);
  loading++;
  image.decoding = 'async';
  image.onload = () => image.decode().then(() => settle('ready'), () => settle('failed'));
  image.onerror = () => settle('failed');
  image.src = url;
}

/** Starts requests, nearest to the centre first; cancels obsolete ones; evicts the least recently used tiles. */
function fetchTiles(requests) {
  const urls = new Set(requests.map((request) => request.url));
  for (const [url, tile] of tiles) {
    if (tile.state === 'waiting' && !urls.has(url)) {
      tile.image.onload = tile.image.onerror = null;
      tile.image.removeAttribute('src');
      tile.state = 'cancelled';
      tiles.delete(url);
      loading--;
    }
  }
  const missing = requests.filter(({ url }) => !tiles.has(url) || tiles.get(url).state === 'retry');
  missing.sort((a, b) => a.distance - b.distance);
  missing.slice(0, Math.max(MAX_CONCURRENT - loading, 0)).forEach(load);
  const maxCached = Math.max(400, 3 * requests.length);
  for (const url of tiles.keys()) {
    if (tiles.size <= maxCached) break;
    if (!urls.has(url)) tiles.delete(url);
  }
  return missing.length === 0 && loading === 0;
}

// --- Painting --------------------------------------------------------------------------------------------------------

/** Adds a tile to the mosaic with a weight: all of it (`up` = 0), or the part of an ancestor `up` zooms above. */
function drawTilePart(tile, up, x, y, left, top, size, weight) {
  const parts = 2 ** up;
  const side = tile.image.naturalWidth / parts;
  mosaic2d.globalAlpha = weight;
  mosaic2d.drawImage(tile.image, (x % parts) * side, (y % parts) * side, side, side, left, top, size, size);
}

/** Fills a square with the loaded children of a tile, and with substitutes for missing ones. */
function paintChildren(z, x, y, left, top, size, weight, depth) {
  const children = [0, 1, 2, 3].map((i) => [2 * x + (i & 1), 2 * y + (i >> 1), left + ((i & 1) * size) / 2, top + ((i >> 1) * size) / 2]);
  if (depth === 0 || z >= MAP.maxzoom || !children.some(([cx, cy]) => readyTile(folder, z + 1, cx, cy))) return false;
  for (const [cx, cy, px, py] of children) {
    const child = readyTile(folder, z + 1, cx, cy);
    if (child) drawTilePart(child, 0, cx, cy, px, py, size / 2, weight);
    else if (mayExist(z + 1, cx, cy)) paintSubstitute(z + 1, cx, cy, px, py, size / 2, weight, depth - 1);
  }
  return true;
}

/** Fills a square with its part of the nearest loaded ancestor. */
function paintAncestor(z, x, y, left, top, size, weight) {
  for (let up = 1; up <= z - MAP.minzoom; up++) {
    const ancestor = readyTile(folder, z - up, x >> up, y >> up);
    if (ancestor) return drawTilePart(ancestor, up, x, y, left, top, size, weight), true;
  }
  return false;
}

/** Draws a substitute for a missing tile, preferably what the screen showed before. */
function paintSubstitute(z, x, y, left, top, size, weight, depth = 2) {
  const previous = previousFolder !== null && readyTile(previousFolder, z, x, y);
  if (previous) return drawTilePart(previous, 0, x, y, left, top, size, weight);
  const args = [z, x, y, left, top, size, weight];
  if (previousLevel > level) return paintChildren(...args, depth) || paintAncestor(...args);
  return paintAncestor(...args) || paintChildren(...args, depth);
}

/** Draws a tile of the level. Adds its request to `scene`, and sets `scene.moving` while the tile fades in. */
function paintTile(z, x, y, left, top, size, scene) {
  if (z < MAP.minzoom) { // zoomed out beyond the first tiles: shrink them
    const half = size / 2;
    for (let i = 0; i < 4; i++) {
      paintTile(z + 1, 2 * x + (i & 1), 2 * y + (i >> 1), left + (i & 1) * half, top + (i >> 1) * half, half, scene);
    }
    return;
  }
  if (!mayExist(z, x, y)) return;
  const url = tileUrl(folder, z, x, y);
  const distance = Math.hypot(left + size / 2 - scene.centre[0], top + size / 2 - scene.centre[1]);
  scene.requests.push({ url, z, x, y, distance });
  const tile = tiles.get(url);
  if (tile) tiles.delete(url), tiles.set(url, tile); // mark as most recently used
  let weight = 1;
  if (tile?.state === 'ready') {
    const age = (scene.now - Math.max(tile.since, fadeStart)) / FADE_MS;
    const share = reducedMotion.matches ? 1 : clamp(age, 0, 1);
    drawTilePart(tile, 0, x, y, left, top, size, share);
    weight -= share;
    if (share < 1) scene.moving = true;
  } else if (tile?.state === 'failed' && !coverage.has(z)) {
    return;
  }
  if (weight > 0) paintSubstitute(z, x, y, left, top, size, weight);
}

/** Zooms by which the level is deeper than the view: one on screens with two device pixels per CSS pixel. */
const deeper = () => Math.min(Math.log2(devicePixelRatio), 1);

/** Returns the level: the nearest zoom, or one deeper on sharp screens. */
const levelAt = (z) => clamp(Math.round(z + deeper()), 0, MAP.maxzoom);

/** Zooms below the first tiles at which these are still drawn, shrunk: a square of the level then needs four tiles. */
const MAX_SHRINK = 1;

/** Returns true if the view is so far out that tiles are not drawn: each square would need dozens. */
const isTooFarOut = () => level < MAP.minzoom - MAX_SHRINK;

/** Draws the places of the tiles instead of the tiles, in a gray that stays visible when it is inverted or recoloured. */
function paintPlaces(range, count) {
  if (coverage.size === 0) return;
  const scale = (MAP.tileSize * count) / 2 ** firstListed();
  const side = Math.max(scale, 1);
  mosaic2d.globalAlpha = 0.5;
  mosaic2d.fillStyle = '#808080';
  for (let column = Math.floor(range.x / count) * count; column < range.x + range.columns; column += count) {
    forEachRun(firstListed(), (y, first, last) => {
      const left = first * scale + (column - range.x) * MAP.tileSize;
      mosaic2d.fillRect(left, y * scale - range.y * MAP.tileSize, (last - first) * scale + side, side);
    });
  }
}

let mosaicKey = ''; // content of the mosaic if complete
let level = null;
let previousLevel = null;

function paintMosaic(now) {
  const [left, top] = worldAt(0, 0);
  const [right, bottom] = worldAt(view.width, view.height);
  const count = 2 ** level;
  const margin = 1 / MAP.tileSize; // smoothing reads one pixel beyond the edge
  const range = { x: Math.floor(left * count - margin), y: Math.max(Math.floor(top * count - margin), 0) };
  range.columns = Math.ceil(right * count + margin) - range.x;
  range.rows = Math.min(Math.ceil(bottom * count + margin), count) - range.y;
  const key = [folder, level, range.x, range.y, range.columns, range.rows].join(' ');
  if (key === mosaicKey) return { range, idle: true };
  const [width, height] = [range.columns * MAP.tileSize, range.rows * MAP.tileSize];
  if (mosaic.width < width || mosaic.height < height) {
    mosaic.width = Math.max(width, mosaic.width);
    mosaic.height = Math.max(height, mosaic.height);
  }
  mosaic2d.clearRect(0, 0, mosaic.width, mosaic.height);
  mosaic2d.globalCompositeOperation = 'lighter';
  mosaic2d.imageSmoothingQuality = 'high';
  const centre = [(view.x * count - range.x) * MAP.tileSize, (view.y * count - range.y) * MAP.tileSize];
  const scene = { now, centre, requests: [], moving: false };
  if (isTooFarOut()) paintPlaces(range, count);
  else paintTiles(range, count, scene);
  const complete = fetchTiles(scene.requests);
  if (complete && !scene.moving) previousFolder = null;
  mosaicKey = complete && !scene.moving ? key : '';
  return { range, idle: complete, moving: scene.moving };
}

function paintTiles(range, count, scene) {
  for (let row = 0; row < range.rows; row++) {
    for (let column = 0; column < range.columns; column++) {
      const x = (((range.x + column) % count) + count) % count;
      paintTile(level, x, range.y + row, column * MAP.tileSize, row * MAP.tileSize, MAP.tileSize, scene);
    }
  }
  requestAncestors(scene, range, count);
}

/** Requests the few tiles two zooms above, after all others, as substitutes for zooming out. */
function requestAncestors(scene, range, count) {
  const z = level - 2;
  if (z < MAP.minzoom) return;
  const seen = new Set();
  for (let row = range.y >> 2; row <= (range.y + range.rows - 1) >> 2; row++) {
    for (let column = range.x >> 2; column <= (range.x + range.columns - 1) >> 2; column++) {
      const x = ((column % (count / 4)) + count / 4) % (count / 4);
      const url = tileUrl(folder, z, x, row);
      if (seen.has(url) || !mayExist(z, x, row)) continue;
      seen.add(url);
      scene.requests.push({ url, z, x, y: row, distance: 1e9 });
    }
  }
}

/** Draws the heat. Returns `idle`, true if all tiles are loaded, and `moving`, true if a fade needs another frame. */
function drawHeat(now) {
  if (levelAt(view.z) !== level) {
    previousLevel = level;
    level = levelAt(view.z);
    fadeStart = now;
  }
  const { range, idle, moving = false } = paintMosaic(now);
  const ratio = devicePixelRatio;
  const scale = (2 ** (view.z - level)) * ratio;
  const size = worldSize(view.z) * ratio;
  const x = (range.x / 2 ** level - view.x) * size + heat.width / 2;
  const y = (range.y / 2 ** level - view.y) * size + heat.height / 2;
  const exact = Math.abs(scale - 1) < 1e-6;
  screen2d.setTransform(1, 0, 0, 1, 0, 0);
  screen2d.clearRect(0, 0, heat.width, heat.height);
  // At scale 1 the mosaic must start on a whole pixel, otherwise interpolation blurs it.
  screen2d.setTransform(scale, 0, 0, scale, exact ? Math.round(x) : x, exact ? Math.round(y) : y);
  screen2d.imageSmoothingEnabled = !exact;
  screen2d.imageSmoothingQuality = 'high';
  const [width, height] = [range.columns * MAP.tileSize, range.rows * MAP.tileSize];
  screen2d.drawImage(mosaic, 0, 0, width, height, 0, 0, width, height);
  return { idle, moving };
}

/** Shows the tiles of another palette, which fade in over the current ones. */
function showFolder(path) {
  if (path === folder && level !== null) return;
  previousFolder = level === null ? null : folder;
  folder = path;
  fadeStart = performance.now();
  mosaicKey = '';
  redraw();
}
