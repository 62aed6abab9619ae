// The phase plane: arrows of the field, the lines on which a player stands still, runs with their starts, and the point of rest.

import { clipped, ink, labels, levels, roomFor, scale, segment, sheet, stroke, ticks } from "./canvas.js";

const BOTTOM = 22, TOP = 8; // margins
const EVERY = 2; // points of the grid from one arrow to the next
const NEAR = 14; // pixels from a start that take hold of it
export const MOST_RUNS = 5;
export const RUN_INKS = ["run-0", "run-1", "run-2", "run-3", "run-4"];

function places(c, canvas, { theta, psi }) {
  const left = roomFor(c, ticks(...psi, 6)), width = canvas.clientWidth, bottom = canvas.clientHeight - BOTTOM;
  return { left, width, bottom, x: scale(...theta, left, width - 6), y: scale(...psi, bottom, TOP) };
}

export function drawPlane(canvas, plane, starts) {
  const { c, width } = sheet(canvas), at = places(c, canvas, plane);
  levels(c, ticks(...plane.psi, 6), at.y, at.left, width);
  labels(c, ticks(...plane.theta, 6), at.x, canvas.clientHeight - 5, at.left, width);
  clipped(c, at.left, TOP - 4, width - at.left, at.bottom - TOP + 8, () => {
    drawField(c, plane, at);
    drawStill(c, plane, at, 0, ink.generated);
    drawStill(c, plane, at, 1, ink.discriminator);
    plane.runs.forEach((run, i) => drawRun(c, run, at, ink[RUN_INKS[i]]));
    starts.forEach((start, i) => drawStart(c, start, at, ink[RUN_INKS[i]]));
    if (plane.rest) drawRest(c, plane.rest, at);
  });
}

const pointOf = ({ theta, psi, grid }, column, row) => [
  theta[0] + ((theta[1] - theta[0]) * column) / (grid - 1),
  psi[0] + ((psi[1] - psi[0]) * row) / (grid - 1),
];

// Arrows of one length: the direction counts.
function drawField(c, plane, at) {
  const { grid, field } = plane, half = (0.36 * EVERY * (at.width - at.left)) / grid;
  stroke(c, ink.faint, 1, [], () => {
    for (let row = 1; row < grid; row += EVERY) {
      for (let column = 1; column < grid; column += EVERY) {
        const [x, y] = pointOf(plane, column, row), [u, v] = field[row * grid + column];
        const ux = u / (plane.theta[1] - plane.theta[0]) * at.width, uy = -v / (plane.psi[1] - plane.psi[0]) * at.bottom;
        const size = Math.hypot(ux, uy);
        if (size) traceArrow(c, at.x(x), at.y(y), (half * ux) / size, (half * uy) / size);
      }
    }
  });
}

function traceArrow(c, x, y, dx, dy) {
  const [tipX, tipY] = [x + dx, y + dy];
  c.moveTo(x - dx, y - dy);
  c.lineTo(tipX, tipY);
  c.moveTo(tipX - 0.5 * dx - 0.3 * dy, tipY - 0.5 * dy + 0.3 * dx);
  c.lineTo(tipX, tipY);
  c.lineTo(tipX - 0.5 * dx + 0.3 * dy, tipY - 0.5 * dy - 0.3 * dx);
}

// The line on which one component of the field is 0, through the cells of the grid where it changes its sign.
function drawStill(c, plane, at, component, color) {
  const { grid, field } = plane, value = (column, row) => field[row * grid + column][component];
  stroke(c, color, 1.4, [6, 4], () => {
    for (let row = 0; row + 1 < grid; row++) {
      for (let column = 0; column + 1 < grid; column++) {
        const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
        const crossed = corners.flatMap((from, i) => crossing(from, corners[(i + 1) % 4], value));
        for (let i = 0; i + 1 < crossed.length; i += 2) {
          c.moveTo(...placed(plane, crossed[i], at));
          c.lineTo(...placed(plane, crossed[i + 1], at));
        }
      }
    }
  });
}

// [the place between two corners where the value is 0], or [] if it does not change its sign.
export function crossing(from, to, value) {
  const a = value(...from), b = value(...to);
  if (a < 0 === b < 0) return [];
  const share = a / (a - b);
  return [[from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
}

function placed(plane, [column, row], at) {
  const [x, y] = pointOf(plane, column, row);
  return [at.x(x), at.y(y)];
}

function drawRun(c, run, at, color) {
  stroke(c, color, 1.4, [], () => run.forEach(([x, y], i) => (i ? c.lineTo(at.x(x), at.y(y)) : c.moveTo(at.x(x), at.y(y)))));
  c.fillStyle = color;
  for (const [x, y] of run.length <= 400 ? run : []) c.fillRect(at.x(x) - 1.2, at.y(y) - 1.2, 2.4, 2.4);
}

function drawStart(c, [x, y], at, color) {
  c.beginPath();
  c.arc(at.x(x), at.y(y), 6, 0, 7);
  c.fillStyle = color;
  c.fill();
  c.strokeStyle = ink.paper;
  c.lineWidth = 2;
  c.stroke();
}

function drawRest(c, [x, y], at) {
  segment(c, at.x(x) - 6, at.y(y), at.x(x) + 6, at.y(y), ink.ink, 2);
  segment(c, at.x(x), at.y(y) - 6, at.x(x), at.y(y) + 6, ink.ink, 2);
}

// A start is dragged; a press elsewhere adds one, and the oldest goes where there are too many. `moved` gets all starts.
export function attachStarts(canvas, plane, moved) {
  let held = null; // index of the start that is dragged
  let starts = [];
  const pointed = (event) => {
    const box = canvas.getBoundingClientRect(), { theta, psi } = plane(), at = places(canvas.getContext("2d"), canvas, plane());
    const back = (low, high, from, to, value) => low + ((value - from) / (to - from)) * (high - low);
    const x = back(...theta, at.left, at.width - 6, event.clientX - box.left), y = back(...psi, at.bottom, TOP, event.clientY - box.top);
    return { at, pixels: [event.clientX - box.left, event.clientY - box.top], start: [+x.toPrecision(4), +y.toPrecision(4)] };
  };
  canvas.onpointerdown = (event) => {
    if (!plane() || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    const { at, pixels, start } = pointed(event);
    starts = [...plane().spec.starts];
    held = starts.findIndex(([x, y]) => Math.hypot(at.x(x) - pixels[0], at.y(y) - pixels[1]) < NEAR);
    if (held < 0) {
      starts = [...starts, start].slice(-MOST_RUNS);
      held = starts.length - 1;
    }
    moved([...starts]);
  };
  canvas.onpointermove = (event) => {
    if (held === null) return;
    starts[held] = pointed(event).start;
    moved([...starts]);
  };
  canvas.onpointerup = canvas.onpointercancel = () => (held = null);
}
