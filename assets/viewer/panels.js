'use strict';
// The cards around the map: legend, facts and popovers; and the settings.

const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const formatNumber = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

// --- Settings, stored where the browser allows it --------------------------------------------------------------------

const STORAGE_KEY = 'trailglow';
let settings = {};
try {
  const stored = JSON.parse(localStorage.getItem(STORAGE_KEY));
  if (stored instanceof Object) settings = stored;
} catch { /* storage may be disabled or its content invalid */ }

function saveSetting(key, value) {
  settings[key] = value;
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(settings));
  } catch { /* the setting is lost when the page closes */ }
}

// --- Legend: the colours of the shown zoom and the values they stand for ---------------------------------------------

let legendKey = null;
const legendZoom = () => clamp(level ?? MAP.minzoom, MAP.minzoom, MAP.maxzoom);

/** Returns the entry of a table by zoom, or of the nearest zoom. */
function nearestEntry(table, z) {
  const keys = Object.keys(table).sort((a, b) => Math.abs(a - z) - Math.abs(b - z));
  return table[keys[0]];
}

/** Returns a duration in minutes as text, in the largest unit of which it has at least one. */
function formatMinutes(minutes) {
  const [unit, value] = minutes >= 60 ? ['h', minutes / 60] : minutes >= 1 ? ['min', minutes] : ['s', minutes * 60];
  const digits = value < 0.95 ? 1 - Math.floor(Math.log10(value)) : 0;
  return `${formatNumber(value, Math.min(digits, 4))} ${unit}`;
}

const hasDurations = () => shownStyle.layer.durations;

/** Returns a number of a legend as text; dates are texts already. */
function formatValue(value) {
  if (typeof value === 'string') return value;
  if (hasDurations()) return formatMinutes(value);
  return value < 10000 ? formatNumber(value, value < 10 ? 1 : 0) : value.toLocaleString('en', { notation: 'compact' });
}

/** Returns the ticks whose labels do not overlap. The first and the last have precedence. */
function fittingTicks(ticks, width) {
  const { fontSize, fontFamily } = getComputedStyle($('ticks'));
  grid2d.font = `${fontSize} ${fontFamily}`;
  const all = ticks.map(([value, position]) => {
    const text = formatValue(value);
    const half = grid2d.measureText(text).width / 2 + 2.5;
    const x = position * width;
    const middle = clamp(x, half - 3, width - half + 3); // keeps labels within the ramp
    return { text, x, middle, from: middle - half, to: middle + half };
  });
  const placed = [];
  for (const tick of [all[0], all.at(-1), ...all]) {
    if (tick && placed.every((other) => tick.to <= other.from || other.to <= tick.from)) placed.push(tick);
  }
  return placed.sort((a, b) => a.x - b.x);
}

/** True where people measure ways in miles. */
const usesMiles = () => /^en-(US|GB|LR)$/.test(navigator.language) || navigator.language === 'my';

/** Returns the legend of a zoom with its unit: that of the locale, unless the map was made for one system of units. */
function inUnitOfLocale(zoom, { unit, followsLocale }) {
  return followsLocale && zoom.other && usesMiles() ? { ...zoom, ...zoom.other } : { unit, ...zoom };
}

function drawLegend() {
  const z = legendZoom();
  const key = `${shownStyle.path} ${z}`;
  if (key === legendKey) return;
  legendKey = key;
  const { unit, ...zoom } = inUnitOfLocale(nearestEntry(shownStyle.legend, z), shownStyle.layer);
  const legend = shownStyle.layer.legend.replace(`(${shownStyle.layer.unit})`, `(${unit})`);
  // Classes have a list of colours in place of the ramp.
  const classes = zoom.classes ?? [];
  $('legend-title').textContent = legend;
  $('ramp').hidden = $('ticks').hidden = classes.length > 0;
  $('classes').replaceChildren(...classes.map(([name, colour]) => {
    const item = Object.assign(document.createElement('li'), { textContent: name });
    const dot = document.createElement('i');
    dot.style.background = colour;
    item.prepend(dot);
    return item;
  }));
  $('ramp').style.background = gradient(rampOf(shownStyle, z));
  const most = hasDurations() ? formatMinutes(zoom.max) : `${formatValue(Math.floor(zoom.max))} ${unit}`;
  const range = zoom.range ? `from ${zoom.range.join(' to ')}` : `up to ${most}`;
  $('ramp').setAttribute('aria-label', `Colour scale ${range}`);
  $('ticks').replaceChildren(...fittingTicks(zoom.ticks, $('ramp').clientWidth).map((tick) => {
    const mark = Object.assign(document.createElement('span'), { textContent: tick.text });
    mark.style.left = `${tick.middle}px`;
    mark.style.setProperty('--mark', `${tick.x - tick.middle}px`);
    return mark;
  }));
}

// --- Facts ---------------------------------------------------------------------------------------------------------------

function showFacts() {
  $('name').textContent = MAP.name;
  $('name').title = MAP.name;
  $('generator').textContent = MAP.profile ? `${MAP.profile}, by ${MAP.generator}` : MAP.generator;
  const [from, to] = [MAP.from?.slice(0, 4), MAP.to?.slice(0, 4)];
  const facts = [
    [MAP.activities === 1 ? 'activity' : 'activities', formatNumber(MAP.activities)],
    ['kilometres', formatNumber(MAP.kilometres, MAP.kilometres < 100 ? 1 : 0)],
    from && [from === to ? 'year' : 'years', from === to ? from : `${from}–${to}`],
  ];
  $('facts').replaceChildren(...facts.filter(Boolean).map(([term, value]) => {
    const fact = document.createElement('div');
    fact.append(Object.assign(document.createElement('dt'), { textContent: term }), Object.assign(document.createElement('dd'), { textContent: value }));
    return fact;
  }));
  $('facts').title = MAP.from ? `${MAP.from} to ${MAP.to}` : '';
  setFactsOpen(settings.facts ?? innerWidth >= 600);
}

function setFactsOpen(open) {
  $('info-toggle').setAttribute('aria-expanded', open);
  $('info-body').hidden = !open;
}

$('info-toggle').onclick = () => {
  setFactsOpen($('info-body').hidden);
  saveSetting('facts', !$('info-body').hidden);
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
    if (id === 'palette') {
      listLayers();
      listPalettes();
    } else {
      showAddresses();
    }
    openPopover($(`${id}-card`).hidden ? id : null);
  };
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') openPopover(null);
});
addEventListener('pointerdown', (event) => {
  if (!event.target.closest('.popover, #controls')) openPopover(null);
});

/** Shows the absolute tile URL with the placeholders that other programs expect. */
function showAddresses() {
  // An empty path would keep the file name of the page.
  const base = new URL(shownStyle.path || '.', MAP.publicUrl ?? location.href).href;
  const isFile = base.startsWith('file:');
  $('url-josm').value = `tms[${MAP.minzoom},${MAP.maxzoom}]:${base}{zoom}/{x}/{y}.png`;
  $('url-id').value = `${base}{zoom}/{x}/{y}.png`;
  $('url-xyz').value = `${base}{z}/{x}/{y}.png`;
  $('url-id').closest('.copy').parentElement.hidden = isFile;
  const description = `${shownStyle.layer.title}, ${shownStyle.title}, zoom ${MAP.minzoom} to ${MAP.maxzoom}, tiles of ${MAP.tileSize} pixels.`;
  const reason = 'iD is a web page, which may not load files: open this map from a web server to get an address for iD.';
  $('elsewhere-note').textContent = isFile ? `${description} ${reason}` : description;
}

for (const button of document.querySelectorAll('.copy button')) {
  button.onclick = async () => {
    const input = button.previousElementSibling;
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch { // no clipboard access for pages from files or plain HTTP
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  };
}
