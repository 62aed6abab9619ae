// Playing, stepping, and going through the past.

import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { paced } from "./paced.js";
import { state } from "./state.js";

const SPEEDS = [1, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000]; // iterations per picture
const SEEDS = 2 ** 31;

let scrubbing = false; // whether the slider of the iterations is held

export const scrubs = paced((iteration) => say({ do: "seek", iteration }), (_, newer) => newer);

const steps = () => SPEEDS[$("speed").value];
const learner = () => $("only").value || null;
const forked = () => $("fork").getAttribute("aria-pressed") === "true";

export const pause = () => say({ do: "pause" });
const play = () => say({ do: "play", steps: steps(), only: learner() });

function paused(action) {
  pause();
  action();
}

const step = (only) => paused(() => say({ do: "step", steps: 1, only }));

export const togglePlaying = () => (state.playing ? pause() : play());
export const stepForward = () => step(learner());
export const stepD = () => step("D");
export const stepG = () => step("G");
export const nextLine = () => paused(() => say({ do: "line" }));
export const stepBack = () => paused(seekBack);

// In slow motion, to the start of the iteration; else, to the iteration before.
function seekBack() {
  if (!state.shown) return;
  const { line, iteration, start } = state.shown.head;
  if (line) say({ do: "seek", iteration });
  else if (iteration > start) say({ do: "seek", iteration: iteration - 1 });
}

export function attachTransport() {
  $("play").onclick = togglePlaying;
  $("forth").onclick = stepForward;
  $("back").onclick = stepBack;
  $("step-d").onclick = stepD;
  $("step-g").onclick = stepG;
  $("line").onclick = nextLine;
  $("fork").onclick = () => say({ do: forked() ? "unfork" : "fork" });
  $("again").onclick = () => paused(() => say({ do: "reset" }));
  $("seed").onclick = () => paused(() => say({ do: "reset", seed: (state.scene.settings.seed + 1) % SEEDS }));
  $("only").onchange = () => state.playing && play();
  $("speed").oninput = () => {
    showSpeed();
    if (state.playing) play();
  };
  showSpeed();
  attachScrub();
}

const showSpeed = () => ($("speed-said").textContent = `${steps()}`);

function attachScrub() {
  $("scrub").addEventListener("pointerdown", () => (scrubbing = true));
  $("scrub").addEventListener("change", () => (scrubbing = false));
  $("scrub").oninput = () => {
    if (state.playing) pause();
    scrubs.offer(Number($("scrub").value));
  };
}

// A slider that is held is left alone.
export function showTransport({ iteration, start, end, ghost }) {
  $("iteration").textContent = `iteration ${iteration}`;
  if (document.activeElement !== $("scrub") || !scrubbing) Object.assign($("scrub"), { min: start, max: end, value: iteration });
  $("back").disabled = iteration <= start;
  $("fork").setAttribute("aria-pressed", String(Boolean(ghost)));
}
