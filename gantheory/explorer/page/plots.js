// The plots of one state: the game as in Figure 1, the generator's graph, D less D*, and the theorem's strip.

import { curve, ink, scale, segment, sheet, short, sigmoid, text, ticks } from "./canvas.js";
import { LOG4 } from "./numbers.js";

// Where things are on the game's sheet, for the pen as well.
export function places(canvas, scene) {
  const width = canvas.clientWidth, height = canvas.clientHeight, floor = height - 78;
  const tallest = 1.6 * Math.max(...scene.p_data.filter(Number.isFinite));
  return {
    x: scale(scene.low, scene.high, 0, width - 26),
    density: scale(0, tallest, floor, 8),
    share: scale(0, 1, floor, 8 + (floor - 8) * 0.06),
    floor, tallest, x_line: floor + 19, z_line: height - 14,
  };
}

// D's output as a share: a critic's, which is no logit, is stretched to [0, 1].
export function shareOf(logit, isLogit) {
  if (isLogit) return (i) => sigmoid(logit[i]);
  const low = Math.min(...logit), high = Math.max(...logit), span = high - low || 1;
  return (i) => (logit[i] - low) / span;
}

export function drawGame(canvas, scene, picture, stroke) {
  const { c, width, height } = sheet(canvas), at = places(canvas, scene);
  const count = scene.p_data.length, cell = (scene.high - scene.low) / count;
  const x = (i) => at.x(scene.low + (i + 0.5) * cell), density = (values) => (i) => Math.max(at.density(values[i]), -20);
  segment(c, 0, at.share(0.5), width - 26, at.share(0.5), ink.line);
  for (const [share, label] of [[1, "1"], [0.5, "½"], [0, "0"]]) text(c, label, width - 20, at.share(share) + 4, ink.discriminator);
  if (picture.ghost) {
    curve(c, count, x, density(picture.ghost.p_g), ink.ghost, 1.2);
    const share = shareOf(picture.ghost.logit, scene.logit);
    curve(c, count, x, (i) => at.share(share(i)), ink.ghost, 1, [5, 3]);
  }
  c.globalAlpha = 0.1;
  c.fillStyle = ink.generated;
  c.beginPath();
  c.moveTo(x(0), at.floor);
  for (let i = 0; i < count; i++) c.lineTo(x(i), density(picture.p_g)(i));
  c.lineTo(x(count - 1), at.floor);
  c.fill();
  c.globalAlpha = 1;
  curve(c, count, x, (i) => at.share(picture.d_star[i]), ink.optimal, 1);
  const share = shareOf(picture.logit, scene.logit);
  curve(c, count, x, (i) => at.share(share(i)), ink.discriminator, 1.8, [7, 4]);
  curve(c, count, x, density(picture.p_g), ink.generated, 1.8);
  curve(c, count, x, density(scene.p_data), ink.data, 2.2, [2, 3]);
  drawSlope(c, picture.slope, x, at.floor);
  drawMapping(c, scene, picture, at, width);
  for (const [points, color, above] of [[picture.x, ink.data, 5], [picture.fake, ink.generated, 11]]) {
    if (points) for (const point of points) segment(c, at.x(point), at.floor - above - 6, at.x(point), at.floor - above, color, 1.2);
  }
  if (stroke) {
    const bins = stroke.heights.length;
    curve(c, bins, (i) => at.x(scene.low + ((i + 0.5) * (scene.high - scene.low)) / bins), (i) => at.density(stroke.heights[i]), stroke.color, 2.5);
  }
}

// The gradient of D as arrows on x: where to, and how steeply, D rises.
function drawSlope(c, slope, x, floor) {
  const most = Math.max(...slope.map(Math.abs), 1e-9), every = 2;
  c.strokeStyle = ink.slope;
  c.lineWidth = 1.5;
  c.beginPath();
  for (let j = 0; j < slope.length; j += every) {
    const half = (9 * slope[j]) / most, from = x(8 * j), y = floor + 9, head = 3 * Math.sign(half);
    if (Math.abs(half) < 1.5) continue;
    c.moveTo(from - half, y);
    c.lineTo(from + half, y);
    c.moveTo(from + half - head, y - 2.5);
    c.lineTo(from + half, y);
    c.lineTo(from + half - head, y + 2.5);
  }
  c.stroke();
}

// The z line, below, the x line, above, and the arrows x = G(z).
function drawMapping(c, scene, picture, at, width) {
  const low = scene.z[0], high = scene.z[scene.z.length - 1], z = scale(low, high, 0.08 * width, 0.92 * (width - 26));
  segment(c, 0, at.x_line, width - 26, at.x_line, ink.ink, 1);
  segment(c, z(low), at.z_line, z(high), at.z_line, ink.ink, 1);
  text(c, "x", width - 20, at.x_line + 4, ink.ink);
  text(c, "z", width - 20, at.z_line + 4, ink.ink);
  c.strokeStyle = ink.faint;
  c.lineWidth = 0.8;
  c.beginPath();
  scene.z_arrows.forEach((from, j) => {
    const x0 = z(from), x1 = at.x(picture.arrows[j]), y1 = at.x_line + 1.5;
    if (x1 < -50 || x1 > width + 50) return;
    const length = Math.hypot(x1 - x0, at.z_line - y1), ux = (x1 - x0) / length, uy = (y1 - at.z_line) / length;
    c.moveTo(x0, at.z_line);
    c.lineTo(x1, y1);
    c.moveTo(x1 - 5 * ux - 2 * uy, y1 - 5 * uy + 2 * ux);
    c.lineTo(x1, y1);
    c.lineTo(x1 - 5 * ux + 2 * uy, y1 - 5 * uy - 2 * ux);
  });
  c.stroke();
  for (const tick of ticks(scene.low, scene.high, 8)) {
    const at_x = at.x(tick);
    if (at_x < 8 || at_x > width - 40) continue;
    segment(c, at_x, at.x_line - 2, at_x, at.x_line + 2, ink.ink);
    c.fillStyle = ink.paper;
    c.fillRect(at_x - 10, at.x_line + 3, 20, 12);
    text(c, short(tick), at_x, at.x_line + 13, ink.ink, "center");
  }
}

export function drawGraph(canvas, scene, picture) {
  const { c, width, height } = sheet(canvas), left = 34, bottom = height - 18;
  const x = scale(scene.z[0], scene.z[scene.z.length - 1], left, width - 4), y = scale(scene.low, scene.high, bottom, 4);
  for (const tick of ticks(scene.low, scene.high, 6)) {
    segment(c, left, y(tick), width, y(tick), ink.line);
    text(c, short(tick), left - 5, y(tick) + 4, ink.faint, "right");
  }
  for (const tick of ticks(scene.z[0], scene.z[scene.z.length - 1], 6)) text(c, short(tick), x(tick), height - 4, ink.faint, "center");
  c.save();
  c.beginPath();
  c.rect(left, 0, width - left, bottom);
  c.clip();
  curve(c, scene.z.length, (i) => x(scene.z[i]), (i) => y(picture.graph[i]), ink.generated, 2);
  c.restore();
}

export function drawGap(canvas, scene, picture) {
  const { c, width, height } = sheet(canvas), left = 34, bottom = height - 18, count = picture.logit.length;
  const share = shareOf(picture.logit, scene.logit), gap = (i) => share(i) - picture.d_star[i];
  let most = 0;
  for (let i = 0; i < count; i++) if (Math.abs(gap(i)) > most) most = Math.abs(gap(i));
  const reach = most > 0.5 ? 1 : most > 0.2 ? 0.5 : most > 0.05 ? 0.2 : 0.05;
  const x = scale(0, count - 1, left, width - 4), y = scale(-reach, reach, bottom, 9), cell = scale(scene.low, scene.high, left, width - 4);
  for (const tick of [-reach, 0, reach]) {
    segment(c, left, y(tick), width, y(tick), ink.line);
    text(c, short(tick), left - 5, y(tick) + 4, ink.faint, "right");
  }
  for (const tick of ticks(scene.low, scene.high, 6)) text(c, short(tick), cell(tick), height - 4, ink.faint, "center");
  if (!scene.logit) return text(c, "D's output is no logit in this game", width / 2, y(0) - 6, ink.faint, "center");
  c.fillStyle = ink["discriminator-gap"];
  c.beginPath();
  c.moveTo(x(0), y(0));
  for (let i = 0; i < count; i++) c.lineTo(x(i), Number.isFinite(gap(i)) ? y(gap(i)) : y(0));
  c.lineTo(x(count - 1), y(0));
  c.fill();
  curve(c, count, x, (i) => y(gap(i)), ink.discriminator, 1.4);
}

// V and C(G) on one axis with -log 4; the bars between them are the two gaps.
export function drawStrip(canvas, numbers) {
  const { c, width, height } = sheet(canvas), criterion = numbers.criterion[0], value = numbers.value ? numbers.value[0] : null;
  const far = Math.max(criterion + LOG4, value === null ? 0 : Math.abs(value + LOG4), 1e-9);
  const reach = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 1e9].find((span) => span > 1.25 * far);
  const x = scale(-reach, reach, 30, width - 30), line = height - 26;
  const bar = (from, to, color, y) => {
    c.fillStyle = color;
    c.fillRect(Math.min(x(from), x(to)), y, Math.abs(x(to) - x(from)), 11);
  };
  bar(0, criterion + LOG4, ink["generator-gap"], line - 13);
  if (value !== null) bar(value + LOG4, criterion + LOG4, ink["discriminator-gap"], line - 25);
  segment(c, 30, line, width - 30, line, ink.faint);
  for (const tick of [-reach, -reach / 2, 0, reach / 2, reach]) {
    segment(c, x(tick), line, x(tick), line + 4, ink.faint);
    const label = tick === 0 ? "−log 4" : `${tick > 0 ? "+" : "−"}${short(Math.abs(tick))}`;
    text(c, label, x(tick), line + 18, tick === 0 ? ink.ink : ink.faint, "center");
  }
  segment(c, x(0), line - 32, x(0), line, ink.ink, 1, [4, 3]);
  mark(c, x(criterion + LOG4), line - 13, 11, "C(G)", ink.generated, width);
  if (value !== null) mark(c, x(value + LOG4), line - 25, 11, "V", ink.discriminator, width);
}

function mark(c, x, y, height, label, color, width) {
  const clamped = Math.min(Math.max(x, 4), width - 4);
  segment(c, clamped, y, clamped, y + height, color, 2.5);
  text(c, label, clamped + (clamped > width - 50 ? -5 : 5), y + height - 1, color, clamped > width - 50 ? "right" : "left");
}
