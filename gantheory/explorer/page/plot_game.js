// The game, drawn as in Figure 1 of Goodfellow et al. 2014: the densities, D and D*, the gradient of D, and G's arrows from z to x.

import { area, curve, ink, scale, segment, sheet, stroke, text, ticks } from "./canvas.js";
import { shareOf } from "./discriminator.js";
import { short } from "./numbers.js";

const RIGHT = 26; // margin for the labels of D's axis
const CEILING = 8; // top of the tallest density
const BELOW = 78; // room below the densities, for the lines of x and z
const TALLEST = 1.6; // height of the plot, in units of the highest p_data

// Where things are on the canvas; the pen reads it backwards.
export function places(canvas, scene) {
  const width = canvas.clientWidth - RIGHT, height = canvas.clientHeight, floor = height - BELOW;
  const tallest = TALLEST * Math.max(...scene.p_data.filter(Number.isFinite));
  return {
    x: scale(scene.low, scene.high, 0, width),
    density: scale(0, tallest, floor, CEILING),
    share: scale(0, 1, floor, CEILING + (floor - CEILING) * 0.06),
    width, floor, ceiling: CEILING, tallest, xLine: floor + 19, zLine: height - 14,
  };
}

// `drawing` is the density that is being drawn by hand, {heights, color}, or null.
export function drawGame(canvas, scene, picture, drawing) {
  const { c } = sheet(canvas), at = places(canvas, scene);
  const count = scene.p_data.length, cell = (scene.high - scene.low) / count;
  const x = (i) => at.x(scene.low + (i + 0.5) * cell);
  const density = (values) => (i) => Math.max(at.density(values[i]), -20);
  const output = (logit) => {
    const share = shareOf(logit, scene.logit);
    return (i) => at.share(share(i));
  };
  drawShareAxis(c, at);
  if (picture.ghost) {
    curve(c, count, x, density(picture.ghost.p_g), ink.ghost, 1.2);
    curve(c, count, x, output(picture.ghost.logit), ink.ghost, 1, [5, 3]);
  }
  c.globalAlpha = 0.1;
  area(c, count, x, density(picture.p_g), at.floor, ink.generated);
  c.globalAlpha = 1;
  curve(c, count, x, (i) => at.share(picture.d_star[i]), ink.optimal, 1);
  curve(c, count, x, output(picture.logit), ink.discriminator, 1.8, [7, 4]);
  curve(c, count, x, density(picture.p_g), ink.generated, 1.8);
  curve(c, count, x, density(scene.p_data), ink.data, 2.2, [2, 3]);
  drawSlope(c, picture.slope, x, at.floor + 9);
  drawMapping(c, scene, picture.arrows, at);
  drawXTicks(c, scene, at);
  drawPoints(c, picture.x, at, 5, ink.data);
  drawPoints(c, picture.fake, at, 11, ink.generated);
  if (drawing) drawDrawing(c, drawing, scene, at);
}

function drawShareAxis(c, at) {
  segment(c, 0, at.share(0.5), at.width, at.share(0.5), ink.line);
  for (const [share, label] of [[1, "1"], [0.5, "½"], [0, "0"]]) text(c, label, at.width + 6, at.share(share) + 4, ink.discriminator);
}

// The gradient of D as arrows at the height y: they point to where D rises, and are as long as it is steep.
function drawSlope(c, slope, x, y) {
  const most = Math.max(...slope.map(Math.abs), 1e-9);
  stroke(c, ink.slope, 1.5, [], () => {
    for (let j = 0; j < slope.length; j += 2) {
      const half = (9 * slope[j]) / most;
      if (Math.abs(half) >= 1.5) traceArrow(c, x(8 * j), y, half); // the slope is given at every eighth cell
    }
  });
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
  const z = scale(low, high, 0.08 * (at.width + RIGHT), 0.92 * at.width);
  segment(c, 0, at.xLine, at.width, at.xLine, ink.ink, 1);
  segment(c, z(low), at.zLine, z(high), at.zLine, ink.ink, 1);
  text(c, "x", at.width + 6, at.xLine + 4, ink.ink);
  text(c, "z", at.width + 6, at.zLine + 4, ink.ink);
  stroke(c, ink.faint, 0.8, [], () => scene.z_arrows.forEach((from, j) => traceMap(c, z(from), at.x(arrows[j]), at)));
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

// On paper, so that the arrows do not run through the numbers.
function drawXTicks(c, scene, at) {
  for (const tick of ticks(scene.low, scene.high, 8)) {
    const x = at.x(tick);
    if (x < 8 || x > at.width - 14) continue;
    segment(c, x, at.xLine - 2, x, at.xLine + 2, ink.ink);
    c.fillStyle = ink.paper;
    c.fillRect(x - 10, at.xLine + 3, 20, 12);
    text(c, short(tick), x, at.xLine + 13, ink.ink, "center");
  }
}

// A minibatch, in slow motion, as strokes above the x line. `points` is null where it is not looked at.
function drawPoints(c, points, at, above, color) {
  const bottom = at.floor - above;
  for (const point of points ?? []) segment(c, at.x(point), bottom - 6, at.x(point), bottom, color, 1.2);
}

function drawDrawing(c, { heights, color }, scene, at) {
  const bin = (scene.high - scene.low) / heights.length;
  curve(c, heights.length, (i) => at.x(scene.low + (i + 0.5) * bin), (i) => at.density(heights[i]), color, 2.5);
}
