'use strict';
// Everything around the map: theme and palette, legend, facts, scale, coordinate grid, the popovers, and the frame.

const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const numbers = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

// --- What the reader chose, remembered where the browser allows it -----------------------------------------------------

const STORE = 'trailglow';
let chosen = {};
try {
  chosen = JSON.parse(localStorage.getItem(STORE)) ?? {};
} catch { /* storage may be switched off, and what is in it is not ours to trust */ }

function choose(key, value) {
  chosen[key] = value;
  try {
    localStorage.setItem(STORE, JSON.stringify(chosen));
  } catch { /* then it is forgotten with the page */ }
}

// --- Theme and palette: a theme shows the palette chosen for it, or else the first that is made for it. -----------------

const THEMES = { dark: '#121214', light: '#f2efe9' };
let theme = 'dark';
let set = MAP.sets[0];
let asked = parameter('palette'); // by the address, until the reader picks one

function firstTheme() {
  const wish = parameter('theme') ?? chosen.theme;
  if (wish in THEMES) return wish;
  const made = new Set(MAP.sets.map((one) => one.background));
  if (made.size === 1 && !made.has('any')) return [...made][0];
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

/** Whether a palette is made for the other background, where it would hardly be seen: the style turns it round. */
const flips = (one) => one.background !== 'any' && one.background !== theme;

function applyTheme(name) {
  theme = name;
  root.dataset.theme = theme;
  document.querySelector('meta[name=theme-color]').content = THEMES[theme];
  $('theme').setAttribute('aria-pressed', theme === 'light');
  const named = (palette) => palette && MAP.sets.find((one) => one.palette === palette);
  const made = (background) => MAP.sets.find((one) => one.background === background);
  set = named(asked) || named(chosen[`palette-${theme}`]) || made(theme) || made('any') || MAP.sets[0];
  for (const shown of [heat, $('ramp')]) shown.classList.toggle('flip', flips(set));
  showFolder(set.path);
  legendFor = null;
  redraw();
}

$('theme').onclick = () => {
  asked = null;
  applyTheme(theme === 'dark' ? 'light' : 'dark');
  choose('theme', theme);
};

const gradient = (colours) => `linear-gradient(90deg, ${colours.match(/.{6}/g).map((rgb) => '#' + rgb).join()})`;

function listPalettes() {
  $('palette').hidden = MAP.sets.length < 2;
  $('palette-list').replaceChildren(...MAP.sets.map((one) => {
    const label = document.createElement('label');
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'palette', value: one.palette, checked: one === set });
    const swatch = Object.assign(document.createElement('span'), { className: flips(one) ? 'swatch flip' : 'swatch' });
    swatch.style.background = gradient(nearest(one.ramps, legendZoom()));
    const hint = Object.assign(document.createElement('small'), { textContent: one.background === 'any' ? '' : `for ${one.background}` });
    radio.onchange = () => {
      asked = null;
      choose(`palette-${theme}`, one.palette);
      applyTheme(theme);
    };
    label.append(radio, swatch, one.title, hint);
    return label;
  }));
}

// --- Legend: the colours of the zoom whose tiles are shown, with the counts they stand for ------------------------------

let legendFor = null;
const legendZoom = () => clamp(level ?? MAP.minzoom, MAP.minzoom, MAP.maxzoom);

/** The entry of a table by zoom, or the nearest there is. */
function nearest(table, z) {
  const keys = Object.keys(table).sort((a, b) => Math.abs(a - z) - Math.abs(b - z));
  return table[keys[0]];
}

function count(value) {
  return value < 10000 ? numbers(value, value < 10 ? 1 : 0) : value.toLocaleString('en', { notation: 'compact' });
}

/** The ticks that have room beside each other; the first and the last come before those between them. */
function roomyTicks(ticks, width) {
  const { fontSize, fontFamily } = getComputedStyle($('ticks'));
  grid2d.font = `${fontSize} ${fontFamily}`;
  const all = ticks.map(([value, position]) => {
    const text = count(value);
    const half = grid2d.measureText(text).width / 2 + 2.5;
    const x = position * width;
    const middle = clamp(x, half - 3, width - half + 3); // a label may not hang over the ends of the ramp
    return { text, x, middle, from: middle - half, to: middle + half };
  });
  const kept = [];
  for (const tick of [all[0], all.at(-1), ...all]) {
    if (tick && kept.every((other) => tick.to <= other.from || other.to <= tick.from)) kept.push(tick);
  }
  return kept;
}

function drawLegend() {
  const z = legendZoom();
  const key = `${set.palette} ${z}`;
  if (key === legendFor) return;
  legendFor = key;
  const zoom = nearest(MAP.zooms, z);
  $('ramp').style.background = gradient(nearest(set.ramps, z));
  $('ramp').setAttribute('aria-label', `Colour scale up to ${count(Math.floor(zoom.max))} ${MAP.layer.unit}`);
  $('ticks').replaceChildren(...roomyTicks(zoom.ticks, $('ramp').clientWidth).map((tick) => {
    const mark = Object.assign(document.createElement('span'), { textContent: tick.text });
    mark.style.left = `${tick.middle}px`;
    mark.style.setProperty('--mark', `${tick.x - tick.middle}px`);
    return mark;
  }));
}

// --- Facts ---------------------------------------------------------------------------------------------------------------

function showFacts() {
  $('name').textContent = MAP.name;
  const { title, unit } = MAP.layer;
  $('legend-title').textContent = title.toLowerCase() === unit.toLowerCase() ? title : `${title} (${unit})`;
  $('generator').textContent = MAP.generator;
  const [from, to] = [MAP.from?.slice(0, 4), MAP.to?.slice(0, 4)];
  const facts = [
    [MAP.activities === 1 ? 'activity' : 'activities', numbers(MAP.activities)],
    ['kilometres', numbers(MAP.kilometres, MAP.kilometres < 100 ? 1 : 0)],
    from && [from === to ? 'year' : 'years', from === to ? from : `${from}–${to}`],
  ];
  $('facts').replaceChildren(...facts.filter(Boolean).map(([term, value]) => {
    const fact = document.createElement('div');
    fact.append(Object.assign(document.createElement('dt'), { textContent: term }), Object.assign(document.createElement('dd'), { textContent: value }));
    return fact;
  }));
  $('facts').title = MAP.from ? `${MAP.from} to ${MAP.to}` : '';
  openFacts(chosen.facts ?? innerWidth >= 600);
}

function openFacts(open) {
  $('info-toggle').setAttribute('aria-expanded', open);
  $('info-body').hidden = !open;
}

$('info-toggle').onclick = () => {
  openFacts($('info-body').hidden);
  choose('facts', !$('info-body').hidden);
};

// --- Popovers ------------------------------------------------------------------------------------------------------------

const POPOVERS = ['palette', 'elsewhere'];

function openPopover(open) {
  for (const id of POPOVERS) {
    const card = $(`${id}-card`);
    if (id !== open && card.contains(document.activeElement)) $(id).focus();
    card.hidden = id !== open;
    $(id).setAttribute('aria-expanded', id === open);
  }
  if (open) $(`${open}-card`).querySelector('input:checked, .copy button').focus();
}

for (const id of POPOVERS) {
  $(id).onclick = () => {
    if (id === 'palette') listPalettes();
    else showAddresses();
    openPopover($(`${id}-card`).hidden ? id : null);
  };
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') openPopover(null);
});
addEventListener('pointerdown', (event) => {
  if (!event.target.closest('.popover, #controls')) openPopover(null);
});

/** The tiles as other programs want them named: absolute, with the programs' own words for zoom, column and row. */
function showAddresses() {
  const base = new URL(set.path, location.href.replace(/[?#].*/, '')).href;
  $('url-josm').value = `tms[${MAP.minzoom},${MAP.maxzoom}]:${base}{zoom}/{x}/{y}.png`;
  $('url-xyz').value = `${base}{z}/{x}/{y}.png`;
  $('elsewhere-note').textContent = `${set.title}, zoom ${MAP.minzoom} to ${MAP.maxzoom}, tiles of ${MAP.tileSize} pixels.`;
}

for (const button of document.querySelectorAll('.copy button')) {
  button.onclick = async () => {
    const input = button.previousElementSibling;
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch { // pages from files and from plain http have no clipboard of their own
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  };
}

// --- Position, zoom and scale --------------------------------------------------------------------------------------------

let cursor = null;
map.addEventListener('pointermove', (event) => {
  cursor = event.pointerType === 'mouse' ? [event.clientX, event.clientY] : null;
  redraw();
});
map.addEventListener('pointerleave', () => {
  cursor = null;
  redraw();
});

const degrees = (value, digits, below, above) => `${Math.abs(value).toFixed(digits)}° ${value < 0 ? below : above}`;

function drawStatus() {
  const [lon, lat] = unproject(...(cursor ? worldAt(...cursor) : [view.x, view.y]));
  const digits = clamp(Math.round(view.z / 3.5), 1, 6);
  $('position').textContent = `${degrees(lat, digits, 'S', 'N')}  ${degrees(lon, digits, 'W', 'E')}`;
  $('zoom').textContent = `z ${view.z.toFixed(1)}`;
  const middle = unproject(view.x, view.y)[1];
  const metresPerPixel = (40075016.686 * Math.cos((middle * Math.PI) / 180)) / worldSize(view.z);
  const most = 112 * metresPerPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = power * [5, 3, 2, 1].find((step) => step * power <= most);
  $('scale').style.width = `${metres / metresPerPixel}px`;
  $('scale').textContent = metres >= 1000 ? `${numbers(metres / 1000)} km` : metres >= 1 ? `${numbers(metres)} m` : `${numbers(metres * 100)} cm`;
}

// --- Coordinate grid -----------------------------------------------------------------------------------------------------

const GRID_DEGREES = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5];
const grid = $('grid');
const grid2d = grid.getContext('2d');
let gridShown = chosen.grid ?? false;

function drawGrid() {
  const ratio = devicePixelRatio;
  grid2d.setTransform(ratio, 0, 0, ratio, 0, 0);
  grid2d.clearRect(0, 0, view.width, view.height);
  if (!gridShown) return;
  const size = worldSize(view.z);
  const step = GRID_DEGREES.findLast((one) => (one / 360) * size >= 110) ?? GRID_DEGREES[0];
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const style = getComputedStyle(root);
  grid2d.strokeStyle = style.getPropertyValue('--grid');
  grid2d.fillStyle = style.getPropertyValue('--grid-text');
  grid2d.font = '10px ' + style.getPropertyValue('--font');
  grid2d.lineWidth = 1;
  grid2d.beginPath();
  const crisp = (value) => (Math.round(value * ratio) + 0.5) / ratio;
  const [left, top] = worldAt(0, 0);
  const [right, bottom] = worldAt(view.width, view.height);
  for (let i = Math.ceil(((left - 0.5) * 360) / step); i * step <= (right - 0.5) * 360; i++) {
    const x = crisp(((i * step) / 360 + 0.5 - left) * size);
    grid2d.moveTo(x, 0);
    grid2d.lineTo(x, view.height);
    const lon = (wrap((i * step) / 360 + 0.5) - 0.5) * 360;
    grid2d.fillText(degrees(lon, digits, 'W', 'E'), x + 4, view.height - 5);
  }
  const [north, south] = [unproject(0, Math.max(top, 0))[1], unproject(0, Math.min(bottom, 1))[1]];
  for (let i = Math.ceil(south / step); i * step <= north; i++) {
    const y = crisp((project(0, i * step)[1] - top) * size);
    grid2d.moveTo(0, y);
    grid2d.lineTo(view.width, y);
    grid2d.fillText(degrees(i * step, digits, 'S', 'N'), 4, y - 4);
  }
  grid2d.stroke();
}

function showGrid(shown) {
  gridShown = shown;
  $('graticule').setAttribute('aria-pressed', shown);
  redraw();
}

$('graticule').onclick = () => {
  showGrid(!gridShown);
  choose('grid', gridShown);
};

// --- The frame: everything is drawn from here, and only when something has changed. -------------------------------------

let frame = 0;
let lastFrame = 0;
let hashTimer = 0;

function redraw() {
  frame ||= requestAnimationFrame(draw);
}

function draw(now) {
  frame = 0;
  const ms = lastFrame ? Math.min(now - lastFrame, 60) : 16;
  if (motion && !motion(ms)) motion = null;
  const { idle, moving } = drawHeat(now);
  drawGrid();
  drawLegend();
  drawStatus();
  lastFrame = motion || moving ? now : 0;
  if (lastFrame) redraw();
  root.dataset.state = idle && !lastFrame ? 'ready' : 'busy';
  clearTimeout(hashTimer);
  hashTimer = setTimeout(writeHash, 300);
}

function writeHash() {
  const hash = hashOfView();
  if (hash === location.hash) return;
  try {
    history.replaceState(null, '', hash);
  } catch { /* some browsers limit how often, some refuse it for files; the map goes on without */ }
}

function resize() {
  const { clientWidth: width, clientHeight: height } = map;
  if (!width || !height) return;
  Object.assign(view, { width, height });
  for (const canvas of [heat, grid]) {
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
  }
  look(view.x, view.y, view.z);
}

$('zoom-in').onclick = () => zoomStep(1);
$('zoom-out').onclick = () => zoomStep(-1);
$('go-home').onclick = () => flyTo(fit(MAP.home ?? MAP.bounds));
$('go-all').onclick = () => flyTo(fit(MAP.bounds));

addEventListener('hashchange', () => {
  const to = viewFromHash();
  if (to) move(() => (look(to.x, to.y, to.z), false));
  const wish = parameter('theme');
  if (wish in THEMES && wish !== theme) applyTheme(wish);
});

resize();
applyTheme(firstTheme());
const start = viewFromHash() ?? fit(MAP.home ?? MAP.bounds);
look(start.x, start.y, start.z);
showFacts();
listPalettes();
showGrid(gridShown);
new ResizeObserver(resize).observe(map);
addEventListener('resize', resize); // also when the page moves to a screen of another pixel ratio
