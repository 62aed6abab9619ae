// D less D*, along x.

import { area, curve, ink, labels, levels, scale, sheet, text, ticks } from "./canvas.js";
import { shareOf } from "./discriminator.js";

const LEFT = 34, BOTTOM = 18; // margins

export function drawGap(canvas, scene, { logit, d_star }) {
  const { c, width, height } = sheet(canvas), count = logit.length;
  const share = shareOf(logit, scene.logit), gap = (i) => share(i) - d_star[i];
  const reach = reachOf(gap, count);
  const cell = scale(0, count - 1, LEFT, width - 4), y = scale(-reach, reach, height - BOTTOM, 9);
  levels(c, [-reach, 0, reach], y, LEFT, width);
  labels(c, ticks(scene.low, scene.high, 6), scale(scene.low, scene.high, LEFT, width - 4), height - 4);
  if (!scene.logit) return text(c, "D's output is no logit in this game", width / 2, y(0) - 6, ink.faint, "center");
  const at = (i) => y(gap(i));
  area(c, count, cell, at, y(0), ink["discriminator-gap"]);
  curve(c, count, cell, at, ink.discriminator, 1.4);
}

// The end of the vertical axis, in steps, so that it seldom changes. D* is nan where it is free.
function reachOf(gap, count) {
  let most = 0;
  for (let i = 0; i < count; i++) if (Math.abs(gap(i)) > most) most = Math.abs(gap(i));
  return most > 0.5 ? 1 : most > 0.2 ? 0.5 : most > 0.05 ? 0.2 : 0.05;
}
