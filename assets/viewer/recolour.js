'use strict';
// Recolouring of a palette that is made for the other background: an SVG filter replaces each colour of the palette by
// the colour at the same position of its partner. A filter works on pages opened as files, too, where scripts must not
// read pixels.

const TABLE_STEPS = 64;
const RECOLOUR_FILTER = 'url(#recolour)';

/** Returns the colours of a ramp, `rrggbb` each, as channels from 0 to 1. */
const rampColours = (ramp) => ramp.match(/.{6}/g).map(
  (rgb) => [0, 2, 4].map((at) => parseInt(rgb.slice(at, at + 2), 16) / 255),
);

/** Weights of red, green and blue in the brightness by which the filter tells the colours of a palette apart. */
const BRIGHTNESS = [0.2126, 0.7152, 0.0722];
const brightness = (colour) => colour.reduce((sum, channel, i) => sum + BRIGHTNESS[i] * channel, 0);

/** Returns the colours of `to` by the brightness of the colours of `from`, at equal steps from 0 to 1. */
function recolourTable(from, to) {
  const stops = rampColours(from).map(brightness);
  const colours = rampColours(to);
  if (stops[0] > stops.at(-1)) {
    stops.reverse();
    colours.reverse();
  }
  return Array.from({ length: TABLE_STEPS + 1 }, (_, step) => {
    const value = step / TABLE_STEPS;
    const above = stops.findIndex((stop) => stop > value);
    if (above <= 0) return colours.at(above);
    const share = (value - stops[above - 1]) / (stops[above] - stops[above - 1]);
    return colours[above].map((channel, i) => colours[above - 1][i] + share * (channel - colours[above - 1][i]));
  });
}

/** Sets the filter so that it shows a palette in the colours of its partner. */
function setRecolouring(from, to) {
  const filter = document.getElementById('recolour');
  const row = `${BRIGHTNESS.join(' ')} 0 0 `;
  filter.querySelector('feColorMatrix').setAttribute('values', `${row.repeat(3)} 0 0 0 1 0`);
  const table = recolourTable(from, to);
  ['R', 'G', 'B'].forEach((name, channel) => {
    const values = table.map((colour) => colour[channel].toFixed(4));
    filter.querySelector(`feFunc${name}`).setAttribute('tableValues', values.join(' '));
  });
}
