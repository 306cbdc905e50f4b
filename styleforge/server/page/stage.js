// The picture: previews while an edit runs, before and after once it is there, what can be done.

import { call, events, json, over, picture } from './api.js';
import { $, make } from './form.js';

const clock = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

export function say(text) { $('said').textContent = text; }
export function complain(text) {
  $('error').textContent = text;
  if (text && narrow()) $('error').scrollIntoView({ block: 'center', behavior: 'smooth' });
}

// Where the picture stands below the form; see page.css.
export const narrow = () => matchMedia('(max-width: 860px)').matches;

export function show(name, url, alt) {
  const image = $(name);
  image.src = url;
  image.alt = alt;
  image.hidden = false;
  $('compare').classList.remove('empty');
  $('nothing').hidden = true;
}

// The picture before, once it is seen; null where this browser cannot show it.
export async function before(url) {
  $('after').hidden = true;
  wiped(false);
  show('before', url, 'The picture before');
  try {
    await $('before').decode();
    return $('before');
  } catch {
    $('before').hidden = true;
    $('nothing').textContent = 'This file cannot be shown here.';
    $('nothing').hidden = false;
    return null;
  }
}

// While there is nothing to compare with, the one picture is seen whole.
export function wiped(both) {
  for (const one of [$('wipe'), ...document.querySelectorAll('.tag')]) one.hidden = !both;
  $('compare').classList.toggle('wiped', both);
  $('compare').style.setProperty('--at', both ? `${$('wipe').value}%` : '100%');
}

$('wipe').addEventListener('input', () => wiped(true));

function waiting(edit) {
  if (edit.state === 'queued') return edit.ahead ? `Waiting: ${edit.ahead} before it.` : 'Next in the queue.';
  return edit.state === 'stopping' ? 'Stopping, the best is kept.' : 'Beginning.';
}

const ENDS = { done: 'Done', stopped: 'Stopped; this is the best so far', cancelled: 'Cancelled before it began' };

function buttons(edit) {
  const ended = over(edit);
  $('actions').hidden = false;
  $('stop').hidden = ended;
  for (const name of ['save', 'share', 'again']) $(name).hidden = !(ended && edit.result);
}

function note(text) {
  $('notes').hidden = false;
  const list = $('notes').querySelector('ul');
  if (![...list.children].some((one) => one.textContent === text)) list.append(make('li', { textContent: text }));
}

// Watch an edit to its end; the last state of it.
export async function watch(edit) {
  let last = edit;
  $('notes').querySelector('ul').replaceChildren();
  $('notes').hidden = true;
  $('link').hidden = true;
  complain('');
  const bar = $('progress');
  bar.hidden = false;
  bar.removeAttribute('value');
  buttons(edit);
  say(waiting(edit));
  for await (const { name, data } of events(edit.id)) {
    if (name === 'note') note(data.text);
    if (name === 'progress') {
      if (data.steps) bar.value = data.done / data.steps;
      say(data.left > 1 ? `${data.doing}, about ${clock(data.left)} to go.` : `${data.doing}.`);
    }
    if (name === 'preview') { show('after', data.picture, 'A preview'); wiped(!$('before').hidden); }
    if (name === 'state') {
      last = data;
      if (!over(data)) { buttons(data); say(waiting(data)); }
    }
  }
  bar.hidden = true;
  if (last.result) {
    const url = await picture(`/edits/${last.id}/result.png`);
    show('after', url, 'The result');
    wiped(!$('before').hidden);
    Object.assign($('save'), { href: url });
  }
  say(last.state in ENDS ? `${ENDS[last.state]}${last.seconds ? ` after ${clock(last.seconds)}` : ''}.` : '');
  complain(last.state === 'failed' ? last.error : '');
  buttons(last);
  return last;
}

export async function share(edit) {
  const { link } = await json(`/edits/${edit.id}/link`, { method: 'POST' });
  const url = `${location.origin}/#shared=${link}`;
  let how = 'Copy it:';
  try { await navigator.clipboard.writeText(url); how = 'The link is copied.'; } catch { /* it is shown */ }
  $('link').hidden = false;
  $('link').replaceChildren(`${how} Whoever has it sees the result, and not what it is made of. `,
    make('a', { href: url, textContent: url }));
}

export async function shared(link) {
  document.body.classList.add('shared');
  const about = await json(`/shared/${link}`);
  const url = URL.createObjectURL(await (await call(`/shared/${link}/result.png`)).blob());
  show('after', url, 'A picture that was shared');
  wiped(false);
  for (const text of about.notes) note(text);
  $('actions').hidden = false;
  Object.assign($('save'), { href: url, hidden: false });
  say('Somebody shared this with you.');
}
