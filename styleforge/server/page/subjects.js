// Pictures that show several: which one is meant is asked, with a number on each.

import { picture } from './api.js';
import { $, make } from './form.js';

// The number that was chosen; 0 where nothing was.
export async function which(edit) {
  const box = $('several');
  const { choose, places } = edit;
  $('several-title').textContent = choose === 'identity' ? 'Which one is meant?'
    : `Which one is meant, in the picture for ${choose.replaceAll('_', ' ')}?`;
  $('several-picture').src = await picture(`/edits/${edit.id}/numbered.png`);
  $('several-picture').alt = `${places.length} are seen, numbered from the left`;
  return new Promise((chosen) => {
    $('several-numbers').replaceChildren(...places.map(([x], index) => make('button', {
      type: 'submit', value: String(index + 1), textContent: String(index + 1),
      ariaLabel: `Number ${index + 1} from the left, at ${Math.round(100 * x)} % of the width`,
    })));
    box.onclose = () => chosen(Number(box.returnValue) || 0);
    box.returnValue = '';
    box.showModal();
  });
}
