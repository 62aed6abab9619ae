// D less D*, along x, inked where there is mass: elsewhere nobody plays, and D is free.

import { curve, ink, labels, levels, roomFor, scale, sheet, text, ticks, zoom } from "./canvas.js";
import { outputOf } from "./discriminator.js";

const BOTTOM = 20; // margin
const COUNTS = 0.01; // share of the greatest p_data + p_g from which a place decides on the axis

export function drawGap(canvas, scene, { logit, d_star, p_g }) {
  const { c, width, height } = sheet(canvas), count = logit.length;
  const share = outputOf(logit, scene.logit), gap = (i) => share(i) - d_star[i];
  const weight = weightsOf(scene.p_data, p_g), reach = scene.logit ? reachOf(gap, weight) : 1;
  const left = roomFor(c, [-reach, 0, reach]);
  const across = scale(scene.low, scene.high, left, width - 4), cell = scale(0, count - 1, left, width - 4);
  const y = scale(-reach, reach, height - BOTTOM * zoom(), 9);
  levels(c, [-reach, 0, reach], y, left, width);
  labels(c, ticks(scene.low, scene.high, 6), across, height - 4, left, width);
  if (!scene.logit) return text(c, "a critic's output is no probability: it has no D*", (left + width) / 2, y(0) - 6, ink.faint, "center");
  const at = (i) => y(Math.max(-reach, Math.min(reach, gap(i))));
  for (let i = 0; i < count; i++) drawBar(c, cell(i), (width - left) / count, y(0), at(i), weight[i]);
  curve(c, count, cell, (i) => (weight[i] >= COUNTS ? at(i) : NaN), ink.discriminator, 1.4);
}

function drawBar(c, x, width, from, to, weight) {
  if (!Number.isFinite(to)) return;
  c.globalAlpha = Math.sqrt(weight);
  c.fillStyle = ink["discriminator-gap"];
  c.fillRect(x - width / 2, Math.min(from, to), width + 0.5, Math.abs(to - from));
  c.globalAlpha = 1;
}

// p_data + p_g at each cell, as a share of its greatest value that is no spike: the tallest p_data.
function weightsOf(p_data, p_g) {
  const most = Math.max(...p_data.filter(Number.isFinite)) || 1;
  return p_data.map((p, i) => Math.min(1, ((Number.isFinite(p) ? p : most) + (p_g[i] || 0)) / most));
}

// The end of the vertical axis, in steps, so that it seldom changes. D* is nan where it is free.
function reachOf(gap, weight) {
  const most = weight.reduce((found, mass, i) => (mass >= COUNTS && Math.abs(gap(i)) > found ? Math.abs(gap(i)) : found), 0);
  return most > 0.5 ? 1 : most > 0.2 ? 0.5 : most > 0.05 ? 0.2 : 0.05;
}
