// G's graph: z across, x up.

import { clipped, curve, ink, labels, levels, scale, sheet, ticks } from "./canvas.js";

const LEFT = 34, BOTTOM = 18; // margins

export function drawGraph(canvas, { z, low, high }, { graph }) {
  const { c, width, height } = sheet(canvas), bottom = height - BOTTOM;
  const first = z[0], last = z[z.length - 1];
  const across = scale(first, last, LEFT, width - 4), up = scale(low, high, bottom, 4);
  levels(c, ticks(low, high, 6), up, LEFT, width);
  labels(c, ticks(first, last, 6), across, height - 4);
  clipped(c, LEFT, 0, width - LEFT, bottom, () => curve(c, z.length, (i) => across(z[i]), (i) => up(graph[i]), ink.generated, 2));
}
