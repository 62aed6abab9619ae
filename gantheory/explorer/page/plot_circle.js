// The multipliers of one step in the complex plane, against the unit circle: inside it, a step contracts.

import { ink, segment, sheet, text } from "./canvas.js";

const LEAST = 1.25; // half the width of the plane that is drawn, at least
const MARGIN = 10;

export function drawCircle(canvas, { multipliers }) {
  const { c, width, height } = sheet(canvas);
  const reach = Math.max(LEAST, ...multipliers.map((pair) => 1.1 * Math.hypot(...pair)));
  const unit = (Math.min(width, height) / 2 - MARGIN) / reach, x = (real) => width / 2 + unit * real, y = (imaginary) => height / 2 - unit * imaginary;
  segment(c, x(-reach), y(0), x(reach), y(0), ink.line);
  segment(c, x(0), y(-reach), x(0), y(reach), ink.line);
  c.beginPath();
  c.arc(x(0), y(0), unit, 0, 7);
  c.strokeStyle = ink.ink;
  c.lineWidth = 1.5;
  c.stroke();
  text(c, "1", x(1) + 4, y(0) + 14, ink.faint);
  for (const [real, imaginary] of multipliers) {
    c.beginPath();
    c.arc(x(real), y(imaginary), 5, 0, 7);
    c.fillStyle = Math.hypot(real, imaginary) > 1 + 1e-9 ? ink.optimal : ink.generated;
    c.fill();
  }
  if (!multipliers.length) text(c, "no point of rest is known", width / 2, y(0) - 8, ink.faint, "center");
}
