'use strict';
// The frame: everything is drawn from here, and only when something has changed. And the start.

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
  setView(view.x, view.y, view.z);
}

$('zoom-in').onclick = () => zoomStep(1);
$('zoom-out').onclick = () => zoomStep(-1);
$('go-home').onclick = () => flyTo(fit(MAP.home ?? MAP.bounds));
$('go-all').onclick = () => flyTo(fit(MAP.bounds));

addEventListener('hashchange', () => {
  const to = viewFromHash();
  if (to) startMotion(() => (setView(to.x, to.y, to.z), false));
  const requested = urlParameter('theme');
  if (requested in THEMES && requested !== theme) applyTheme(requested);
});

applyTheme(initialTheme()); // before anything is measured, or the page would fade from dark to light as it opens
resize();
const start = viewFromHash() ?? fit(MAP.home ?? MAP.bounds);
setView(start.x, start.y, start.z);
showFacts();
listPalettes();
showGrid(gridShown);
new ResizeObserver(resize).observe(map);
addEventListener('resize', resize); // also when the page moves to a screen of another pixel ratio
