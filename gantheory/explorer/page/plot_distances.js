// How far each run is from the point of rest, step by step, on a logarithmic scale.

import { clipped, curve, ink, labels, levels, roomFor, scale, sheet, ticks } from "./canvas.js";
import { RUN_INKS } from "./plot_plane.js";

const BOTTOM = 20; // margin
const LEAST = 1e-12; // distance that counts as 0

export function drawDistances(canvas, { runs, rest, spec }) {
  const { c, width, height } = sheet(canvas);
  if (!rest) return;
  const powers = runs.map((run) => run.map(([x, y]) => Math.log10(Math.max(Math.hypot(x - rest[0], y - rest[1]), LEAST))));
  const least = powers.flat().reduce((a, b) => Math.min(a, b), 0), most = powers.flat().reduce((a, b) => Math.max(a, b), least);
  const low = Math.floor(least * 2) / 2, high = Math.max(Math.ceil(most * 2) / 2, low + 0.5);
  const left = roomFor(c, [-1e-12]), x = scale(0, spec.steps, left, width - 6), y = scale(low, high, height - BOTTOM, 6);
  const whole = high - low > 2 ? ticks(low, high, 4).filter(Number.isInteger) : [low, (low + high) / 2, high];
  levels(c, whole, y, left, width, (power) => String(+(10 ** power).toPrecision(2)).replace("-", "−"));
  labels(c, ticks(0, spec.steps, 6), x, height - 4, left, width);
  clipped(c, left, 0, width - left, height - BOTTOM + 1, () =>
    powers.forEach((run, i) => curve(c, run.length, x, (step) => y(run[step]), ink[RUN_INKS[i]], 1.6)));
}
