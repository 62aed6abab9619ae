// The two squares of the game on the plane: on the left the laws, with their points and G's mesh; on the right D, D* or their difference.

import { clipped, ink, labels, levels, scale, sheet, stroke, text, ticks, zoom } from "./canvas.js";
import { fullSlope } from "./discriminator.js";
import { short } from "./numbers.js";
import { crossing } from "./plot_plane.js";

const LEFT = 42, TOP = 6, RIGHT = 8, BOTTOM = 54; // margins, for labels of the smallest size
const BAR = 10; // height of the bar of colours
const LONGEST = 18; // length of the longest arrow of D's slope
const SHORTEST = 2; // length of the shortest that is drawn
const MOST_NUMBERED = 30; // modes
const CONTOURS = [0.1, 0.4, 0.8]; // densities of p_data through which lines are drawn, as shares of its highest

// Where things are on a canvas; the pointer reads it backwards.
export function places(canvas, { low, high, bottom, top }) {
  const unit = zoom(), left = LEFT * unit, across = canvas.clientWidth - left - RIGHT, up = canvas.clientHeight - TOP - BOTTOM * unit;
  const side = Math.max(10, Math.min(across, up));
  return { unit, left, top: TOP, side, x: scale(low, high, left, left + side), y: scale(bottom, top, TOP + side, TOP) };
}

// `painted` is what the brush has put down so far, {count, shades}, or null; `layers` a set of names.
export function drawLaws(canvas, scene, shown, layers, painted) {
  const { c } = sheet(canvas), at = places(canvas, scene);
  drawAxes(c, at, scene);
  clipped(c, at.left, at.top, at.side, at.side, () => {
    if (painted) return drawPainted(c, at, painted);
    const fullest = Math.max(...scene.p_data);
    const depth = (masses) => (i) => Math.sqrt(Math.min(1, masses[i] / fullest));
    if (layers.has("p_data")) drawImage(c, at, scene.cells, (i) => [rgb(ink.data), 0.62 * depth(scene.p_data)(i)]);
    if (layers.has("p_g")) drawImage(c, at, scene.cells, (i) => [rgb(ink.generated), 0.85 * depth(shown.p_g)(i)]);
    if (layers.has("p_data")) drawContours(c, at, scene);
    if (layers.has("mesh")) drawMesh(c, at, scene.drawn, shown);
    if (layers.has("points")) {
      drawPoints(c, at, shown.x ?? scene.samples, ink.data);
      drawPoints(c, at, shown.fake ?? shown.points, ink.generated);
    }
    if (layers.has("slope")) drawSlope(c, at, scene, shown);
    if (layers.has("modes")) drawNumbers(c, at, scene.modes, shown.head.modes);
  });
  if (layers.has("slope")) text(c, `longest arrow: ∇D = ${short(fullSlope(scene, shown.logit))} or more`, at.left, at.top + at.side + 40 * at.unit, ink.slope);
}

function drawAxes(c, at, { low, high, bottom, top }) {
  levels(c, ticks(bottom, top, 5), at.y, at.left, at.left + at.side);
  labels(c, ticks(low, high, 6), at.x, at.top + at.side + 16 * at.unit, at.left, at.left + at.side);
  c.strokeStyle = ink.line;
  c.strokeRect(at.left, at.top, at.side, at.side);
}

const colours = new Map();

// "#1f3fd0" as [31, 63, 208].
function rgb(name) {
  if (!colours.has(name)) colours.set(name, [1, 3, 5].map((start) => parseInt(name.slice(start, start + 2), 16)));
  return colours.get(name);
}

const sheetOf = (count) => Object.assign(document.createElement("canvas"), { width: count, height: count });
let small = null; // the canvas on which a map has a pixel for every cell

// `colour(i)` is [[red, green, blue], opacity] of the i-th cell, column by column from the left, each from below.
function drawImage(c, at, count, colour, smooth = true) {
  if (small?.width !== count) small = sheetOf(count);
  const own = small.getContext("2d"), image = own.createImageData(count, count);
  for (let column = 0; column < count; column++) {
    for (let row = 0; row < count; row++) {
      const [[red, green, blue], opacity] = colour(column * count + row), start = 4 * ((count - 1 - row) * count + column);
      image.data[start] = red;
      image.data[start + 1] = green;
      image.data[start + 2] = blue;
      image.data[start + 3] = 255 * (opacity || 0);
    }
  }
  own.putImageData(image, 0, 0);
  c.imageSmoothingEnabled = smooth;
  c.drawImage(small, at.left, at.top, at.side, at.side);
}

function drawPainted(c, at, { count, shades }) {
  drawImage(c, at, count, (i) => [rgb(ink.data), shades[(i % count) * count + Math.floor(i / count)] / 10], false);
}

const contours = new WeakMap(); // of each scene: the pieces of its lines, [column, row] to [column, row] in cells

// Lines through the places where p_data has a given share of its highest density.
function drawContours(c, at, scene) {
  if (!contours.has(scene)) contours.set(scene, CONTOURS.flatMap((share) => contour(scene, share * Math.max(...scene.p_data))));
  const step = at.side / scene.cells, x = (column) => at.left + (column + 0.5) * step, y = (row) => at.top + at.side - (row + 0.5) * step;
  stroke(c, ink.data, 1.1, [], () => {
    for (const [from, to] of contours.get(scene)) {
      c.moveTo(x(from[0]), y(from[1]));
      c.lineTo(x(to[0]), y(to[1]));
    }
  });
}

function contour({ p_data, cells }, level) {
  const found = [], above = (column, row) => p_data[column * cells + row] - level;
  for (let i = 0; i + 1 < cells; i++) {
    for (let j = 0; j + 1 < cells; j++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const crossed = corners.flatMap((from, k) => crossing(from, corners[(k + 1) % 4], above));
      for (let k = 0; k + 1 < crossed.length; k += 2) found.push([crossed[k], crossed[k + 1]]);
    }
  }
  return found;
}

// Pairs of x and y, one after the other.
function drawPoints(c, at, points, color) {
  c.fillStyle = color;
  c.strokeStyle = ink.paper;
  c.lineWidth = 0.8;
  c.globalAlpha = 0.8;
  for (let i = 0; i < points.length; i += 2) {
    c.beginPath();
    c.arc(at.x(points[i]), at.y(points[i + 1]), 2.1, 0, 7);
    c.fill();
    c.stroke();
  }
  c.globalAlpha = 1;
}

// The image of a mesh over z. Its triangles that lie the other way up are filled: there G folds.
function drawMesh(c, at, count, { mesh, turned }) {
  const vertex = (i, j) => {
    const start = 2 * (i * (count + 1) + j);
    return [at.x(mesh[start]), at.y(mesh[start + 1])];
  };
  c.fillStyle = ink.optimal;
  c.globalAlpha = 0.45;
  for (let part = 0; part < 2; part++) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (!turned[(part * count + i) * count + j]) continue;
        c.beginPath();
        c.moveTo(...vertex(i, j));
        c.lineTo(...(part ? vertex(i + 1, j + 1) : vertex(i + 1, j)));
        c.lineTo(...(part ? vertex(i, j + 1) : vertex(i + 1, j + 1)));
        c.fill();
      }
    }
  }
  c.globalAlpha = 0.7;
  stroke(c, ink.generated, 0.7, [], () => {
    for (let i = 0; i <= count; i++) {
      for (let j = 0; j <= count; j++) j ? c.lineTo(...vertex(i, j)) : c.moveTo(...vertex(i, j));
      for (let j = 0; j <= count; j++) j ? c.lineTo(...vertex(j, i)) : c.moveTo(...vertex(j, i));
    }
  });
  c.globalAlpha = 1;
}

// The gradient of D at points of p_g: they are moved this way, to where D takes them for data.
function drawSlope(c, at, scene, { points, slope, logit }) {
  const full = fullSlope(scene, logit);
  stroke(c, ink.slope, 1.6, [], () => {
    for (let i = 0; i < slope.length; i += 2) {
      const steep = Math.hypot(slope[i], slope[i + 1]), length = LONGEST * Math.min(1, steep / full);
      if (length < SHORTEST) continue;
      const ux = slope[i] / steep, uy = -slope[i + 1] / steep, x = at.x(points[i]), y = at.y(points[i + 1]);
      const tipX = x + length * ux, tipY = y + length * uy;
      c.moveTo(x, y);
      c.lineTo(tipX, tipY);
      c.moveTo(tipX - 4 * ux - 2.5 * uy, tipY - 4 * uy + 2.5 * ux);
      c.lineTo(tipX, tipY);
      c.lineTo(tipX - 4 * ux + 2.5 * uy, tipY - 4 * uy - 2.5 * ux);
    }
  });
}

function drawNumbers(c, at, modes, held) {
  if (modes.length < 2 || modes.length > MOST_NUMBERED) return;
  modes.forEach((mode, i) => {
    const isLost = held[i] < 0.1 * mode.mass, [x, y] = [at.x(mode.at[0]), at.y(mode.at[1]) + 4];
    c.textAlign = "center";
    c.lineWidth = 4;
    c.strokeStyle = ink.paper;
    c.strokeText(String(i + 1), x, y);
    text(c, String(i + 1), x, y, isLost ? ink.optimal : ink.ink, "center");
    if (!isLost) return;
    c.strokeStyle = ink.optimal;
    c.lineWidth = 2;
    c.beginPath();
    c.arc(x, y - 4, 13, 0, 7);
    c.stroke();
  });
}

// What the right square shows, by name: [value at a cell from -1 to 1, how opaque it is, three labels of its colours].
export function judgement(name, scene, { logit, p_g, d_star }) {
  const output = scene.logit ? (i) => 2 / (1 + Math.exp(-logit[i])) - 1 : criticOf(logit);
  if (name === "D") return { value: output, opacity: () => 1, said: scene.logit ? ["0", "½", "1"] : criticLabels(logit) };
  if (name === "D*") return { value: (i) => 2 * d_star[i] - 1, opacity: (i) => (Number.isFinite(d_star[i]) ? 1 : 0), said: ["0", "½", "1"] };
  const fullest = 2 * Math.max(...scene.p_data), mass = (i) => Math.sqrt(Math.min(1, (scene.p_data[i] + p_g[i]) / fullest));
  const apart = (i) => (Number.isFinite(d_star[i]) ? (output(i) + 1) / 2 - d_star[i] : 0);
  return { value: (i) => Math.max(-1, Math.min(1, 2 * apart(i))), opacity: mass, said: ["D too low: −½ or less", "0", "½ or more: D too high"] };
}

function rangeOf(output) {
  let [least, most] = [Infinity, -Infinity];
  for (const one of output) [least, most] = [Math.min(least, one), Math.max(most, one)];
  return [least, most];
}

// A critic is no probability: its colours go from its least value in the picture to its greatest.
function criticOf(output) {
  const [least, most] = rangeOf(output);
  return (i) => (2 * (output[i] - least)) / (most - least || 1) - 1;
}

const criticLabels = (output) => {
  const [least, most] = rangeOf(output);
  return [short(least), short((least + most) / 2), short(most)];
};

export function drawJudge(canvas, scene, shown, name) {
  const { c } = sheet(canvas), at = places(canvas, scene), { value, opacity, said } = judgement(name, scene, shown);
  drawAxes(c, at, scene);
  clipped(c, at.left, at.top, at.side, at.side, () =>
    drawImage(c, at, scene.cells, (i) => [shade(value(i)), opacity(i) * Math.min(1, Math.abs(value(i)))]));
  drawBar(c, at, said);
}

const shade = (value) => rgb(value > 0 ? ink.discriminator : ink["run-1"]);

function drawBar(c, at, said) {
  const top = at.top + at.side + 24 * at.unit, colours = c.createLinearGradient(at.left, 0, at.left + at.side, 0);
  [ink["run-1"], ink.paper, ink.discriminator].forEach((colour, i) => colours.addColorStop(i / 2, colour));
  c.fillStyle = colours;
  c.fillRect(at.left, top, at.side, BAR);
  c.strokeStyle = ink.line;
  c.strokeRect(at.left, top, at.side, BAR);
  ["left", "center", "right"].forEach((align, i) => text(c, said[i], at.left + (i * at.side) / 2, top + BAR + 13 * at.unit, ink.faint, align));
}
