// The modes of p_data with what p_g has of each, and 2 JSD as the interval that it lies in.

import { ink, levels, scale, segment, sheet, text, ticks, zoom } from "./canvas.js";
import { short } from "./numbers.js";

const LEFT = 42, TOP = 8, BOTTOM = 20; // margins, for labels of the smallest size
const WIDEST = 46; // pixels of a bar
const LOST = 0.1; // share of a mode's mass that p_g keeps of one that is lost, at most
const MOST = 2 * Math.log(2); // the greatest 2 JSD
const REACHES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, MOST];

// `modes` are p_data's, `held` the masses of p_g nearest to each.
export function drawModes(canvas, modes, held) {
  const { c, width, height } = sheet(canvas), bottom = height - BOTTOM * zoom(), left = LEFT * zoom();
  const most = 1.15 * Math.max(...modes.map(({ mass }) => mass), ...held), y = scale(0, most, bottom, TOP);
  levels(c, ticks(0, most, 3), y, left, width);
  const room = (width - left) / modes.length, bar = Math.min(WIDEST, 0.7 * room);
  modes.forEach(({ mass }, i) => {
    const middle = left + (i + 0.5) * room, isLost = modes.length > 1 && held[i] < LOST * mass;
    c.fillStyle = ink.generated;
    c.fillRect(middle - bar / 2, y(held[i]), bar, bottom - y(held[i]));
    c.strokeStyle = ink.data;
    c.lineWidth = 1.6;
    c.setLineDash([2, 3]);
    c.strokeRect(middle - bar / 2 - 2, y(mass), bar + 4, bottom - y(mass));
    c.setLineDash([]);
    if (isLost && room > 34) text(c, "lost", middle, y(mass) - 4, ink.optimal, "center");
    if (room > 14) text(c, String(i + 1), middle, height - 4, isLost ? ink.optimal : ink.faint, "center");
  });
}

// The interval in which 2 JSD lies, from 0 to at most 2 log 2, with the value that the cells alone show it to have at least.
export function drawInterval(canvas, [low, high], value, least) {
  const { c, width, height } = sheet(canvas), axis = height - 22 * zoom(), left = LEFT * zoom(), top = 10;
  const reach = REACHES.find((one) => one >= Math.min(1.1 * high, MOST)) ?? MOST, x = scale(0, reach, left, width - 16);
  segment(c, left, axis, width - 16, axis, ink.faint);
  for (const tick of ticks(0, reach, Math.max(2, width / 110))) {
    segment(c, x(tick), axis, x(tick), axis + 4, ink.faint);
    text(c, short(tick), x(tick), axis + 17 * zoom(), ink.faint, "center");
  }
  if (![low, high, value].every(Number.isFinite)) return;
  c.fillStyle = ink["generator-gap"];
  c.fillRect(x(low), top, Math.max(2, x(high) - x(low)), axis - top - 3);
  segment(c, x(value), top, x(value), axis - 3, ink.generated, 2.5);
  segment(c, x(least), top - 4, x(least), axis, ink.ink, 1.6, [4, 3]);
}
