'use strict';
// Status line with position, zoom and scale bar, and the coordinate grid.

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

const degrees = (value, digits, negative, positive) => `${Math.abs(value).toFixed(digits)}° ${value < 0 ? negative : positive}`;

function drawStatus() {
  const [lon, lat] = unproject(...(cursor ? worldAt(...cursor) : [view.x, view.y]));
  const digits = clamp(Math.round(view.z / 3.5), 1, 6);
  $('position').textContent = `${degrees(lat, digits, 'S', 'N')}  ${degrees(lon, digits, 'W', 'E')}`;
  $('zoom').textContent = `z ${view.z.toFixed(1)}`;
  const latitude = unproject(view.x, view.y)[1];
  const metresPerPixel = (40075016.686 * Math.cos((latitude * Math.PI) / 180)) / worldSize(view.z);
  const maxMetres = 112 * metresPerPixel;
  const power = 10 ** Math.floor(Math.log10(maxMetres));
  const metres = power * [5, 3, 2, 1].find((step) => step * power <= maxMetres);
  $('scale').style.width = `${metres / metresPerPixel}px`;
  $('scale').textContent = metres >= 1000 ? `${formatNumber(metres / 1000)} km` : metres >= 1 ? `${formatNumber(metres)} m` : `${formatNumber(metres * 100)} cm`;
}

// --- Coordinate grid -----------------------------------------------------------------------------------------------------

const GRID_STEPS = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5];
const grid = $('grid');
const grid2d = grid.getContext('2d');
let gridShown = settings.grid ?? false;

function drawGrid() {
  const ratio = devicePixelRatio;
  grid2d.setTransform(ratio, 0, 0, ratio, 0, 0);
  grid2d.clearRect(0, 0, view.width, view.height);
  if (!gridShown) return;
  const size = worldSize(view.z);
  const step = GRID_STEPS.findLast((degrees) => (degrees / 360) * size >= 110) ?? GRID_STEPS[0];
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
  saveSetting('grid', gridShown);
};
