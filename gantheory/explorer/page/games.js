// The lab of small games: its controls, and the phase plane that the server sends for them. One request is on its way at a time.

import { keepInAddress } from "./address.js";
import { say } from "./conversation.js";
import { $, element, put } from "./dom.js";
import { attachStartKeys } from "./games_keys.js";
import { short } from "./numbers.js";
import { drawCircle } from "./plot_circle.js";
import { drawDistances } from "./plot_distances.js";
import { attachStarts, drawPlane, MOST_RUNS } from "./plot_plane.js";
import { speak } from "./speech.js";
import { state } from "./state.js";
import { hideWorking, showWorking } from "./status.js";

const LABELS = {
  game: "game",
  loss: "loss",
  r1: "R1, γ",
  noise: "instance noise, σ",
  consensus: "consensus, γ",
  time_scale: "D's speed, τ",
  integrator: "way of stepping",
  strength: "its strength",
  h: "step h",
  steps: "number of steps",
  reach: "reach of the plane",
};
const USED_BY = { loss: ["Dirac-GAN", "Nagarajan-Kolter"], r1: ["Dirac-GAN"], noise: ["Dirac-GAN"] };
const STRONG = ["consensus", "symplectic"];

const PATIENCE = 400; // milliseconds after which the page says that the server is at work

let asked = false; // whether a request is on its way
let again = false; // whether something was changed meanwhile
const fields = {};

export function buildGames({ games, losses, integrators, bounds, first }) {
  const choices = { game: games, loss: losses, integrator: integrators };
  state.plane ??= { ...first };
  const rows = Object.entries(LABELS).map(([name, label]) => {
    fields[name] = choices[name] ? choice(name, choices[name]) : number(name, bounds[name]);
    fields[name].id = `plane-${name}`;
    return element("label", {}, label, fields[name]);
  });
  const more = element("button", { type: "button", textContent: "one start again", onclick: () => change({ starts: [first.starts[0]] }) });
  const anew = element("button", { type: "button", textContent: "first game", onclick: () => change({ ...first }) });
  $("plane-controls").replaceChildren(...rows, element("p", { className: "buttons" }, more, anew));
  attachStarts($("plane"), () => state.portrait, (starts) => change({ starts }));
  const moved = (starts) => change({ starts });
  attachStartKeys($("plane"), { plane: () => state.portrait, starts: () => state.plane.starts, moved, most: MOST_RUNS });
}

function choice(name, choices) {
  const made = element("select", {}, ...choices.map((one) => new Option(one, one)));
  made.onchange = () => change({ [name]: made.value });
  return made;
}

function number(name, [low, high]) {
  const made = element("input", { type: "text", inputMode: "decimal", title: `from ${low} to ${high}` });
  made.onchange = () => change({ [name]: made.value.trim() === "" ? null : Number(made.value) });
  return made;
}

export function change(changes) {
  state.plane = { ...state.plane, ...changes };
  ask();
}

function ask() {
  if (asked) {
    again = true;
    return;
  }
  asked = true;
  again = false;
  setTimeout(() => asked && showWorking(), PATIENCE);
  say({ do: "portrait", plane: state.plane });
}

export function showGames() {
  if (!state.portrait) ask();
  else draw();
}

// After a refusal `found` is null, and the last plane stays.
export function hearPortrait(found) {
  asked = false;
  hideWorking();
  if (found) state.portrait = found;
  if (again) ask();
  else if (state.portrait) state.plane = state.portrait.spec;
  if (state.portrait) fill();
  draw();
  keepInAddress();
}

// The connection was lost: nothing is on its way any more.
export const forgetRequests = () => (asked = again = false);

function fill() {
  const { spec, rule, words, labels } = state.portrait;
  for (const [name, field] of Object.entries(fields)) {
    if (field !== document.activeElement || field.tagName === "SELECT") field.value = spec[name];
    field.parentElement.hidden = (USED_BY[name] && !USED_BY[name].includes(spec.game)) || (name === "strength" && !STRONG.includes(spec.integrator));
  }
  [$("theta-name").textContent, $("psi-name").textContent] = labels;
  put($("plane-verdict"), words);
  speak(words);
  $("plane-verdict").dataset.rule = rule;
  fillSpectrum(state.portrait);
}

function fillSpectrum({ eigenvalues, multipliers, largest_step: largest }) {
  const row = (...cells) => element("tr", {}, ...cells.map((textContent, i) => element(i ? "td" : "th", { textContent })));
  const many = (pairs) => pairs.map(complex).join(",  ") || "—";
  $("spectrum").replaceChildren(
    row("eigenvalues of v′", many(eigenvalues)),
    row("multipliers of a step", many(multipliers)),
    row("their sizes", multipliers.map((pair) => short(Math.hypot(...pair), 6)).join(",  ") || "—"),
    row("largest step that contracts", largest),
  );
}

const complex = ([real, imaginary]) => `${short(real, 4)} ${imaginary < 0 ? "−" : "+"} ${short(Math.abs(imaginary), 4)}i`;

export function draw() {
  if (!state.portrait || $("games-lab").hidden) return;
  drawPlane($("plane"), state.portrait, state.plane.starts);
  drawCircle($("circle"), state.portrait);
  drawDistances($("distances"), state.portrait);
}
