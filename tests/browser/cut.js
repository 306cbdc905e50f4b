// What is wrong with the editor's layout, in words. What scrolls may be larger than its place.
() => {
  const root = document.querySelector('.sf-editor');
  const box = (part) => root.querySelector(part).getBoundingClientRect();
  const faults = [];
  const whole = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const inside = (one, outer, slack = 1) => one.left >= outer.left - slack
    && one.top >= outer.top - slack && one.right <= outer.right + slack
    && one.bottom <= outer.bottom + slack;
  const parts = { Run: '.sf-primary', picture: '.sf-compare .sf-stage', Accept: '.sf-decide button' };
  for (const [name, part] of Object.entries(parts)) {
    const one = box(part);
    if (!inside(one, whole)) faults.push(`${name} is not in view: ${JSON.stringify(one)}`);
  }
  const stage = box('.sf-compare .sf-stage');
  if (Math.min(stage.width, stage.height) < 160) faults.push('the picture is too small to see');
  const edge = root.getBoundingClientRect();
  for (const one of root.querySelectorAll('*')) {
    if (!one.offsetParent || one.closest('.sf-strip > *, .sf-pane, .sf-said, .sf-tabs, .sf-grid > *')) continue;
    const at = one.getBoundingClientRect();
    if (getComputedStyle(one).clipPath !== 'none' || !at.width) continue;
    if (at.left < edge.left - 1 || at.right > edge.right + 1) {
      faults.push(`${one.className || one.tagName} is wider than the editor`);
    }
  }
  const column = [...root.querySelector('.sf-centre').children].filter((one) => one.offsetParent);
  const places = [root.querySelector('.sf-header'), ...column].map((one) => one.getBoundingClientRect());
  places.forEach((one, index) => {
    if (index && places[index - 1].bottom > one.top + 1) faults.push(`part ${index} overlaps`);
  });
  for (const one of root.querySelectorAll('.widget-html-content')) {
    const place = one.parentElement.getBoundingClientRect();
    if (one.offsetParent && getComputedStyle(one).overflowX === 'visible'
        && one.scrollWidth > Math.ceil(place.width) + 1) {
      faults.push(`the words “${one.textContent.slice(0, 20)}” run out of their place`);
    }
  }
  const said = root.querySelector('.sf-message-text');
  if (said && said.getBoundingClientRect().width < Math.min(180, edge.width / 3)) faults.push('the message has no room');
  const tabs = [...root.querySelectorAll('.sf-body .sf-tab')].filter((one) => one.offsetParent);
  const lines = new Set(tabs.map((one) => one.offsetTop)).size; // a phone's share of a notebook: two
  if (lines > (edge.width < 320 ? 2 : 1)) faults.push(`the tabs take ${lines} lines`);
  const alone = root.querySelector('.sf-compare img[hidden]');
  if (alone && !root.querySelector('.sf-handle').hidden) faults.push('a wipe between nothing');
  const grid = root.querySelector('.sf-pictures');
  const about = root.querySelector('.sf-about');
  if (grid.offsetParent && grid.lastElementChild
      && Math.max(grid.getBoundingClientRect().bottom, grid.scrollHeight > grid.clientHeight + 2
        && getComputedStyle(grid).overflowY === 'visible' ? Infinity : 0)
      > about.getBoundingClientRect().top + 1) faults.push('the pictures lie over what is said of them');
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  return faults;
}
