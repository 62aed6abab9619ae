// What was measured along the run, and along the one it was forked from; charts of it, with values under the pointer.

import { curve, ink, scale, segment, sheet, short, text, ticks } from "./canvas.js";
import { estimate, LOG4 } from "./numbers.js";

const MOST = 4000;

export class History {
  rows = []; // {iteration, value, criterion, two_jsd, discriminator_gap}, each [value, error]
  ghost = [];

  // What lies beyond the end was forgotten: something was changed.
  hear({ iteration, end, numbers, ghost }) {
    while (this.rows.length && this.rows[this.rows.length - 1].iteration > end) this.rows.pop();
    const last = this.rows[this.rows.length - 1];
    if (!last || iteration > last.iteration) this.rows.push({ iteration, ...numbers });
    else if (iteration === last.iteration) this.rows[this.rows.length - 1] = { iteration, ...numbers };
    if (ghost) {
      const other = this.ghost[this.ghost.length - 1];
      if (!other || ghost.iteration > other.iteration) this.ghost.push({ iteration: ghost.iteration, ...ghost.numbers });
    }
    for (const name of ["rows", "ghost"]) if (this[name].length > MOST) this[name] = this[name].filter((_, i) => i % 2 === 0);
  }

  fork() {
    this.ghost = [...this.rows];
  }

  lay() {
    this.ghost = [];
  }

  clear() {
    this.rows = [];
    this.ghost = [];
  }

  nearest(iteration) {
    return this.rows.reduce((best, row) => (!best || Math.abs(row.iteration - iteration) < Math.abs(best.iteration - iteration) ? row : best), null);
  }
}

const LEFT = 46;

export function span(history, end) {
  const first = Math.min(...[history.rows[0], history.ghost[0]].filter(Boolean).map((row) => row.iteration), 0);
  return [first, Math.max(end, history.ghost.length ? history.ghost[history.ghost.length - 1].iteration : 0, first + 1)];
}

export function drawValues(canvas, history, now, end) {
  chart(canvas, history, now, end, { names: { value: ink.discriminator, criterion: ink.generated }, log: false });
}

export function drawGaps(canvas, history, now, end) {
  chart(canvas, history, now, end, { names: { discriminator_gap: ink.discriminator, two_jsd: ink.generated }, log: true });
}

function chart(canvas, history, now, end, { names, log }) {
  const { c, width, height } = sheet(canvas), bottom = height - 18, [first, last] = span(history, end);
  const x = scale(first, last, LEFT, width - 8);
  let low = log ? Infinity : -LOG4, high = log ? 1e-6 : -LOG4;
  for (const rows of [history.rows, history.ghost])
    for (const row of rows)
      for (const name in names) {
        if (!row[name]) continue;
        const at = log ? Math.max(row[name][0], row[name][1], 1e-9) : row[name][0];
        low = Math.min(low, at);
        high = Math.max(high, at);
      }
  if (log) [low, high] = [Math.floor(Math.log10(Math.min(low, high / 10))), Math.ceil(Math.log10(high))];
  else [low, high] = [Math.max(low, -3) - 0.04, Math.min(high, 1) + 0.06];
  const y = scale(low, high, bottom, 6), of = (value) => y(log ? Math.log10(Math.max(value, 1e-12)) : value);
  for (const tick of log ? ticks(low, high, Math.min(5, high - low)).filter(Number.isInteger) : ticks(low, high, 4)) {
    segment(c, LEFT, y(tick), width, y(tick), ink.line);
    text(c, log ? (tick === 0 ? "1" : `1e${tick}`.replace("-", "−")) : short(tick), LEFT - 5, y(tick) + 4, ink.faint, "right");
  }
  if (!log) segment(c, LEFT, y(-LOG4), width, y(-LOG4), ink.ink, 1, [5, 4]);
  const marks = ticks(first, last, Math.max(2, width / 130));
  for (const tick of marks) text(c, String(tick), x(tick), height - 4, ink.faint, tick === marks[0] ? "left" : "center");
  c.save();
  c.beginPath();
  c.rect(LEFT, 0, width - LEFT, bottom + 1);
  c.clip();
  for (const [rows, ghostly] of [[history.ghost, true], [history.rows, false]])
    for (const name in names)
      curve(c, rows.length, (i) => x(rows[i].iteration), (i) => (rows[i][name] ? of(rows[i][name][0]) : NaN), ghostly ? ink.ghost : names[name], ghostly ? 1 : 1.6, ghostly ? [4, 3] : []);
  c.restore();
  segment(c, x(now), 4, x(now), bottom, ink.faint, 1, [2, 3]);
}

// A sentence of the row under the pointer.
export function said(canvas, history, end, offset) {
  const [first, last] = span(history, end), row = history.nearest(scale(LEFT, canvas.clientWidth - 8, first, last)(offset));
  if (!row) return "";
  const some = [["V", row.value], ["C", row.criterion], ["2 JSD", row.two_jsd], ["C − V", row.discriminator_gap]].filter(([, found]) => found);
  return [`iteration ${row.iteration}`, ...some.map(([name, found]) => `${name} = ${estimate(found, 6)}`)].join("\n");
}
