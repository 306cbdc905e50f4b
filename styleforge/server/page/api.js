// The public API: every call of the page goes through here.

let token = sessionStorage.getItem('token') || '';

export class Refused extends Error {
  constructor(sentence, status) { super(sentence); this.status = status; }
}

export function setToken(value) {
  token = value.trim();
  sessionStorage.setItem('token', token);
}

export async function call(path, how = {}) {
  const headers = { ...(how.headers || {}) };
  if (token) headers.authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path, { ...how, headers });
  } catch {
    throw new Refused('The server does not answer. It may be restarting; try again in a moment.', 0);
  }
  if (answer.ok) return answer;
  let sentence = `The server answered ${answer.status}.`;
  try { sentence = (await answer.json()).error || sentence; } catch { /* of a proxy between */ }
  throw new Refused(sentence, answer.status);
}

export const json = async (path, how) => (await call(path, how)).json();

export const picture = async (path) => URL.createObjectURL(await (await call(path)).blob());

export function ask(edit, files) {
  const form = new FormData();
  form.append('edit', JSON.stringify(edit));
  for (const [name, file] of Object.entries(files)) form.append(name, file, 'picture');
  return json('/edits', { method: 'POST', body: form });
}

// Server-sent events, read by fetch so that the token goes along; a lost connection is made again.
export async function* events(edit) {
  for (let tries = 0; tries < 60; tries += 1) {
    try {
      const answer = await call(`/edits/${edit}/events`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let held = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        tries = 0;
        held = (held + value).replaceAll('\r\n', '\n');
        const parts = held.split('\n\n');
        held = parts.pop();
        for (const part of parts) {
          const lines = part.split('\n');
          const of = (name) => lines.filter((one) => one.startsWith(`${name}: `))
            .map((one) => one.slice(name.length + 2)).join('\n');
          if (!of('event')) continue;
          const event = { name: of('event'), data: JSON.parse(of('data')) };
          yield event;
          if (event.name === 'state' && over(event.data)) return;
        }
      }
    } catch (error) {
      if (error.status) throw error;
    }
    await new Promise((go) => { setTimeout(go, 1000); });
  }
  throw new Refused('The server does not answer any more. Open this address again later.', 0);
}

export const over = (edit) => ['done', 'stopped', 'failed', 'cancelled'].includes(edit.state);
