// What is asked for: the form, drawn from what /domains and /gallery say.

import { picture } from './api.js';

export const $ = (id) => document.getElementById(id);

export function make(tag, props = {}, ...children) {
  const { data, ...rest } = props;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data || {});
  made.append(...children);
  return made;
}

// A radio button that looks like a pill or a picture; the browser brings its keys.
function radio(name, value, look, label, checked, ...inside) {
  const input = make('input', { type: 'radio', name, value, checked });
  input.setAttribute('aria-label', label);
  return make('label', { className: look, title: label }, input, ...inside);
}

export function people(box, name, portraits, chosen) {
  box.replaceChildren(...portraits.map((one) => {
    const image = make('img', { alt: '', loading: 'lazy' });
    picture(`/gallery/${one.name}.png`).then((url) => { image.src = url; }, () => {});
    const label = one.caption ? `${one.name}: ${one.caption}` : one.name;
    return radio(name, `gallery:${one.name}`, 'person', label, false, image);
  }));
  box.addEventListener('change', () => chosen(box.querySelector(':checked').value));
}

export function pills(box, name, items, changed) {
  box.replaceChildren(...items.map(([value, label], index) => radio(
    name, value, 'choice', label, index === 0, label)));
  box.onchange = () => changed(box.querySelector(':checked').value);
}

export function options(select, items) {
  const before = select.value;
  select.replaceChildren(...items.map(([value, label]) => new Option(label, value)));
  if (items.some(([value]) => value === before)) select.value = before;
}

const KINDS = { none: 'As it is', text: 'Words', swatch: 'Colour', image: 'Like somebody' };

// One attribute: what it is to be, and how far it goes.
export function attribute(one, portraits, changed) {
  const id = one.role;
  const value = make('div', { className: 'value' });
  const kinds = make('div', { className: 'kinds', role: 'radiogroup' });
  kinds.setAttribute('aria-label', one.title);
  const box = make('div', { className: 'attribute', data: { role: id } },
    make('h3', { textContent: one.title }), make('p', { className: 'hint', textContent: one.help }),
    kinds, value);
  const state = { kind: 'none', value: '', file: null, strength: 1 };

  const draw = (kind) => {
    Object.assign(state, { kind, value: '', file: null });
    value.replaceChildren();
    if (kind === 'text') {
      const list = make('datalist', { id: `words-${id}` }, ...one.words.map((w) => new Option(w)));
      const words = make('input', { type: 'text', placeholder: one.words[0] || 'In words', maxLength: 1000 });
      words.setAttribute('list', list.id);
      words.setAttribute('aria-label', `${one.title} in words`);
      words.oninput = () => { state.value = words.value.trim(); changed(); };
      value.append(words, list);
    } else if (kind === 'swatch') {
      const colour = make('input', { type: 'color', value: '#8a2be2' });
      colour.setAttribute('aria-label', `${one.title} as a colour`);
      state.value = colour.value;
      colour.oninput = () => { state.value = colour.value; changed(); };
      value.append(colour);
    } else if (kind === 'image') {
      const grid = make('div', { className: 'gallery', role: 'radiogroup' });
      grid.setAttribute('aria-label', `${one.title} like somebody`);
      people(grid, `like-${id}`, portraits, (name) => { Object.assign(state, { value: name, file: null }); changed(); });
      const file = make('input', { type: 'file', accept: 'image/*' });
      const said = make('span', { textContent: 'Or choose a file' });
      file.onchange = () => {
        if (!file.files[0]) return;
        Object.assign(state, { value: `upload:${id}`, file: file.files[0] });
        grid.querySelectorAll(':checked').forEach((e) => { e.checked = false; });
        said.textContent = file.files[0].name;
        changed();
      };
      value.append(grid, make('label', { className: 'drop' }, file, said));
    }
    if (kind !== 'none') {
      const shown = make('output', { textContent: '100 %' });
      const slider = make('input', { type: 'range', min: 0, max: 1.5, step: 0.05, value: 1 });
      slider.setAttribute('aria-label', `Strength of ${one.title}`);
      slider.oninput = () => { state.strength = Number(slider.value); shown.textContent = `${Math.round(100 * slider.value)} %`; changed(); };
      value.append(make('label', { className: 'strength' }, 'Strength', slider, shown));
    }
    changed();
  };
  const offered = ['none', ...one.accepts.filter((kind) => kind in KINDS)];
  pills(kinds, `kind-${id}`, offered.map((kind) => [kind, KINDS[kind]]), draw);
  return { box, state };
}
