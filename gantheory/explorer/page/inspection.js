// What the page knows and draws, to be read by tests and by the curious in the browser's console: `explorer.state`, `explorer.curves`.
// Both are null before the first picture.

import { $ } from "./dom.js";
import { state } from "./state.js";

const CURVES = ["p_g", "logit", "d_star", "slope", "graph", "arrows"];

export function attachInspection() {
  const inspection = {
    get state() {
      return state.shown && { ...state.shown.head, ...told() };
    },
    get curves() {
      return state.shown && Object.fromEntries(CURVES.map((name) => [name, Array.from(state.shown[name])]));
    },
  };
  Object.defineProperty(window, "explorer", { value: Object.freeze(inspection) });
}

function told() {
  const { painted, playing, scene, answer, history, lesson, lab, portrait } = state;
  const { rows, ghost } = history;
  return { painted, playing, scene, answer, rows: rows.length, ghosts: ghost.length, status: $("status").textContent, lesson, lab, portrait };
}
