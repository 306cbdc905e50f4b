// A region painted by hand: with a mouse, a finger or the arrow keys; or a mask made elsewhere.

import { $ } from './form.js';

const MOST = 1024; // pixels of the longer side of what is painted on
const state = { image: null, strokes: 0, file: null, at: [0, 0], last: null, changed: () => {} };
const board = () => $('board');
const ink = () => board().getContext('2d', { willReadFrequently: true });

// Whether there is a mask, painted or chosen.
export const painted = () => Boolean(state.file) || state.strokes > 0;

function say() {
  const file = state.file ? `The mask ${state.file.name} is used.` : '';
  const paint = state.strokes ? 'What you painted is the region.' : 'The region is found by itself.';
  $('mask-said').textContent = file || paint;
  $('mask-clear').disabled = !painted();
  state.changed();
}

export function clear() {
  Object.assign(state, { strokes: 0, file: null, last: null });
  $('mask-file').value = '';
  ink().clearRect(0, 0, board().width, board().height);
  say();
}

// Another picture: nothing is painted on it yet. Without an image only a mask can be chosen.
export function over(image) {
  state.image = image;
  $('paint').hidden = !image;
  if (image) {
    const share = Math.min(1, MOST / Math.max(image.naturalWidth, image.naturalHeight));
    board().width = Math.max(1, Math.round(image.naturalWidth * share));
    board().height = Math.max(1, Math.round(image.naturalHeight * share));
    $('under').src = image.src;
    state.at = [board().width / 2, board().height / 2];
  }
  clear();
}

function line(from, to) {
  const pen = ink();
  pen.globalCompositeOperation = $('erase').checked ? 'destination-out' : 'source-over';
  pen.strokeStyle = '#7b4dff';
  pen.lineCap = 'round';
  pen.lineWidth = ($('brush').value / 100) * Math.min(board().width, board().height);
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(to[0] + 0.01, to[1]); // a line without length is not drawn
  pen.stroke();
  if (!$('erase').checked) state.strokes += 1;
}

function place(event) {
  const box = board().getBoundingClientRect();
  return [(event.clientX - box.left) * (board().width / box.width), (event.clientY - box.top) * (board().height / box.height)];
}

function cursor() {
  const box = board().getBoundingClientRect();
  const size = ($('brush').value / 100) * Math.min(box.width, box.height);
  Object.assign($('cursor').style, {
    width: `${size}px`, height: `${size}px`,
    left: `${(state.at[0] / board().width) * 100}%`, top: `${(state.at[1] / board().height) * 100}%`,
  });
}

// Without anything left, nothing is painted, so that an empty mask is not sent.
function settle() {
  const { data } = ink().getImageData(0, 0, board().width, board().height);
  if (!data.some((value, index) => index % 4 === 3 && value > 127)) state.strokes = 0;
  state.last = null;
  say();
}

function byPointer() {
  board().onpointerdown = (event) => {
    board().setPointerCapture(event.pointerId);
    state.last = place(event);
    line(state.last, state.last);
  };
  board().onpointermove = (event) => {
    state.at = place(event);
    cursor();
    if (!state.last) return;
    line(state.last, state.at);
    state.last = state.at;
  };
  board().onpointerup = settle;
  board().onpointercancel = settle;
}

function byKeys() {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  board().onkeydown = (event) => {
    const before = state.at;
    if (moves[event.key]) {
      const step = (event.shiftKey ? 0.01 : 0.04) * Math.min(board().width, board().height);
      const inside = (value, most) => Math.min(most, Math.max(0, value));
      const [x, y] = moves[event.key];
      state.at = [inside(before[0] + x * step, board().width), inside(before[1] + y * step, board().height)];
    } else if (event.key !== ' ') return;
    event.preventDefault();
    if (event.key === ' ' && !event.repeat) state.last = state.at;
    if (state.last) line(before, state.at);
    cursor();
  };
  board().onkeyup = (event) => { if (event.key === ' ') settle(); };
  board().onblur = () => { if (state.last) settle(); };
}

// White where it was painted, black elsewhere, in the picture's own size.
export async function mask() {
  if (state.file) return state.file;
  const { naturalWidth: width, naturalHeight: height } = state.image;
  const whole = Object.assign(document.createElement('canvas'), { width, height });
  const pen = whole.getContext('2d');
  pen.drawImage(board(), 0, 0, width, height);
  pen.globalCompositeOperation = 'source-in';
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  pen.globalCompositeOperation = 'destination-over';
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, width, height);
  const made = await new Promise((done) => { whole.toBlob(done, 'image/png'); });
  if (!made) throw new Error('this browser cannot hold a mask as large as the photo; scale the photo down');
  return made;
}

export function brushing(changed) {
  state.changed = changed;
  byPointer();
  byKeys();
  board().onfocus = cursor;
  $('brush').oninput = cursor;
  $('mask-clear').onclick = clear;
  $('mask-file').onchange = () => { [state.file] = $('mask-file').files; say(); };
  $('region').ontoggle = cursor;
}
