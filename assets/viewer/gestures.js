'use strict';
// Touch, mouse, wheel and keyboard input. Positions are CSS pixels from the top left corner of the page.

const map = document.getElementById('map');

// --- Pointers: the map follows the centre and the spread of all pressed pointers. ------------------------------------

const pointers = new Map();
let recentMoves = []; // moves of the last 90 ms, for the speed on release
let firstPress = null; // position and time of the first pointer while it may still become a tap
let lastTap = null; // the last tap while a second one may follow
let oneFingerZoom = false; // a tap, followed by a vertical drag

function pointerCentre() {
  const all = [...pointers.values()];
  const x = all.reduce((sum, pointer) => sum + pointer.x, 0) / all.length;
  const y = all.reduce((sum, pointer) => sum + pointer.y, 0) / all.length;
  const spread = all.reduce((sum, pointer) => sum + Math.hypot(pointer.x - x, pointer.y - y), 0) / all.length;
  return { x, y, spread };
}

const isNear = (a, b, pixels, ms) => Math.hypot(a.x - b.x, a.y - b.y) < pixels && Math.abs(a.time - b.time) < ms;

map.addEventListener('pointerdown', (event) => {
  if (event.button > 0) return;
  map.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  startMotion(null);
  recentMoves = [];
  firstPress = pointers.size === 1 ? { x: event.clientX, y: event.clientY, time: event.timeStamp } : null;
  oneFingerZoom = !!(firstPress && lastTap && event.pointerType === 'touch' && isNear(firstPress, lastTap, 40, 300));
  map.classList.add('dragging');
});

map.addEventListener('pointermove', (event) => {
  if (!pointers.has(event.pointerId)) return;
  const before = pointerCentre();
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const after = pointerCentre();
  const [dx, dy] = [after.x - before.x, after.y - before.y];
  if (oneFingerZoom && pointers.size === 1) return zoomAround(view.z + dy / 100, lastTap.x, lastTap.y);
  panBy(dx, dy);
  if (before.spread > 4) zoomAround(view.z + Math.log2(after.spread / before.spread), after.x, after.y);
  recentMoves = [...recentMoves.filter((step) => event.timeStamp - step.time < 90), { dx, dy, time: event.timeStamp }];
});

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  if (pointers.size > 0) { // several fingers that lift one by one do not throw the map
    recentMoves = [];
    return;
  }
  map.classList.remove('dragging');
  const here = { x: event.clientX, y: event.clientY, time: event.timeStamp };
  const tapped = event.type === 'pointerup' && firstPress && isNear(here, firstPress, 8, 300);
  if (tapped && lastTap && isNear(here, lastTap, 40, 400)) {
    zoomStep(event.shiftKey ? -1 : 1, here.x, here.y);
    lastTap = null;
  } else {
    lastTap = tapped ? here : null;
    const steps = recentMoves.filter((step) => here.time - step.time < 90);
    const time = Math.max(here.time - (steps[0]?.time ?? 0), 16);
    const sum = (axis) => steps.slice(1).reduce((total, step) => total + step[axis], 0);
    if (!oneFingerZoom && steps.length > 2) coast(sum('dx') / time, sum('dy') / time);
  }
  oneFingerZoom = false;
}
map.addEventListener('pointerup', release);
map.addEventListener('pointercancel', release);

// --- Wheel and trackpad ----------------------------------------------------------------------------------------------

map.addEventListener('wheel', (event) => {
  event.preventDefault();
  const pixels = event.deltaY * [1, 24, 400][event.deltaMode];
  const rate = event.ctrlKey ? 0.012 : 0.0035; // a pinch on a trackpad arrives as a wheel event with the control key
  const step = clamp(-pixels * rate, -1, 1);
  glideBy(0, 0, (glide?.z ?? view.z) + step, event.clientX, event.clientY);
}, { passive: false });

// Safari has its own events for a pinch on a trackpad. On phones, the pointer events above handle pinches.
let pinchFrom = 0;
map.addEventListener('gesturestart', (event) => {
  event.preventDefault();
  pinchFrom = view.z;
});
map.addEventListener('gesturechange', (event) => {
  event.preventDefault();
  if (pointers.size === 0) zoomAround(pinchFrom + Math.log2(event.scale), event.clientX, event.clientY);
});

// --- Keys: letters press the buttons of the page. --------------------------------------------------------------------

const PAN = 110;
const KEYS = {
  ArrowLeft: (factor) => glideBy(PAN * factor, 0),
  ArrowRight: (factor) => glideBy(-PAN * factor, 0),
  ArrowUp: (factor) => glideBy(0, PAN * factor),
  ArrowDown: (factor) => glideBy(0, -PAN * factor),
  '+': () => zoomStep(1),
  '=': () => zoomStep(1),
  '-': () => zoomStep(-1),
  _: () => zoomStep(-1),
  0: () => clickButton('go-home'),
  a: () => clickButton('go-all'),
  t: () => clickButton('theme'),
  g: () => clickButton('graticule'),
  p: () => clickButton('palette'),
  u: () => clickButton('elsewhere'),
};
function clickButton(id) {
  document.getElementById(id).click();
}

addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input')) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  action(event.shiftKey ? 3 : 1);
});
