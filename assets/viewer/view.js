'use strict';
// The view, its animations and the URL hash. World coordinates run from 0 to 1 on the Web Mercator square, x eastwards
// and y southwards. `view.z` is fractional; the world is `tileSize * 2^z` CSS pixels wide. At a whole zoom, the tiles
// of that zoom are therefore shown pixel for pixel, for either tile size (256 or 512).

const MAX_ZOOM = 22;
const view = { x: 0.5, y: 0.5, z: 0, width: 1, height: 1 };
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const wrap = (x) => x - Math.floor(x);
const worldSize = (z) => MAP.tileSize * 2 ** z;

function project(lon, lat) {
  const sin = Math.sin((clamp(lat, -85.0511287, 85.0511287) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

function unproject(x, y) {
  return [(wrap(x) - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** Returns the world position of a screen position in CSS pixels from the top left corner. */
function worldAt(px, py) {
  const size = worldSize(view.z);
  return [view.x + (px - view.width / 2) / size, view.y + (py - view.height / 2) / size];
}

/** Returns the minimum zoom: the world fills the shorter side. */
function minZoom() {
  return Math.log2(Math.min(view.width, view.height) / MAP.tileSize);
}

/** Sets the view. The world repeats from west to east and ends at the poles. */
function setView(x, y, z) {
  view.z = clamp(z, Math.min(minZoom(), MAX_ZOOM), MAX_ZOOM);
  const half = view.height / 2 / worldSize(view.z);
  view.x = wrap(x);
  view.y = half >= 0.5 ? 0.5 : clamp(y, half, 1 - half);
  redraw();
}

function panBy(dx, dy) {
  const size = worldSize(view.z);
  setView(view.x - dx / size, view.y - dy / size, view.z);
}

/** Changes the zoom around a fixed screen position. */
function zoomAround(z, px, py) {
  const [x, y] = worldAt(px, py);
  z = clamp(z, minZoom(), MAX_ZOOM);
  const size = worldSize(z);
  setView(x - (px - view.width / 2) / size, y - (py - view.height / 2) / size, z);
}

/** Pixels kept free for the buttons and cards: left, top, right, bottom. `fit` takes the variant with the higher zoom. */
const INSETS = {
  wide: [[300, 24, 330, 24], [24, 140, 76, 96]],
  narrow: [[24, 84, 76, 84]],
};

/** Returns the view that fits a box of [west, south, east, north] degrees between the buttons and cards. */
function fit(box) {
  const [west, south, east, north] = box ?? [-180, -85, 180, 85];
  const [left, top] = project(west, north);
  const [right, bottom] = project(east < west ? east + 360 : east, south);
  const views = INSETS[view.width < 600 ? 'narrow' : 'wide'].map(([insetLeft, insetTop, insetRight, insetBottom]) => {
    const scaleX = Math.max(view.width - insetLeft - insetRight, 64) / Math.max(right - left, 1e-9);
    const scaleY = Math.max(view.height - insetTop - insetBottom, 64) / Math.max(bottom - top, 1e-9);
    // A single point would fit at any zoom; one zoom beyond the deepest tiles is enough.
    const z = clamp(Math.log2(Math.min(scaleX, scaleY) / MAP.tileSize), minZoom(), Math.min(MAP.maxzoom + 1, MAX_ZOOM));
    const size = 2 * worldSize(z);
    return { x: (left + right) / 2 + (insetRight - insetLeft) / size, y: (top + bottom) / 2 + (insetBottom - insetTop) / size, z };
  });
  return views.reduce((best, other) => (other.z > best.z ? other : best));
}

// --- Motion: at most one at a time. A motion is called with the milliseconds since its last call until it returns false. 

let motion = null;
let glide = null;

function startMotion(step) {
  motion = step;
  glide = null;
  redraw();
}

/** Adds a pan in pixels and a zoom to the target of the current glide. Used by wheel, keys and buttons. */
function glideBy(dx, dy, targetZoom, px = view.width / 2, py = view.height / 2) {
  const target = glide ?? { dx: 0, dy: 0, z: view.z };
  Object.assign(target, { dx: target.dx + dx, dy: target.dy + dy, z: clamp(targetZoom ?? target.z, minZoom(), MAX_ZOOM), px, py });
  startMotion((ms) => {
    const part = reducedMotion.matches ? 1 : 1 - Math.exp(-ms / 65);
    const done = Math.abs(target.z - view.z) < 0.003 && Math.hypot(target.dx, target.dy) < 0.5;
    const share = done ? 1 : part;
    panBy(target.dx * share, target.dy * share);
    target.dx -= target.dx * share;
    target.dy -= target.dy * share;
    if (target.z !== view.z) zoomAround(done || part === 1 ? target.z : view.z + (target.z - view.z) * share, target.px, target.py);
    if (done || part === 1) glide = null;
    return glide !== null;
  });
  glide = target;
}

/** Goes to the next whole zoom up or down, where tiles are shown pixel for pixel. */
function zoomStep(step, px, py) {
  const from = glide?.z ?? view.z;
  glideBy(0, 0, step > 0 ? Math.floor(from + 1.001) : Math.ceil(from - 1.001), px, py);
}

/** Continues to pan at a speed in pixels per millisecond, with friction. */
function coast(vx, vy) {
  if (reducedMotion.matches || Math.hypot(vx, vy) < 0.08) return;
  startMotion((ms) => {
    panBy(vx * ms, vy * ms);
    vx *= Math.exp(-ms / 280);
    vy *= Math.exp(-ms / 280);
    return Math.hypot(vx, vy) > 0.02;
  });
}

/**
 * Flies to another view at constant perceived speed: zooms out, pans, zooms in (van Wijk and Nuij, "Smooth and efficient
 * zooming and panning", 2003). `width` is the visible part of the world, `rho` the weight of zooming against panning.
 */
function flyTo(to) {
  if (reducedMotion.matches) return startMotion(() => (setView(to.x, to.y, to.z), false));
  const rho = 1.35;
  const from = { x: view.x, y: view.y };
  const dx = to.x - from.x - Math.round(to.x - from.x); // the shorter way around the world
  const dy = to.y - from.y;
  const distance = Math.hypot(dx, dy);
  const extent = Math.max(view.width, view.height);
  const [w0, w1] = [extent / worldSize(view.z), extent / worldSize(to.z)];
  let length, pathAt; // length of the path, and its [share of the distance, width] at a length
  if (distance < w0 * 1e-4) {
    length = Math.abs(Math.log(w1 / w0)) / rho;
    pathAt = (s) => [s / (length || 1), w0 * Math.exp(Math.sign(w1 - w0) * rho * s)];
  } else {
    const b = (w, sign) => (w1 * w1 - w0 * w0 + sign * rho ** 4 * distance ** 2) / (2 * w * rho ** 2 * distance);
    const r0 = Math.asinh(-b(w0, 1));
    length = (Math.asinh(-b(w1, -1)) - r0) / rho;
    pathAt = (s) => [
      ((w0 / rho ** 2) * (Math.cosh(r0) * Math.tanh(rho * s + r0) - Math.sinh(r0))) / distance,
      (w0 * Math.cosh(r0)) / Math.cosh(rho * s + r0),
    ];
  }
  const duration = clamp(length * 420, 250, 1800);
  let time = 0;
  startMotion((ms) => {
    time = Math.min(time + ms, duration);
    const t = time / duration;
    const eased = t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
    const [share, width] = pathAt(eased * length);
    if (t < 1) setView(from.x + dx * share, from.y + dy * share, Math.log2(extent / width / MAP.tileSize));
    else setView(to.x, to.y, to.z);
    return t < 1;
  });
}

// --- URL: `#map=zoom/lat/lon`. Other parameters of the hash are kept. ------------------------------------------------

/** Returns a parameter from the hash of the URL, else from its query. */
function urlParameter(name) {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? new URLSearchParams(location.search).get(name);
}

function viewFromHash() {
  const [z, lat, lon] = (urlParameter('map') ?? '').split('/').map(Number.parseFloat);
  if (![z, lat, lon].every(Number.isFinite)) return null;
  const [x, y] = project(lon, lat);
  return { x, y, z };
}

function hashOfView() {
  const [lon, lat] = unproject(view.x, view.y);
  const digits = clamp(Math.ceil(view.z / 3), 1, 7); // at least pixel accuracy at every zoom
  const others = location.hash.slice(1).split('&').filter((part) => part && !part.startsWith('map='));
  return '#' + [`map=${+view.z.toFixed(2)}/${lat.toFixed(digits)}/${lon.toFixed(digits)}`, ...others].join('&');
}
