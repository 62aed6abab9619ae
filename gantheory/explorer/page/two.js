// The game in two dimensions: its squares, what is drawn on them, and its words. Transport, theorem and settings are those of the line.

import { attachBrush } from "./brush.js";
import { say } from "./conversation.js";
import { $, put } from "./dom.js";
import { estimate, plain, short } from "./numbers.js";
import { drawInterval, drawModes } from "./plot_modes.js";
import { drawJudge, drawLaws, places } from "./plot_maps.js";
import { state } from "./state.js";

const layers = () => new Set([...document.querySelectorAll("[data-layer]:checked")].map((one) => one.dataset.layer));
const judged = () => document.querySelector("[name=judged]:checked").value;
const paints = () => document.querySelector("[name=brush]:checked").value === "paint";
const isShown = () => state.lab === "two" && state.shown?.head.lab === "two";

let painted = null; // what the brush has put down, while it does
let pointed = null; // {canvas, event} of the pointer over a square

export function attachTwo() {
  for (const one of document.querySelectorAll("[data-layer], [name=judged]")) one.onchange = drawTwo;
  for (const one of document.querySelectorAll("[name=brush]")) one.onchange = () => $("laws").classList.toggle("draws", paints());
  $("brush-blank").onclick = attachBrush($("laws"), {
    scene: () => (isShown() ? state.scene : null),
    count: () => state.hello.two.brushed,
    isOn: paints,
    changed: (now) => {
      painted = now;
      drawTwo();
    },
    painted: (data) => say({ do: "data", data }),
  });
  for (const canvas of [$("laws"), $("judge")]) {
    canvas.addEventListener("pointermove", ({ clientX, clientY }) => {
      pointed = { canvas, clientX, clientY };
      showPointedTwo();
    });
    canvas.addEventListener("pointerleave", () => {
      pointed = null;
      showPointedTwo();
    });
  }
}

// A picture of play may come without p_g's maps: they are then those of the picture before.
export function withMaps(picture, before) {
  if (picture.head.lab !== "two" || picture.p_g.length || before?.head.lab !== "two") return picture;
  return Object.assign(picture, { p_g: before.p_g, d_star: before.d_star });
}

export function drawTwo() {
  if (!isShown()) return;
  const { scene, shown } = state, { modes, interval, numbers } = shown.head;
  drawLaws($("laws"), scene, shown, layers(), painted);
  drawJudge($("judge"), scene, shown, scene.logit ? judged() : "D");
  drawModes($("modes"), scene.modes, modes);
  drawInterval($("interval"), interval, numbers.two_jsd[0], leastOf(numbers));
  showPointedTwo();
}

// What the cells alone show 2 JSD to be at least.
const leastOf = ({ jsd_bound: [value, error] }) => Math.max(0, 2 * (value - error));

export function fillTwo({ logit }) {
  for (const one of document.querySelectorAll("[name=judged]")) {
    one.disabled = !logit && one.value !== "D";
    if (one.disabled && one.checked) document.querySelector("[name=judged][value=D]").checked = true;
  }
}

// The words under the squares.
export function showTwo({ interval: [low, high], numbers, measured, modes, folded, beyond }, { modes: ofData }) {
  const held = modes.filter((mass, i) => mass >= 0.1 * ofData[i].mass).length, { two_jsd } = numbers;
  const many = ofData.length > 1 ? `p_g holds ${held} of ${ofData.length} modes.` : "p_data is in one piece: there is no mode to lose.";
  const out = beyond > 0.005 ? ` ${percent(beyond)} of it lie beyond the picture.` : "";
  put($("modes-said"), `${many} G folds at ${percent(folded)} of z.${out}`);
  $("modes-said").classList.toggle("alarm", ofData.length > 1 && held < ofData.length);
  const between = low === null ? "too far to be measured live" : `2 JSD is between ${digits(low)} and ${digits(high)}`;
  put($("interval-said"), `${between}; by the cells alone, at least ${digits(leastOf(numbers))}. Iteration ${measured}.`);
  $("interval").setAttribute("aria-label", `2 JSD is ${estimate(two_jsd, 6)} nats`);
  const shares = modes.map((mass, i) => `${i + 1}: ${percent(mass)} of ${percent(ofData[i].mass)}`);
  $("modes").setAttribute("aria-label", `Mass of p_g at each mode of p_data. ${shares.join(", ")}`);
}

const percent = (share) => `${short(100 * share, share < 0.1 ? 2 : 3)} %`;
const digits = (value) => short(value, 3);

function showPointedTwo() {
  $("pointed-two").textContent = pointed && isShown() && !paints() ? valuesAt(pointed, state.scene, state.shown) : "";
}

function valuesAt({ canvas, clientX, clientY }, scene, shown) {
  const box = canvas.getBoundingClientRect(), { left, top, side } = places(canvas, scene), { cells, low, high, bottom } = scene;
  const [across, up] = [(clientX - box.left - left) / side, 1 - (clientY - box.top - top) / side];
  if (across < 0 || across >= 1 || up < 0 || up >= 1) return "";
  const i = Math.floor(across * cells) * cells + Math.floor(up * cells), area = ((high - low) / cells) ** 2;
  const output = scene.logit ? { D: 1 / (1 + Math.exp(-shown.logit[i])), "D*": shown.d_star[i] } : { critic: shown.logit[i] };
  const x = low + across * (high - low), y = bottom + up * (high - low);
  const values = { x, y, p_data: scene.p_data[i] / area, p_g: shown.p_g[i] / area, ...output };
  return Object.entries(values).map(([name, value]) => `${name} = ${plain(value, 3)}`).join("\n");
}
