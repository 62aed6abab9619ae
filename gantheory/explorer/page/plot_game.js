// The game, drawn as in Figure 1 of Goodfellow et al. 2014: the densities, D and D*, the gradient of D, and G's arrows from z to x.

import { area, clipped, curve, ink, labels, scale, segment, sheet, stroke, text, ticks, zoom } from "./canvas.js";
import { axisOf, fullSlope } from "./discriminator.js";
import { short } from "./numbers.js";

// Margins, for labels of the smallest size.
const RIGHT = 44; // for the labels of D's axis
const CEILING = 14; // top of the tallest density
const BELOW = 104; // below the densities, for the lines of x and z
const TALLEST = 1.6; // height of the plot, in units of the highest p_data
const LONGEST = 13; // half the length of the longest arrow of D's slope
const SHORTEST = 1.2; // half the length of the shortest that is drawn

// Where things are on the canvas; the pen reads it backwards.
export function places(canvas, scene) {
  const unit = zoom(), width = canvas.clientWidth - RIGHT * unit, height = canvas.clientHeight, floor = height - BELOW * unit;
  const tallest = TALLEST * Math.max(...scene.p_data.filter(Number.isFinite));
  return {
    x: scale(scene.low, scene.high, 0, width),
    density: scale(0, tallest, floor, CEILING),
    share: scale(0, 1, floor, CEILING + (floor - CEILING) * 0.06),
    width, floor, ceiling: CEILING, tallest, unit, xLine: floor + 36 * unit, zLine: height - 18 * unit,
  };
}

// `drawing` is the density that is being drawn by hand, {heights, color}, or null; `bold` names the curves that are drawn bolder, `hidden`
// those that are not drawn; `pointedAt` is the place that is looked at, or null.
export function drawGame(canvas, scene, picture, { drawing = null, bold = [], hidden = [], pointedAt = null } = {}) {
  const { c } = sheet(canvas), at = places(canvas, scene), shows = (name) => !hidden.includes(name);
  const count = scene.p_data.length, cell = (scene.high - scene.low) / count;
  const x = (i) => at.x(scene.low + (i + 0.5) * cell);
  const density = (values) => (i) => (Number.isFinite(values[i]) ? Math.max(at.density(values[i]), -20) : NaN);
  const axis = axisOf(picture.logit, scene.logit);
  const weight = (name, width) => (bold.includes(name) ? 2.2 * width : width);
  const output = ({ share }) => (i) => at.share(share(i));
  drawAxes(c, at, axis.labels, scene.logit);
  if (picture.ghost) {
    curve(c, count, x, density(picture.ghost.p_g), ink.ghost, 1.2);
    curve(c, count, x, output(axisOf(picture.ghost.logit, scene.logit)), ink.ghost, 1, [5, 3]);
  }
  c.globalAlpha = 0.1;
  if (shows("p_g")) area(c, count, x, density(picture.p_g), at.floor, ink.generated);
  c.globalAlpha = 1;
  if (scene.logit && shows("D*")) curve(c, count, x, (i) => at.share(picture.d_star[i]), ink.optimal, weight("D*", 1.2), [11, 3, 3, 3]);
  if (shows("D")) curve(c, count, x, output(axis), ink.discriminator, weight("D", 1.8), [7, 4]);
  if (shows("p_g")) curve(c, count, x, density(picture.p_g), ink.generated, weight("p_g", 1.8));
  if (shows("p_data")) curve(c, count, x, density(scene.p_data), ink.data, weight("p_data", 2.2), [2, 3]);
  if (shows("p_g")) drawSpike(c, picture.p_g, at, x);
  if (shows("slope")) drawSlope(c, picture.slope, fullSlope(scene, picture.logit), x, at, weight("slope", 1.6));
  drawMapping(c, scene, shows("p_g") ? picture.arrows : [], at);
  drawXTicks(c, scene, at);
  drawPoints(c, picture.x, at, 5, ink.data);
  drawPoints(c, picture.fake, at, 11, ink.generated);
  drawNames(c, scene, picture, at, { x, density, output: output(axis), shows });
  if (pointedAt !== null) segment(c, at.x(pointedAt), CEILING, at.x(pointedAt), at.xLine, ink.faint, 1, [1, 3]);
  if (drawing) drawDrawing(c, drawing, scene, at);
}

// The names of the curves beside them, so that nobody has to tell them apart by colour: D at the left end, D* at the right one, the
// densities at their highest points.
function drawNames(c, scene, picture, at, { x, density, output, shows }) {
  const count = scene.p_data.length, left = Math.round(0.07 * count), right = Math.round(0.96 * count);
  if (shows("D")) text(c, scene.logit ? "D" : "critic", x(left), output(left) - 6, ink.discriminator, "center");
  const best = scene.logit ? picture.d_star[right] : NaN;
  if (Number.isFinite(best) && shows("D*")) text(c, "D*", x(right), at.share(best) - 6, ink.optimal, "center");
  const data = highest(scene.p_data), made = highest(picture.p_g);
  const below = Math.abs(x(data) - x(made)) < 40 * at.unit && Math.abs(density(scene.p_data)(data) - density(picture.p_g)(made)) < 16 * at.unit;
  if (shows("p_data")) text(c, "p_data", x(data), density(scene.p_data)(data) - 6, ink.data, "center");
  if (density(picture.p_g)(made) > 0 && shows("p_g")) text(c, "p_g", x(made), density(picture.p_g)(made) + (below ? 16 * at.unit : -6), ink.generated, "center");
  if (shows("slope")) text(c, scene.logit ? "∇D" : "∇", at.width + 6, at.xLine - 12 * at.unit, ink.slope);
}

const highest = (values) => values.reduce((top, value, i) => (value > (values[top] ?? -Infinity) ? i : top), 0);

// The densities' axis on the left, D's on the right.
function drawAxes(c, at, labels, isLogit) {
  if (isLogit) segment(c, 0, at.share(0.5), at.width, at.share(0.5), ink.line);
  segment(c, 0, at.floor, at.width, at.floor, ink.line);
  for (const [share, label] of labels) text(c, label, at.width + 6, at.share(share) + 4, ink.discriminator);
  for (const density of ticks(0, at.tallest, 4).filter((one) => one > 0)) {
    segment(c, 0, at.density(density), 5, at.density(density), ink.faint);
    text(c, short(density), 8, at.density(density) + 4, ink.faint);
  }
}

// A mark where p_g goes on above the plot, with its height.
function drawSpike(c, p_g, at, x) {
  let top = 0;
  for (let i = 1; i < p_g.length; i++) if (p_g[i] > p_g[top]) top = i;
  if (!(at.density(p_g[top]) < 0)) return;
  c.fillStyle = ink.generated;
  c.beginPath();
  c.moveTo(x(top) - 5, 8);
  c.lineTo(x(top), 0);
  c.lineTo(x(top) + 5, 8);
  c.fill();
  const leftwards = x(top) > at.width / 2;
  text(c, `p_g up to ${short(p_g[top])}`, x(top) + (leftwards ? -9 : 9), 10, ink.generated, leftwards ? "right" : "left");
}

// The gradient of D as arrows above the x line: they point to where D rises, and are as long as it is steep, up to the slope `full`.
function drawSlope(c, slope, full, x, at, width) {
  const y = at.xLine - 9, longest = Math.min(LONGEST, 0.45 * (x(16) - x(0)));
  clipped(c, 0, 0, at.width, at.zLine, () => stroke(c, ink.slope, width, [], () => {
    for (let j = 0; j < slope.length; j += 2) {
      const half = longest * Math.max(-1, Math.min(1, slope[j] / full));
      if (Math.abs(half) >= SHORTEST) traceArrow(c, x(8 * j), y, half); // the slope is given at every eighth cell
    }
  }));
}

function traceArrow(c, middle, y, half) {
  const tip = middle + half, head = 3 * Math.sign(half);
  c.moveTo(middle - half, y);
  c.lineTo(tip, y);
  c.moveTo(tip - head, y - 2.5);
  c.lineTo(tip, y);
  c.lineTo(tip - head, y + 2.5);
}

// The x line above, the z line below, and the arrows x = G(z).
function drawMapping(c, scene, arrows, at) {
  const low = scene.z[0], high = scene.z[scene.z.length - 1];
  const left = 0.08 * (at.width + RIGHT * at.unit), right = 0.92 * at.width, z = scale(low, high, left, right);
  segment(c, 0, at.xLine, at.width, at.xLine, ink.ink, 1);
  segment(c, z(low), at.zLine, z(high), at.zLine, ink.ink, 1);
  text(c, "x", at.width + 6, at.xLine + 4, ink.ink);
  text(c, "z", at.width + 6, at.zLine + 4, ink.ink);
  stroke(c, ink.faint, 0.8, [], () => arrows.forEach((to, j) => traceMap(c, z(scene.z_arrows[j]), at.x(to), at)));
  const marks = ticks(low, high, 6);
  for (const mark of marks) segment(c, z(mark), at.zLine, z(mark), at.zLine + 3, ink.ink);
  labels(c, marks, z, at.zLine + 14 * at.unit, left - 20, right + 20);
}

// An arrow from the z line to the x line, unless it ends far outside.
function traceMap(c, x0, x1, at) {
  if (x1 < -50 || x1 > at.width + RIGHT + 50) return;
  const y0 = at.zLine, y1 = at.xLine + 1.5;
  const length = Math.hypot(x1 - x0, y0 - y1), ux = (x1 - x0) / length, uy = (y1 - y0) / length;
  c.moveTo(x0, y0);
  c.lineTo(x1, y1);
  c.moveTo(x1 - 5 * ux - 2 * uy, y1 - 5 * uy + 2 * ux);
  c.lineTo(x1, y1);
  c.lineTo(x1 - 5 * ux + 2 * uy, y1 - 5 * uy - 2 * ux);
}

// Under the densities, where no arrow runs through the numbers.
function drawXTicks(c, scene, at) {
  const marks = ticks(scene.low, scene.high, 8);
  for (const mark of marks) {
    segment(c, at.x(mark), at.floor, at.x(mark), at.floor + 3, ink.faint);
    segment(c, at.x(mark), at.xLine - 2, at.x(mark), at.xLine + 2, ink.ink);
  }
  labels(c, marks, at.x, at.floor + 15 * at.unit, 0, at.width);
}

// A minibatch, in slow motion, as strokes on the densities' floor. `points` is null where it is not looked at.
function drawPoints(c, points, at, above, color) {
  const bottom = at.floor - above;
  for (const point of points ?? []) segment(c, at.x(point), bottom - 6, at.x(point), bottom, color, 1.2);
}

function drawDrawing(c, { heights, color }, scene, at) {
  const bin = (scene.high - scene.low) / heights.length;
  curve(c, heights.length, (i) => at.x(scene.low + (i + 0.5) * bin), (i) => at.density(heights[i]), color, 2.5);
}
