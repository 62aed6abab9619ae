// G's graph: z across, x up.

import { clipped, curve, ink, labels, levels, roomFor, scale, sheet, ticks, zoom } from "./canvas.js";

const BOTTOM = 20; // margin

export function drawGraph(canvas, { z, low, high }, { graph }) {
  const { c, width, height } = sheet(canvas), bottom = height - BOTTOM * zoom();
  const heights = ticks(low, high, 6), left = roomFor(c, heights);
  const first = z[0], last = z[z.length - 1];
  const across = scale(first, last, left, width - 4), up = scale(low, high, bottom, 6);
  levels(c, heights, up, left, width);
  labels(c, ticks(first, last, 6), across, height - 4, left, width);
  clipped(c, left, 0, width - left, bottom, () => curve(c, z.length, (i) => across(z[i]), (i) => up(graph[i]), ink.generated, 2));
}
