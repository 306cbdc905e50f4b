// Words that are hard to read: a contrast below 4.5, or 3 for the arrows of the choosers.
() => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
    .getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) => [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3]));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => [...over(layer, below), 1], [255, 255, 255, 1]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const faults = [];
  const root = document.querySelector('.sf-editor') ?? document.body;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const one = node.parentElement;
    if (!node.textContent.trim() || !one.offsetParent || one.closest(':disabled, option, style')) continue;
    if (one.closest('.sf-picture em')) continue; // a star on a picture, said in words too
    const back = ground(one);
    const found = ratio(over(rgba(getComputedStyle(one).color), back), back);
    if (found < 4.5) faults.push(`${node.textContent.trim().slice(0, 30)}: ${found.toFixed(2)}`);
  }
  for (const one of root.querySelectorAll('select')) {
    if (!one.offsetParent || one.disabled) continue;
    const stroke = /stroke='%23([0-9a-f]{6})'/.exec(getComputedStyle(one).backgroundImage);
    const back = ground(one);
    const found = stroke ? ratio(over(rgba(`#${stroke[1]}`), back), back) : 0;
    if (found < 3) faults.push(`the arrow of ${one.className}: ${found.toFixed(2)}`);
  }
  return [...new Set(faults)];
}
