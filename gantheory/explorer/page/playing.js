// Whether the game plays, and the button that shows it.

import { $ } from "./dom.js";
import { state } from "./state.js";

export function setPlaying(playing) {
  state.playing = playing;
  $("play").textContent = playing ? "Pause" : "Play";
  $("play").setAttribute("aria-pressed", String(playing));
}
