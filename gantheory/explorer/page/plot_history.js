// Charts of the past: V and C(G), and the two gaps on a logarithmic scale. Under the pointer, the values at a moment.

import { clipped, curve, ink, levels, scale, segment, sheet, text, ticks, zoom } from "./canvas.js";
import { $ } from "./dom.js";
import { estimate, LOG4, short } from "./numbers.js";
import { state } from "./state.js";

const LEFT = 46, RIGHT = 8, TOP = 6, BOTTOM = 18; // margins

export function drawValues(canvas, history, head) {
  const inks = { value: ink.discriminator, criterion: ink.generated };
  const values = numbersOf(history, inks).map(([value]) => value).filter(Number.isFinite);
  const low = Math.max(Math.min(-LOG4, ...values), -3) - 0.04, high = Math.min(Math.max(-LOG4, ...values), 1) + 0.06;
  const axis = { low, high, ticks: ticks(low, high, 4), label: short, dashed: [-LOG4], heightOf: (value) => value };
  drawChart(canvas, history, head, inks, axis);
}

export function drawGaps(canvas, history, head) {
  const inks = { discriminator_gap: ink.discriminator, two_jsd: ink.generated };
  const values = numbersOf(history, inks).map(([value, error]) => Math.max(value, error, 1e-9)).filter(Number.isFinite);
  const most = Math.max(1e-6, ...values);
  const low = Math.floor(Math.log10(Math.min(most / 10, ...values))), high = Math.ceil(Math.log10(most));
  const powers = ticks(low, high, Math.min(5, high - low)).filter(Number.isInteger);
  const label = (power) => (power === 0 ? "1" : `1e${power}`.replace("-", "−"));
  const axis = { low, high, ticks: powers, label, dashed: [], heightOf: (value) => Math.log10(Math.max(value, 1e-12)) };
  drawChart(canvas, history, head, inks, axis);
}

// The named numbers, [value, error], of all rows of both runs.
function numbersOf(history, names) {
  return [...history.rows, ...history.ghost].flatMap((row) => Object.keys(names).map((name) => row[name])).filter(Boolean);
}

// `inks` are the colours of the curves by the names of the numbers, `axis` is the vertical one.
function drawChart(canvas, history, { iteration, end }, inks, axis) {
  const { c, width, height } = sheet(canvas), bottom = height - BOTTOM * zoom(), left = LEFT * zoom();
  const [first, last] = history.span(end);
  const x = scale(first, last, left, width - RIGHT), y = scale(axis.low, axis.high, bottom, TOP);
  levels(c, axis.ticks, y, left, width, axis.label);
  for (const value of axis.dashed) segment(c, left, y(value), width, y(value), ink.ink, 1, [5, 4]);
  ticks(first, last, Math.max(2, width / 130)).forEach((tick, i) =>
    text(c, String(tick), x(tick), height - 4, ink.faint, i === 0 ? "left" : "center"));
  const draw = (rows, name, ...style) =>
    curve(c, rows.length, (i) => x(rows[i].iteration), (i) => heightAt(rows[i][name], axis, y), ...style);
  clipped(c, left, 0, width - left, bottom + 1, () => {
    for (const name in inks) draw(history.ghost, name, ink.ghost, 1, [4, 3]);
    for (const name in inks) draw(history.rows, name, inks[name]);
  });
  segment(c, x(iteration), 4, x(iteration), bottom, ink.faint, 1, [2, 3]);
}

const heightAt = (number, axis, y) => (Number.isFinite(number?.[0]) ? y(axis.heightOf(number[0])) : NaN);

export function attachMoment() {
  for (const canvas of [$("values"), $("gaps")]) {
    canvas.addEventListener("pointermove", ({ offsetX }) => {
      if (state.shown) $("moment").textContent = momentAt(offsetX, canvas, state.history, state.shown.head.end);
    });
    canvas.addEventListener("pointerleave", () => ($("moment").textContent = ""));
  }
}

function momentAt(offset, canvas, history, end) {
  const iteration = scale(LEFT * zoom(), canvas.clientWidth - RIGHT, ...history.span(end))(offset);
  const row = history.nearest(iteration);
  if (!row) return "";
  const numbers = { V: row.value, C: row.criterion, "2 JSD": row.two_jsd, "C − V": row.discriminator_gap };
  const known = Object.entries(numbers).filter(([, found]) => found);
  return [`iteration ${row.iteration}`, ...known.map(([name, found]) => `${name} = ${estimate(found, 6)}`)].join("\n");
}
