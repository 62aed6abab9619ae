// What all plots share: a canvas as sharp as the screen, the inks of the style sheet, scales, lines.

export const ink = {};
const INKS = ["paper", "raised", "ink", "faint", "line", "data", "generated", "discriminator", "optimal", "slope", "ghost", "generator-gap", "discriminator-gap"];

export function readInks() {
  const style = getComputedStyle(document.documentElement);
  for (const name of INKS) ink[name] = style.getPropertyValue(`--${name}`).trim();
}

// {c, width, height}, cleared, in CSS pixels.
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
  c.font = "12px system-ui, sans-serif";
  return { c, width, height };
}

export const scale = (from, to, low, high) => (value) => low + ((value - from) / (to - from)) * (high - low);

// A polyline through (x(i), y(i)); it is broken where y is no number.
export function curve(c, count, x, y, color, width = 1.6, dash = []) {
  c.strokeStyle = color;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.beginPath();
  let open = false;
  for (let i = 0; i < count; i++) {
    const at = y(i);
    if (!Number.isFinite(at)) {
      open = false;
      continue;
    }
    if (open) c.lineTo(x(i), at);
    else c.moveTo(x(i), at);
    open = true;
  }
  c.stroke();
  c.setLineDash([]);
}

export function segment(c, x0, y0, x1, y1, color, width = 1, dash = []) {
  c.strokeStyle = color;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.beginPath();
  c.moveTo(x0, y0);
  c.lineTo(x1, y1);
  c.stroke();
  c.setLineDash([]);
}

export function text(c, words, x, y, color = ink.faint, align = "left") {
  c.fillStyle = color;
  c.textAlign = align;
  c.fillText(words, x, y);
}

// Round numbers from low to high, about `count` of them.
export function ticks(low, high, count) {
  const rough = (high - low) / count, unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((times) => unit * times >= rough);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-12) + 1e-12; i++) found.push(i * step);
  return found.map((tick) => (Math.abs(tick) < step / 2 ? 0 : tick));
}

export const short = (number) => String(+number.toPrecision(3)).replaceAll("-", "−");
export const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));
