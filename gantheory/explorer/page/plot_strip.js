// The theorem on one axis: -log 4, C(G) and V. The bars between them are the two gaps.

import { ink, scale, segment, sheet, text, zoom } from "./canvas.js";
import { LOG4, short } from "./numbers.js";

// Lengths for labels of the smallest size.
const MARGIN = 30; // left and right of the axis
const BAR = 11; // height of a bar
const ABOVE_C = 13, ABOVE_V = 25; // height of the top of C(G)'s bar, and of V's, above the axis
const REACHES = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 1e9];

// A critic has no V, and then `value` is missing.
export function drawStrip(canvas, { criterion, value }) {
  const { c, width, height } = sheet(canvas), unit = zoom(), axis = height - 26 * unit, topC = axis - ABOVE_C * unit, topV = axis - ABOVE_V * unit;
  if (!Number.isFinite(criterion[0])) return;
  const atC = criterion[0] + LOG4, atV = value ? value[0] + LOG4 : null;
  const reach = reachOf(atC, atV), x = scale(-reach, reach, MARGIN * unit, width - MARGIN * unit);
  bar(c, x(0), x(atC), topC, ink["generator-gap"]);
  if (value) bar(c, x(atV), x(atC), topV, ink["discriminator-gap"]);
  drawAxis(c, x, reach, axis, width);
  mark(c, x(atC), topC, "C(G)", ink.generated, width);
  segment(c, x(atC - criterion[1]), axis, x(atC + criterion[1]), axis, ink.generated, 3); // where it lies, as far as that is known
  if (value) mark(c, x(atV), topV, "V", ink.discriminator, width);
}

// The end of the axis, on either side of -log 4, in steps, so that it seldom changes.
function reachOf(atC, atV) {
  const farthest = Math.max(atC, Math.abs(atV ?? 0), 1e-9);
  return REACHES.find((reach) => reach > 1.25 * farthest);
}

function bar(c, from, to, top, color) {
  c.fillStyle = color;
  c.fillRect(Math.min(from, to), top, Math.abs(to - from), BAR * zoom());
}

function drawAxis(c, x, reach, axis, width) {
  segment(c, MARGIN * zoom(), axis, width - MARGIN * zoom(), axis, ink.faint);
  for (const tick of [-reach, -reach / 2, 0, reach / 2, reach]) {
    segment(c, x(tick), axis, x(tick), axis + 4, ink.faint);
    text(c, labelOf(tick), x(tick), axis + 18 * zoom(), tick === 0 ? ink.ink : ink.faint, "center");
  }
  segment(c, x(0), axis - 32 * zoom(), x(0), axis, ink.ink, 1, [4, 3]);
}

const labelOf = (tick) => (tick === 0 ? "−log 4" : `${tick > 0 ? "+" : "−"}${short(Math.abs(tick))}`);

// A line across a bar, with its name beside it, on the left where there is no room on the right.
function mark(c, x, top, label, color, width) {
  const inside = Math.min(Math.max(x, 4), width - 4), leftwards = inside > width - 50;
  segment(c, inside, top, inside, top + BAR * zoom(), color, 2.5);
  text(c, label, inside + (leftwards ? -5 : 5), top + BAR * zoom() - 1, color, leftwards ? "right" : "left");
}
