'use strict';
// Theme and palette of the page.
//
// A palette is made for one theme and has a partner for the other. In the other theme, the page shows the partner, or
// the palette in the colours of the partner if the map lacks it, or with inverted lightness if it has no partner. Until
// a palette is chosen, each theme shows the first one made for it.

const THEMES = { dark: '#121214', light: '#f2efe9' };
let theme = 'dark';
let shownStyle = MAP.styles[0];
let requestedPalette = urlParameter('palette'); // from the URL, until a palette is chosen

function initialTheme() {
  const requested = urlParameter('theme') ?? settings.theme;
  if (requested in THEMES) return requested;
  // The first palette is the preferred one: it was named first when the map was rendered.
  if (MAP.styles[0].background in THEMES) return MAP.styles[0].background;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

const styleOf = (palette) => MAP.styles.find((style) => style.palette === palette);
const partnerOf = (style) => style.partner && styleOf(style.partner.palette);
const isForTheme = (style) => style.background === 'any' || style.background === theme;
const isRecoloured = (style) => !isForTheme(style) && !!style.partner;
const isInverted = (style) => !isForTheme(style) && !style.partner;
/** Returns true if the map has a better palette to show in place of this one. */
const isReplaced = (style) => !isForTheme(style) && !!partnerOf(style);
/** Returns the colours of the legend of a palette. */
const rampOf = (style, z) => (isRecoloured(style) ? style.partner.ramp : nearestEntry(style.ramps, z));

function styleForTheme() {
  const chosen = styleOf(requestedPalette) ?? styleOf(settings.palette);
  if (chosen) return isReplaced(chosen) ? partnerOf(chosen) : chosen;
  return MAP.styles.find((style) => style.background === theme) ?? MAP.styles.find(isForTheme) ?? MAP.styles[0];
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

function listPalettes() {
  const listed = MAP.styles.filter((style) => !isReplaced(style));
  $('palette').hidden = listed.length < 2;
  $('palette-list').replaceChildren(...listed.map((style) => {
    const label = document.createElement('label');
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'palette', value: style.palette, checked: style === shownStyle });
    const swatch = Object.assign(document.createElement('span'), { className: isInverted(style) ? 'swatch inverted' : 'swatch' });
    swatch.style.background = gradient(rampOf(style, legendZoom()));
    const hint = Object.assign(document.createElement('small'), { textContent: style.background === 'any' ? '' : `for ${style.background}` });
    radio.onchange = () => {
      requestedPalette = null;
      saveSetting('palette', style.palette);
      applyTheme(theme);
    };
    label.append(radio, swatch, style.title, hint);
    return label;
  }));
}
