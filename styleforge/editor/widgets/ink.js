// How the brush draws a mask: stripes inside, a light and a dark line around.

/** Draw a picture's light parts, as opaque as they are light, on a canvas. */
function drawLight(canvas, bitmap) {
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (!bitmap) return;
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < pixels.data.length; i += 4) {
    pixels.data[i + 3] = (pixels.data[i] * pixels.data[i + 3]) / 255;
    pixels.data.fill(255, i, i + 3);
  }
  pen.putImageData(pixels, 0, 0);
}

/** Paint a line on a mask, or a dot where it has no length; or take it away. */
function drawLine(mask, from, to, { size, erase }) {
  const pen = mask.getContext("2d");
  pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
  pen.fillStyle = pen.strokeStyle = "#fff";
  pen.lineCap = "round";
  pen.lineWidth = size;
  pen.beginPath();
  if (to[0] === from[0] && to[1] === from[1]) {
    pen.arc(...to, size / 2, 0, 7); // a line without length is not drawn
    pen.fill();
  } else {
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }
  pen.globalCompositeOperation = "source-over";
}

/** White where the mask is, black elsewhere, as PNG bytes. */
async function toPng(canvas) {
  const opaque = element("canvas", { width: canvas.width, height: canvas.height });
  const pen = opaque.getContext("2d");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(canvas, 0, 0);
  const blob = await new Promise((made) => opaque.toBlob(made, "image/png"));
  return new DataView(await blob.arrayBuffer());
}

/** Stripes, so that the mask is seen by its pattern too. */
function hatch(pen, unit) {
  const tile = element("canvas", { width: 8 * unit, height: 8 * unit });
  const ink = tile.getContext("2d");
  ink.scale(unit, unit);
  ink.fillStyle = "rgb(38 110 230 / 55%)";
  ink.fillRect(0, 0, 8, 8);
  ink.strokeStyle = "rgb(255 255 255 / 85%)";
  ink.lineWidth = 1.5;
  for (const x of [-8, 0, 8]) ink.stroke(new Path2D(`M${x - 1} 9L${x + 9} -1`));
  return pen.createPattern(tile, "repeat");
}

/** A line of this width around the mask, by moving it in eight directions; at is where it lies. */
function ring(pen, layer, mask, at, width, colour) {
  const ink = layer.getContext("2d");
  const draw = (x, y) => ink.drawImage(mask, at.left + x, at.top + y, at.width, at.height);
  ink.globalCompositeOperation = "copy";
  draw(0, 0);
  ink.globalCompositeOperation = "source-over";
  for (let turn = 0; turn < 8; turn += 1) {
    const angle = (turn * Math.PI) / 4;
    draw(Math.cos(angle) * width, Math.sin(angle) * width);
  }
  ink.globalCompositeOperation = "source-in";
  ink.fillStyle = colour;
  ink.fillRect(0, 0, layer.width, layer.height);
  ink.globalCompositeOperation = "destination-out";
  draw(0, 0);
  pen.drawImage(layer, 0, 0);
}

/** Where the brush is, as a circle; dashed where it erases. */
function drawTip(pen, at, scale, unit, tip) {
  pen.setLineDash(tip.dashed ? [5 * unit, 4 * unit] : []);
  for (const [colour, width] of [["#000", 3], ["#fff", 1.5]]) {
    pen.beginPath();
    pen.arc(at.left + tip.at[0] * scale, at.top + tip.at[1] * scale,
      Math.max(2 * unit, (tip.size / 2) * scale), 0, 7);
    pen.strokeStyle = colour;
    pen.lineWidth = width * unit;
    pen.stroke();
  }
  pen.setLineDash([]);
}

/** The mask over the board, and the brush where there is one; layer is for drafts.
 * view is where the picture lies on the board, in pixels of the page. */
function drawOverlay(board, layer, mask, view, opacity, tip) {
  const { width, height } = board;
  if (!width || !height) return;
  const pen = board.getContext("2d");
  const unit = window.devicePixelRatio || 1;
  pen.globalCompositeOperation = "copy";
  pen.globalAlpha = opacity;
  const at = { left: view.left * unit, top: view.top * unit,
    width: view.width * unit, height: view.height * unit };
  pen.drawImage(mask, at.left, at.top, at.width, at.height);
  pen.globalAlpha = 1;
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = hatch(pen, unit);
  pen.fillRect(0, 0, width, height);
  pen.globalCompositeOperation = "source-over";
  ring(pen, layer, mask, at, 2.5 * unit, "#000");
  ring(pen, layer, mask, at, 1.5 * unit, "#fff");
  if (tip) drawTip(pen, at, at.width / mask.width, unit, tip);
}
