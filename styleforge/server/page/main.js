// The page: what is chosen becomes an edit, and the edit is watched.

import { ask, call, json, picture, setToken, Refused } from './api.js';
import { brushing, mask, over as paintOver, painted } from './brush.js';
import { $, attribute, make, options, people, pills } from './form.js';
import { before, complain, narrow, say, share, shared, watch } from './stage.js';
import { which } from './subjects.js';

const chosen = { identity: '', file: null, domain: null, rows: [], edit: null, busy: false, subjects: {} };
let domains = [];
let portraits = [];

const packOf = () => chosen.domain.packs.find((one) => one.name === $('pack').value);
const asked = () => chosen.rows.filter(({ box, state }) => !box.hidden && state.kind !== 'none' && state.value);

function ready() {
  const missing = !chosen.identity ? 'Choose whose picture it is.'
    : !asked().length ? 'Say what is to change.' : '';
  $('run').disabled = Boolean(missing) || chosen.busy;
  $('why').textContent = missing;
}

function drawPresets() {
  const pack = packOf();
  const known = Object.fromEntries(chosen.domain.presets.map((one) => [one.name, one]));
  const quick = pack.one_pass.length ? [['', 'Quick: one pass']] : [];
  options($('preset'), [...quick, ...pack.presets.map((name) => {
    const { title, steps } = known[name];
    return [name, steps ? `${title} (${steps.toLocaleString('en')} steps)` : title];
  })]);
  helpPreset();
}

function helpPreset() {
  const found = chosen.domain.presets.find((one) => one.name === $('preset').value);
  $('preset-help').textContent = found ? found.help : 'A second or so, without steps.';
  const pack = packOf();
  const able = found ? pack.attributes : pack.one_pass;
  for (const row of chosen.rows) row.box.hidden = !able.includes(row.name);
  for (const row of chosen.rows.filter((one) => one.box.hidden)) row.state.kind = 'none';
  ready();
}

function drawDomain(name) {
  chosen.domain = domains.find((one) => one.name === name);
  chosen.rows = chosen.domain.attributes.map((one) => ({ name: one.name, role: one.role, ...attribute(one, portraits, ready) }));
  $('attributes').replaceChildren(...chosen.rows.map((row) => row.box));
  const packs = chosen.domain.packs;
  options($('pack'), packs.map((one) => [one.name, one.title]));
  $('pack-row').hidden = packs.length < 2;
  suitPack();
}

// Somebody of the gallery is drawn by the gallery's pack; a photograph keeps its own size.
function suitPack() {
  const { packs } = chosen.domain;
  const fits = chosen.file ? packs.find((one) => one.photographs)
    : packs.find((one) => portraits.some((p) => p.pack === one.name));
  $('pack').value = (fits || packs[0]).name;
  drawPresets();
}

async function choose(source, file) {
  Object.assign(chosen, { identity: source, file, subjects: {} });
  $('drop').querySelector('span').replaceChildren(...(file ? [make('b', { textContent: file.name }), ', or choose another']
    : [make('b', { textContent: 'Drop a photo here' }), ', or choose a file']));
  if (file) $('gallery').querySelectorAll(':checked').forEach((e) => { e.checked = false; });
  complain('');
  const url = file ? URL.createObjectURL(file) : await picture(`/gallery/${source.slice(8)}.png`);
  const seen = await before(url);
  $('region').hidden = !file;
  if (file) $('gallery-box').open = false;
  $('subject').value = '0';
  paintOver(seen);
  if (!seen) complain('This browser cannot show the file. It is sent all the same; the result can be seen.');
  suitPack();
}

// Whose region it is: that of the identity, and of pictures that are given for attributes.
function subjects() {
  const own = Number($('subject').value);
  const roles = new Set(asked().filter(({ state }) => state.kind === 'image').map(({ role }) => role));
  const others = Object.entries(chosen.subjects).filter(([role]) => roles.has(role));
  return { ...Object.fromEntries(others), ...(own ? { identity: own } : {}) };
}

async function run(event) {
  event.preventDefault();
  const edit = {
    domain: chosen.domain.name, identity: chosen.identity, pack: $('pack').value, preset: $('preset').value,
    attributes: Object.fromEntries(asked().map(({ role, state }) => [role, state.value])),
    strengths: Object.fromEntries(asked().map(({ role, state }) => [role, state.strength])),
    subjects: subjects(),
  };
  const files = Object.fromEntries(asked().filter(({ state }) => state.file).map(({ role, state }) => [role, state.file]));
  if (chosen.file) files.identity = chosen.file;
  complain('');
  say('Sending.');
  const made = await follow(async () => {
    if (chosen.file && painted()) files.mask = await mask();
    return ask(edit, files);
  });
  await among(made);
}

// Where a picture shows several: ask which, and make the edit again with that one.
async function among(edit) {
  for (let last = edit; last?.choose;) {
    const { id, choose: role } = last;
    const number = await which(last).catch(trouble);
    if (!number) return;
    chosen.subjects[role] = number;
    if (role === 'identity') $('subject').value = String(number);
    last = await follow(() => json(`/edits/${id}/again`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ subjects: { [role]: number } }),
    }));
  }
}

async function follow(begin) {
  chosen.busy = true;
  ready();
  let last = null;
  try {
    chosen.edit = await begin();
    history.replaceState(null, '', `#edit=${chosen.edit.id}`);
    if (narrow()) $('stage').scrollIntoView({ behavior: 'smooth' });
    last = await watch(chosen.edit);
    chosen.edit = last;
  } catch (error) {
    trouble(error);
  }
  chosen.busy = false;
  ready();
  return last;
}

function trouble(error) {
  say('');
  if (error.status === 401) askToken();
  complain(error instanceof Refused ? error.message : `The page failed: ${error.message}`);
}

function askToken() {
  $('ask').showModal();
  $('ask').onclose = () => { setToken($('ask-token').value); location.reload(); };
}

async function goOn() {
  const blob = await (await call(`/edits/${chosen.edit.id}/result.png`)).blob();
  await choose('upload:identity', new File([blob], 'the last result.png', { type: 'image/png' }));
  const pack = chosen.edit.pack || $('pack').value;
  if (chosen.domain.packs.some((one) => one.name === pack)) $('pack').value = pack;
  if (narrow()) $('form').scrollIntoView({ behavior: 'smooth' });
}

function dropping() {
  const take = (file) => { if (file) choose('upload:identity', file).catch(trouble); };
  $('file').onchange = () => take($('file').files[0]);
  for (const name of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      $('drop').classList.toggle('over', name === 'dragover');
      if (name === 'drop') take(event.dataTransfer.files[0]);
    });
  }
}

async function begin() {
  const [, link] = location.hash.match(/^#shared=([\w-]+)$/) || [];
  if (link) { await shared(link); return; }
  const health = await json('/health');
  $('token').hidden = !health.token;
  $('token').onclick = askToken;
  [domains, portraits] = await Promise.all([json('/domains'), json('/gallery')]);
  domains = domains.filter((one) => one.packs.length);
  if (!domains.length) throw new Error('No pack of models here can do anything; `styleforge packs` says what is lacking.');
  people($('gallery'), 'person', portraits, (source) => choose(source, null).catch(trouble));
  $('gallery-box').hidden = !portraits.length;
  pills($('domains'), 'domain', domains.map((one) => [one.name, one.title]), drawDomain);
  $('domains').hidden = domains.length < 2;
  drawDomain(domains[0].name);
  const nth = (number) => [number, `Number ${number} from the left`];
  options($('subject'), [['0', 'Whoever is seen, or largest'], ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(nth)]);
  brushing(ready);
  $('pack').onchange = drawPresets;
  $('preset').onchange = helpPreset;
  $('form').onsubmit = run;
  $('stop').onclick = () => call(`/edits/${chosen.edit.id}`, { method: 'DELETE' }).catch(trouble);
  $('share').onclick = () => share(chosen.edit).catch(trouble);
  $('again').onclick = () => goOn().catch(trouble);
  dropping();
  document.body.dataset.ready = 'yes';
  const [, edit] = location.hash.match(/^#edit=([\w-]+)$/) || [];
  if (edit) {
    const found = await json(`/edits/${edit}`);
    if (found.pictures.includes('identity')) await before(await picture(`/edits/${edit}/pictures/identity.png`));
    await among(await follow(async () => found));
  }
}

begin().catch(trouble);
