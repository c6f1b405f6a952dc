// Evaluated in the page: simulates user input and returns the failed checks and the number of all checks.
(async () => {
  const failed = [];
  let checks = 0;

  function check(name, value, expected, tolerance = 1e-6) {
    checks++;
    const same = typeof expected === 'number' ? Math.abs(value - expected) <= tolerance : value === expected;
    if (!same) failed.push(`${name}: ${value} instead of ${expected}`);
  }

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  /** The page draws in the next frame, which may be late on a busy machine. */
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  /** Waits until all motion has ended and all tiles are loaded. */
  const settled = async () => {
    do {
      await frame();
      await wait(50);
    } while (motion || document.documentElement.dataset.state !== 'ready');
  };
  // Pointer events have a simulated clock, because timeouts last longer on a busy machine.
  let clock = 1e6;
  function pointer(type, x, y, id = 1, pointerType = 'mouse') {
    const event = new PointerEvent(type, { clientX: x, clientY: y, pointerId: id, pointerType, button: 0, bubbles: true });
    Object.defineProperty(event, 'timeStamp', { value: clock });
    map.dispatchEvent(event);
  }
  const key = (name) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  const click = (id) => document.getElementById(id).click();

  /** Drags the map and pauses before the release, so that it does not coast. */
  async function drag(dx, dy) {
    pointer('pointerdown', 400, 300);
    for (let i = 1; i <= 4; i++) pointer('pointermove', 400 + (dx * i) / 4, 300 + (dy * i) / 4);
    clock += 200;
    pointer('pointerup', 400 + dx, 300 + dy);
    await settled();
  }

  map.setPointerCapture = () => {}; // synthetic pointers cannot be captured

  for (const [lon, lat] of [[0, 0], [-179.9, 85], [5.72, 45.18], [151.2, -33.87]]) {
    const [x, y] = project(lon, lat);
    const back = unproject(x, y);
    check('longitude, round trip', back[0], lon);
    check('latitude, round trip', back[1], lat);
  }
  check('world x of 90 W', project(-90, 0)[0], 0.25);
  check('world y of the equator', project(0, 0)[1], 0.5);

  check('zoom of the address', view.z, 5);
  check('address of the view', hashOfView(), '#map=5/20.00/30.00');

  let grabbed = worldAt(400, 300);
  await drag(100, -60);
  check('a drag moves the grabbed position, x', worldAt(500, 240)[0], grabbed[0]);
  check('a drag moves the grabbed position, y', worldAt(500, 240)[1], grabbed[1]);

  let under = worldAt(200, 450);
  map.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, clientX: 200, clientY: 450, cancelable: true }));
  await settled();
  check('the wheel zooms', view.z, 5.7);
  check('the wheel keeps the position below it, x', worldAt(200, 450)[0], under[0]);
  check('the wheel keeps the position below it, y', worldAt(200, 450)[1], under[1]);

  key('+');
  await settled();
  check('plus goes to the next whole zoom', view.z, 6);
  key('-');
  key('-');
  await settled();
  check('minus twice goes two down', view.z, 4);
  let middle = worldAt(400, 300)[0];
  key('ArrowLeft');
  await settled();
  check('an arrow pans', (middle - view.x) * worldSize(view.z), 110, 1e-3);

  under = worldAt(300, 200);
  clock += 1000;
  for (let i = 0; i < 2; i++) {
    pointer('pointerdown', 300, 200);
    pointer('pointerup', 300, 200);
    clock += 60;
  }
  await settled();
  check('a double click zooms in', view.z, 5);
  check('a double click keeps the position below it', worldAt(300, 200)[0], under[0]);

  clock += 1000;
  pointer('pointerdown', 350, 300, 1, 'touch');
  pointer('pointerdown', 450, 300, 2, 'touch');
  under = worldAt(400, 300);
  pointer('pointermove', 300, 300, 1, 'touch');
  pointer('pointermove', 500, 300, 2, 'touch');
  pointer('pointerup', 300, 300, 1, 'touch');
  pointer('pointerup', 500, 300, 2, 'touch');
  await settled();
  check('two fingers apart zoom', view.z, 6);
  check('two fingers keep the position between them', worldAt(400, 300)[0], under[0], 1e-4);

  clock += 1000;
  const thrown = view.x;
  pointer('pointerdown', 400, 300);
  for (let i = 1; i <= 6; i++) {
    clock += 16;
    pointer('pointermove', 400 - 20 * i, 300);
  }
  pointer('pointerup', 280, 300);
  await settled();
  check('a thrown map coasts', (view.x - thrown) * worldSize(view.z) > 150, true);
  check('a thrown map stops', motion, null);

  click('go-all');
  await settled();
  const all = fit(MAP.bounds);
  check('all data, zoom', view.z, all.z);
  check('all data, place', view.x, all.x);
  click('go-home');
  await settled();
  check('home, zoom', view.z, fit(MAP.focus).z);
  const [west, north] = unproject(...worldAt(0, 0));
  const [east, south] = unproject(...worldAt(view.width, view.height));
  const [focusWest, focusSouth, focusEast, focusNorth] = MAP.focus;
  check('the focus is visible', west < focusWest && south < focusSouth && east > focusEast && north > focusNorth, true);

  location.hash = '#map=3/10/20';
  await settled();
  check('a new address moves the map', view.z, 3);

  setView(0.5, 0, 4);
  check('the view ends at the north edge', worldAt(0, 0)[1], 0);
  setView(0.5, 0.5, 99);
  check('zoom is limited', view.z, 22);

  key('t');
  await settled();
  check('t changes the theme', document.documentElement.dataset.theme, 'light');
  check('the theme selects its palette', shownStyle.palette, 'day');
  check('the theme is stored', JSON.parse(localStorage.getItem('trailglow')).theme, 'light');
  key('t');
  key('p');
  check('p opens the palettes', document.getElementById('palette-card').hidden, false);
  document.querySelector('input[value=day]').click();
  await settled();
  check('a palette can be selected', shownStyle.palette, 'day');
  key('t');
  key('t');
  check('the palette stays selected', shownStyle.palette, 'day');
  key('Escape');
  check('escape closes', document.getElementById('palette-card').hidden, true);

  setView(0.5, 0.5, 1.4);
  await settled();
  const label = () => document.getElementById('ticks').textContent;
  const shallow = label();
  setView(0.5, 0.5, 3);
  await settled();
  check('the legend changes with the zoom', label() !== shallow, true);

  click('elsewhere');
  const folderUrl = location.href.replace(/[^/]*([?#].*)?$/, '');
  check('address for JOSM', document.getElementById('url-josm').value, `tms[0,3]:${folderUrl}day/{zoom}/{x}/{y}.png`);
  check('address for others', document.getElementById('url-xyz').value, `${folderUrl}day/{z}/{x}/{y}.png`);

  return { failed, checks };
})();
