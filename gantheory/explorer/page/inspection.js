// What the page knows and draws, to be read by tests and by the curious in the browser's console: `explorer.state`, `explorer.curves`.
// Both are null before the first picture.

import { $ } from "./dom.js";
import { state } from "./state.js";


export function attachInspection() {
  const inspection = {
    get state() {
      return state.shown && { ...state.shown.head, ...told() };
    },
    get curves() {
      return state.shown && Object.fromEntries(Object.entries(state.shown).filter(isCurve).map(([name, curve]) => [name, Array.from(curve)]));
    },
  };
  Object.defineProperty(window, "explorer", { value: Object.freeze(inspection) });
}

const isCurve = ([, value]) => value instanceof Float32Array;

function told() {
  const { painted, playing, scene, answer, history, lesson, lab, portrait, hidden } = state;
  const { rows, ghost } = history;
  return { painted, playing, scene, answer, rows: rows.length, ghosts: ghost.length, status: $("status").textContent, lesson, lab, portrait, hidden };
}
