// A drawing as SVG: what the plots draw on in place of a canvas when a picture is exported. It knows those calls of a canvas's context
// that they make.

const escaped = (words) => String(words).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
const rounded = (length) => +length.toFixed(2);
const ANCHORS = { left: "start", center: "middle", right: "end" };

export class SvgCanvas {
  parts = [];
  saved = [];
  clips = 0;
  path = "";
  style = { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, textAlign: "left", font: "12px sans-serif", dash: [] };

  constructor(width, height) {
    Object.assign(this, { clientWidth: width, clientHeight: height, width, height });
    this.measure = document.createElement("canvas").getContext("2d");
    for (const name in this.style) Object.defineProperty(this, name, { get: () => this.style[name], set: (value) => (this.style[name] = value) });
  }

  getContext = () => this;
  setTransform() {}
  clearRect() {}
  setLineDash = (dash) => (this.style.dash = dash);

  beginPath() {
    this.path = "";
  }
  moveTo(x, y) {
    this.path += `M${rounded(x)} ${rounded(y)}`;
  }
  lineTo(x, y) {
    this.path += `L${rounded(x)} ${rounded(y)}`;
  }
  rect(x, y, width, height) {
    this.path += `M${rounded(x)} ${rounded(y)}h${rounded(width)}v${rounded(height)}h${rounded(-width)}z`;
  }

  stroke() {
    const { strokeStyle, lineWidth, globalAlpha, dash } = this.style;
    const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    this.add(`<path d="${this.path}" fill="none" stroke="${strokeStyle}" stroke-width="${lineWidth}" opacity="${globalAlpha}" stroke-linejoin="round"${dashes}/>`);
  }
  fill() {
    this.add(`<path d="${this.path}" fill="${this.style.fillStyle}" opacity="${this.style.globalAlpha}"/>`);
  }
  fillRect(x, y, width, height) {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }
  fillText(words, x, y) {
    const { fillStyle, textAlign, font } = this.style;
    const place = `x="${rounded(x)}" y="${rounded(y)}" text-anchor="${ANCHORS[textAlign]}"`;
    this.add(`<text ${place} fill="${fillStyle}" style="font:${escaped(font)}">${escaped(words)}</text>`);
  }
  measureText(words) {
    this.measure.font = this.style.font;
    return this.measure.measureText(words);
  }

  save() {
    this.saved.push({ style: { ...this.style }, clips: this.clips });
  }
  clip() {
    this.clips++;
    this.count = (this.count ?? 0) + 1;
    this.add(`<clipPath id="clip-${this.count}"><path d="${this.path}"/></clipPath><g clip-path="url(#clip-${this.count})">`);
  }
  restore() {
    const { style, clips } = this.saved.pop();
    for (; this.clips > clips; this.clips--) this.add("</g>");
    this.style = style;
  }
  add(part) {
    this.parts.push(part);
  }

  // The picture on paper, as a text.
  text(paper, title) {
    const { clientWidth: width, clientHeight: height } = this;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
    return `${head}<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${paper}"/>${this.parts.join("\n")}</svg>\n`;
  }
}
