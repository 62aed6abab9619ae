// Presenter mode: the plot, the theorem and little else, in large text and thick lines, for a lecture hall.

import { readInks } from "./canvas.js";
import { $ } from "./dom.js";
import { draw as drawGames } from "./games.js";
import { redraw } from "./painting.js";

export const isPresenting = () => "presenter" in document.documentElement.dataset;

export function togglePresenter() {
  const on = document.documentElement.toggleAttribute("data-presenter");
  $("presenter").setAttribute("aria-pressed", String(on));
  readInks();
  redraw();
  drawGames();
}

export function attachPresenter() {
  $("presenter").onclick = togglePresenter;
  addEventListener("keydown", ({ key }) => key === "Escape" && isPresenting() && togglePresenter());
}
