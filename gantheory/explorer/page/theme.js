// Light or dark: as the system is, until the visitor chooses.

import { readInks } from "./canvas.js";
import { $ } from "./dom.js";
import { draw as drawGames } from "./games.js";
import { redraw } from "./painting.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = () => (dark.matches ? "dark" : "light");

export function attachTheme() {
  $("theme").onclick = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  dark.onchange = () => setTheme(systemTheme());
  setTheme(systemTheme());
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  readInks();
  redraw();
  drawGames();
}
