'use strict';
// Frame loop, which draws only after a change, and start of the page.

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
  $('hint').hidden = !isTooFarOut();
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
  } catch { /* browsers may limit the rate, or refuse for files */ }
}

function resize() {
  const { clientWidth: width, clientHeight: height } = map;
  if (!width || !height) return;
  Object.assign(view, { width, height });
  for (const canvas of [heat, grid]) {
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
  }
  setView(view.x, view.y, view.z);
}

/** Returns the view of the everyday activities. If it is farther out than the first tiles, returns tiles in their middle. */
function homeView() {
  const home = fit(MAP.focus ?? MAP.bounds);
  if (levelAt(home.z) >= MAP.minzoom) return home;
  const radius = Math.max(view.width, view.height) / 2 / worldSize(home.z);
  return { ...middleOfListed(wrap(home.x), home.y, radius), z: MAP.minzoom - deeper() };
}

$('zoom-in').onclick = () => zoomStep(1);
$('zoom-out').onclick = () => zoomStep(-1);
$('go-home').onclick = () => flyTo(homeView());
$('go-all').onclick = () => flyTo(fit(MAP.bounds));

addEventListener('hashchange', () => {
  const to = viewFromHash();
  if (to) startMotion(() => (setView(to.x, to.y, to.z), false));
  const requested = urlParameter('theme');
  if (requested in THEMES && requested !== theme) applyTheme(requested);
});

applyTheme(initialTheme()); // before the first layout, otherwise the page would fade from dark to light
resize();
const start = viewFromHash() ?? homeView();
setView(start.x, start.y, start.z);
$('hint').textContent = `Zoom in: this map begins at zoom ${MAP.minzoom}`;
showFacts();
listLayers();
listPalettes();
showGrid(gridShown);
new ResizeObserver(resize).observe(map);
addEventListener('resize', resize); // also after a move to a screen with another pixel ratio
