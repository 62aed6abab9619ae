// The brush with which p_data is painted on the left square: so many cells along each side, each of a shade from 0 to 9.

import { places } from "./plot_maps.js";

const DARKEST = 9;
const RADIUS = 1.7; // of the brush, in cells
const INK = 4; // shades that it puts down in its middle, at every place the pointer passes

// The page's side of it:
//   scene()           the scene, or null before there is one
//   count()           cells along each side
//   isOn()            whether the pointer paints
//   changed(painted)  {count, shades} is being painted, or no more (null)
//   painted(data)     a stroke is finished; `data` describes the law for the server
// Returns a function that makes the sheet blank: the next stroke begins a picture of its own.
export function attachBrush(canvas, { scene, count, isOn, changed, painted }) {
  let shades = null; // row by row from below, while a stroke is made
  let blank = false;

  canvas.addEventListener("pointerdown", (event) => {
    if (!scene() || !isOn() || event.button !== 0 || shades) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    shades = blank ? new Uint8Array(count() ** 2) : painting(scene().spec, count());
    blank = false;
    put(shades, count(), event, canvas, scene());
    changed({ count: count(), shades: Uint8Array.from(shades) });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!shades) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) put(shades, count(), one, canvas, scene());
    changed({ count: count(), shades: Uint8Array.from(shades) });
  });
  const lift = (event) => {
    if (!shades) return;
    const finished = Array.from(shades).join("");
    shades = null;
    changed(null);
    const { low, high, bottom } = scene();
    if (event.type === "pointerup" && /[1-9]/.test(finished)) painted({ kind: "brush", low, bottom, side: high - low, shades: finished });
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  return () => (blank = true);
}

// What has been painted before, to paint on; else a blank sheet.
const painting = (spec, count) => (spec.kind === "brush" ? Uint8Array.from(spec.shades, Number) : new Uint8Array(count ** 2));

function put(shades, count, event, canvas, scene) {
  const box = canvas.getBoundingClientRect(), { left, top, side } = places(canvas, scene);
  const column = ((event.clientX - box.left - left) / side) * count, row = (1 - (event.clientY - box.top - top) / side) * count;
  for (let j = Math.floor(row - RADIUS); j <= row + RADIUS; j++) {
    for (let i = Math.floor(column - RADIUS); i <= column + RADIUS; i++) {
      const far = Math.hypot(i + 0.5 - column, j + 0.5 - row) / RADIUS;
      if (i < 0 || j < 0 || i >= count || j >= count || far >= 1) continue;
      shades[j * count + i] = Math.min(DARKEST, shades[j * count + i] + Math.ceil(INK * (1 - far * far)));
    }
  }
}
