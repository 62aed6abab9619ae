// What all plots share: a canvas as sharp as the screen, the inks of the style sheet, scales, lines and labels. Lengths are CSS pixels.

import { short } from "./numbers.js";

export const ink = {}; // colours by name, as in style.css
const INKS = [
  "paper", "raised", "ink", "faint", "line", "data", "generated", "discriminator", "optimal", "slope", "ghost",
  "generator-gap", "discriminator-gap", "run-0", "run-1", "run-2", "run-3", "run-4",
];

let weight = 1; // factor of all widths of lines
let size = 12; // of the labels

// Reads the colours, the weight of lines and the size of labels from the style sheet; to be called when any of them may have changed.
export function readInks() {
  const style = getComputedStyle(document.documentElement);
  for (const name of INKS) ink[name] = style.getPropertyValue(`--${name}`).trim();
  weight = Number(style.getPropertyValue("--weight")) || 1;
  size = Math.max(12, 0.8 * parseFloat(style.fontSize));
}

// How large labels are, in units of the smallest: margins grow with them.
export const zoom = () => size / 12;

// {c, width, height}: the cleared drawing context, and its size.
export function sheet(canvas) {
  const width = canvas.clientWidth, height = canvas.clientHeight, ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.lineJoin = "round";
  c.font = `${size}px system-ui, sans-serif`;
  return { c, width, height };
}

// The linear map that carries [from, to] to [low, high].
export const scale = (from, to, low, high) => (value) => low + ((value - from) / (to - from)) * (high - low);

// A polyline through (x(i), y(i)), i < count. It is broken where y(i) is not finite.
export function curve(c, count, x, y, color, width = 1.6, dash = []) {
  let open = false;
  stroke(c, color, width, dash, () => {
    for (let i = 0; i < count; i++) {
      const height = y(i);
      if (!Number.isFinite(height)) open = false;
      else {
        if (open) c.lineTo(x(i), height);
        else c.moveTo(x(i), height);
        open = true;
      }
    }
  });
}

export function segment(c, x0, y0, x1, y1, color, width = 1, dash = []) {
  stroke(c, color, width, dash, () => {
    c.moveTo(x0, y0);
    c.lineTo(x1, y1);
  });
}

// Strokes what `path` traces.
export function stroke(c, color, width, dash, path) {
  c.strokeStyle = color;
  c.lineWidth = width * weight;
  c.setLineDash(dash.map((length) => length * weight));
  c.beginPath();
  path();
  c.stroke();
  c.setLineDash([]);
}

// The area between the curve through (x(i), y(i)) and the height `base`, which also stands in where y(i) is not finite.
export function area(c, count, x, y, base, color) {
  c.fillStyle = color;
  c.beginPath();
  c.moveTo(x(0), base);
  for (let i = 0; i < count; i++) c.lineTo(x(i), Number.isFinite(y(i)) ? y(i) : base);
  c.lineTo(x(count - 1), base);
  c.fill();
}

let inLanguage = (words) => words;

// Has all labels from now on go through a function: the page's language.
export function labelsIn(translate) {
  inLanguage = translate;
}

export function text(c, words, x, y, color = ink.faint, align = "left") {
  c.fillStyle = color;
  c.textAlign = align;
  c.fillText(inLanguage(words), x, y);
}

// Runs `draw` with everything outside a rectangle cut off.
export function clipped(c, left, top, width, height, draw) {
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  draw();
  c.restore();
}

// Round numbers from low to high, about `count` of them.
export function ticks(low, high, count) {
  const rough = (high - low) / count, unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((times) => unit * times >= rough);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-12) + 1e-12; i++) found.push(i * step);
  return found.map((tick) => (Math.abs(tick) < step / 2 ? 0 : tick));
}

// A horizontal line for each value, from `left` on, labelled beside it.
export function levels(c, values, y, left, width, label = (value) => short(value)) {
  for (const value of values) {
    segment(c, left, y(value), width, y(value), ink.line);
    text(c, label(value), left - 5, y(value) + 4, ink.faint, "right");
  }
}

// A label for each value, centred at its x, or kept within the plot at its ends; those that would touch the one before are left out.
export function labels(c, values, x, y, left, right) {
  let free = left;
  for (const value of values) {
    const half = c.measureText(short(value)).width / 2, middle = Math.min(Math.max(x(value), left + half), right - half);
    if (middle - half < free) continue;
    text(c, short(value), middle, y, ink.faint, "center");
    free = middle + half + 6;
  }
}

// The left margin that the labels of these values need.
export const roomFor = (c, values) => 9 + Math.max(20, ...values.map((value) => c.measureText(short(value)).width));
