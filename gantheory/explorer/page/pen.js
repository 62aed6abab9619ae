// Gestures on the game's plot, of one pointer at a time, by mouse, pen or finger.

import { places } from "./plot_game.js";

export const BINS = 256; // heights of a drawn density, as many as the server expects
const STRETCH = 150; // pixels upwards that stretch p_g by a factor of e

// The page's side of it:
//   scene()          the scene, or null before there is one
//   tool()           "look", "data", "hand" or "drag"
//   look(x)          the pointer is at x, or has left (null)
//   changed(heights) a density is being drawn, or no more (null)
//   drawn(heights)   it is finished
//   dragged(move)    p_g was dragged by {shift, scale}
export function attachPen(canvas, { scene, tool, look, changed, drawn, dragged }) {
  let heights = null; // while a density is drawn
  let last = null; // the pointer's last place, while it is down

  canvas.addEventListener("pointerdown", (event) => {
    if (!scene() || tool() === "look" || event.button !== 0 || last) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    last = placeOf(event, canvas, scene());
    if (tool() !== "drag") {
      heights = new Float64Array(BINS);
      heights[last.bin] = last.height;
    }
    changed(heights);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!scene()) return;
    const here = placeOf(event, canvas, scene());
    if (!last) return look(here.x);
    if (tool() === "drag") dragged(moveOf(last, here));
    else fill(heights, last, here);
    last = here;
    changed(heights);
  });

  const lift = (event) => {
    if (!last) return;
    const finished = heights;
    heights = last = null;
    changed(null);
    if (finished && event.type === "pointerup") drawn(Array.from(finished));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => look(null));
}

// Where the pointer is: in x, in bins, in units of density, and in pixels from the top.
function placeOf(event, canvas, scene) {
  const box = canvas.getBoundingClientRect();
  const { width, floor, ceiling, tallest } = places(canvas, scene);
  const share = (event.clientX - box.left) / width;
  return {
    x: scene.low + share * (scene.high - scene.low),
    bin: Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS))),
    height: Math.max(0, ((floor - (event.clientY - box.top)) / (floor - ceiling)) * tallest),
    y: event.clientY,
  };
}

// Across is a shift, up and down a scale.
const moveOf = (last, here) => ({ shift: here.x - last.x, scale: Math.exp((last.y - here.y) / STRETCH) });

// Sets every bin from the last place to this one, on a straight line.
function fill(heights, last, here) {
  const from = Math.min(last.bin, here.bin), to = Math.max(last.bin, here.bin);
  for (let bin = from; bin <= to; bin++) {
    const share = to === from ? 1 : (bin - last.bin) / (here.bin - last.bin);
    heights[bin] = last.height + share * (here.height - last.height);
  }
}
