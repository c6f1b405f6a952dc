'use strict';
// Theme, layer and palette of the page.
//
// A palette is made for one theme and has a partner for the other. In the other theme, the page shows the partner, or
// the palette in the colours of the partner if the map lacks it, or with inverted lightness if it has no partner. Until
// a palette is chosen, each theme shows the first one made for it.

const THEMES = { dark: '#121214', light: '#f2efe9' };
let theme = 'dark';
let shownStyle = MAP.styles[0];
let requestedPalette = urlParameter('palette'); // from the URL, until a palette is chosen
let requestedLayer = urlParameter('layer'); // likewise

function initialTheme() {
  const requested = urlParameter('theme') ?? settings.theme;
  if (requested in THEMES) return requested;
  // The first palette is the preferred one: it was named first when the map was rendered.
  if (MAP.styles[0].background in THEMES) return MAP.styles[0].background;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

const layers = [...new Map(MAP.styles.map((style) => [style.layer.name, style.layer])).values()];
/** Returns the styles of the chosen layer, or of the first. */
function layerStyles() {
  const stylesOf = (name) => MAP.styles.filter((style) => style.layer.name === name);
  const named = [requestedLayer, settings.layer, layers[0].name].map(stylesOf);
  return named.find((styles) => styles.length > 0);
}
const styleOf = (palette) => layerStyles().find((style) => style.palette === palette);
const partnerOf = (style) => style.partner && styleOf(style.partner.palette);
const isForTheme = (style) => style.background === 'any' || style.background === theme;
// The colours of classes cannot be told apart by their brightness: their partners have no ramp.
const isRecoloured = (style) => !isForTheme(style) && !!style.partner?.ramp;
const isInverted = (style) => !isForTheme(style) && !style.partner?.ramp;
/** Returns true if the map has a better palette to show in place of this one. */
const isReplaced = (style) => !isForTheme(style) && !!partnerOf(style);
/** Returns the colours of the legend of a palette. */
const rampOf = (style, z) => (isRecoloured(style) ? style.partner.ramp : nearestEntry(style.ramps, z));

function styleForTheme() {
  const chosen = styleOf(requestedPalette) ?? styleOf(settings.palette);
  if (chosen) return isReplaced(chosen) ? partnerOf(chosen) : chosen;
  const styles = layerStyles();
  return styles.find((style) => style.background === theme) ?? styles.find(isForTheme) ?? styles[0];
}

function applyTheme(name) {
  theme = name;
  root.dataset.theme = theme;
  document.querySelector('meta[name=theme-color]').content = THEMES[theme];
  $('theme').setAttribute('aria-pressed', theme === 'light');
  shownStyle = styleForTheme();
  for (const shown of [heat, $('ramp')]) shown.classList.toggle('inverted', isInverted(shownStyle));
  if (isRecoloured(shownStyle)) setRecolouring(nearestEntry(shownStyle.ramps, MAP.minzoom), shownStyle.partner.ramp);
  heat.style.filter = isRecoloured(shownStyle) ? RECOLOUR_FILTER : '';
  showFolder(shownStyle.path);
  legendKey = null;
  redraw();
}

$('theme').onclick = () => {
  applyTheme(theme === 'dark' ? 'light' : 'dark');
  saveSetting('theme', theme);
  listPalettes();
};

const gradient = (colours) => `linear-gradient(90deg, ${colours.match(/.{6}/g).map((rgb) => '#' + rgb).join()})`;

/** Returns a choice of a list: a radio button with a label. */
function choice(name, value, checked, onchange, ...content) {
  const label = document.createElement('label');
  label.append(Object.assign(document.createElement('input'), { type: 'radio', name, value, checked, onchange }), ...content);
  return label;
}

function listLayers() {
  $('layers').hidden = layers.length < 2;
  $('layer-list').replaceChildren(...layers.map((layer) => choice('layer', layer.name, layer.name === shownStyle.layer.name, () => {
    requestedLayer = null;
    saveSetting('layer', layer.name);
    applyTheme(theme);
    listPalettes();
  }, layer.title)));
}

function listPalettes() {
  const listed = layerStyles().filter((style) => !isReplaced(style));
  $('palettes').hidden = listed.length < 2;
  $('palette').hidden = layers.length < 2 && listed.length < 2;
  $('palette-list').replaceChildren(...listed.map((style) => {
    const swatch = Object.assign(document.createElement('span'), { className: isInverted(style) ? 'swatch inverted' : 'swatch' });
    swatch.style.background = gradient(rampOf(style, legendZoom()));
    const hint = Object.assign(document.createElement('small'), { textContent: style.background === 'any' ? '' : `for ${style.background}` });
    return choice('palette', style.palette, style === shownStyle, () => {
      requestedPalette = null;
      saveSetting('palette', style.palette);
      applyTheme(theme);
    }, swatch, style.title, hint);
  }));
}
