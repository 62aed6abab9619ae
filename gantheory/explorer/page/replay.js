// A handout: recorded pictures, replayed without a server. handout.py writes them and puts this module into the file.

import { readInks } from "./canvas.js";
import { estimate } from "./numbers.js";
import { drawGame } from "./plot_game.js";
import { drawGap } from "./plot_gap.js";
import { drawGraph } from "./plot_graph.js";
import { drawStrip } from "./plot_strip.js";

const LEVELS = 65534; // steps of a curve between its least and its greatest value
const NONE = 65535; // stands for what is not finite
const BETWEEN = 50; // milliseconds from one picture to the next
const NUMBERS = { value: "V", criterion: "C(G)", two_jsd: "2 JSD", discriminator_gap: "C(G) − V" };

const $ = (id) => document.getElementById(id);

export function replay({ scenes, frames }) {
  let playing = false, shown = -1, due = 0;
  const show = (index) => {
    shown = index;
    $("scrub").value = index;
    draw(scenes[frames[index].scene], pictureOf(frames[index]));
  };
  const setPlaying = (now) => {
    playing = now;
    $("play").textContent = now ? "Pause" : "Play";
  };
  const step = (now) => {
    requestAnimationFrame(step);
    if (!playing || now < due) return;
    due = now + BETWEEN;
    if (shown + 1 < frames.length) show(shown + 1);
    else setPlaying(false);
  };
  $("play").onclick = () => {
    if (!playing && shown + 1 === frames.length) show(0);
    setPlaying(!playing);
  };
  $("scrub").max = frames.length - 1;
  $("scrub").oninput = () => show(Number($("scrub").value));
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  readInks();
  addEventListener("resize", () => (readInks(), show(shown)));
  show(0);
  requestAnimationFrame(step);
  window.handout = { get shown() { return frames[shown].head; } };
}

function pictureOf({ head, curves }) {
  return { head, ...Object.fromEntries(Object.entries(curves).map(([name, curve]) => [name, unrounded(curve)])) };
}

function unrounded([low, high, text]) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  return Float32Array.from(new Uint16Array(bytes.buffer), (step) => (step === NONE ? NaN : low + ((high - low) * step) / LEVELS));
}

function draw(scene, picture) {
  const { iteration, numbers, verdict } = picture.head;
  $("said").textContent = `p_data: ${scene.said}`;
  $("iteration").textContent = `iteration ${iteration}`;
  $("verdict").textContent = verdict.words;
  $("verdict").dataset.rule = verdict.rule;
  $("numbers").textContent = Object.entries(NUMBERS).filter(([name]) => numbers[name])
    .map(([name, words]) => `${words} = ${estimate(numbers[name], 6)}`).join(",  ");
  document.querySelector(".optimal").hidden = !scene.logit;
  drawGame($("game"), scene, picture);
  drawGraph($("graph"), scene, picture);
  drawGap($("gap"), scene, picture);
  drawStrip($("strip"), numbers);
}
