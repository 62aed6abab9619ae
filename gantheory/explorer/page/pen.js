// The pointer on the game's plot: it looks, draws a density, or drags p_g. One pointer at a time, by mouse, pen or finger.

import { places } from "./plots.js";

const BINS = 256;

export function pen(canvas, { scene, tool, look, drawn, dragged, changed }) {
  let stroke = null, last = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect(), at = places(canvas, scene()), { low, high } = scene();
    const share = (event.clientX - box.left) / (canvas.clientWidth - 26);
    return {
      x: low + share * (high - low),
      bin: Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS))),
      height: Math.max(0, ((at.floor - (event.clientY - box.top)) / (at.floor - 8)) * at.tallest),
      y: event.clientY,
    };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!scene() || tool() === "look" || event.button !== 0 || last) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    last = place(event);
    if (tool() !== "drag") {
      stroke = { heights: new Float64Array(BINS) };
      stroke.heights[last.bin] = last.height;
    }
    changed(stroke);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!scene()) return;
    const here = place(event);
    if (!last) return look(here.x, event);
    if (tool() === "drag") dragged({ shift: here.x - last.x, scale: Math.exp((last.y - here.y) / 150) });
    else {
      // Every bin between the last place and this one.
      const from = Math.min(last.bin, here.bin), to = Math.max(last.bin, here.bin);
      for (let bin = from; bin <= to; bin++) {
        const share = to === from ? 1 : (bin - last.bin) / (here.bin - last.bin);
        stroke.heights[bin] = last.height + share * (here.height - last.height);
      }
    }
    last = here;
    changed(stroke);
  });

  const lift = (event) => {
    if (!last) return;
    const done = stroke;
    stroke = last = null;
    changed(null);
    if (done && event.type === "pointerup") drawn(tool(), Array.from(done.heights));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", (event) => look(null, event));
}
