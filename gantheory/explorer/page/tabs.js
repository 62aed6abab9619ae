// The labs of the page, one of which is shown.

import { keepInAddress } from "./address.js";
import { showGames } from "./games.js";
import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { redraw } from "./painting.js";
import { state } from "./state.js";
import { pause } from "./transport.js";

// The part of the page that each lab is in: those that train have the transport, the theorem and the settings in common.
const LABS = { line: "line-lab", two: "line-lab", games: "games-lab" };

export function attachTabs(wanted) {
  for (const tab of $("tabs").children) tab.onclick = () => showLab(tab.dataset.lab);
  if (wanted in LABS) showLab(wanted);
  else if (state.lab !== "line") showLab(state.lab); // on a new connection
}

function showLab(name) {
  if (state.playing) pause();
  state.lab = document.documentElement.dataset.shown = name;
  for (const tab of $("tabs").children) tab.setAttribute("aria-pressed", String(tab.dataset.lab === name));
  for (const part of new Set(Object.values(LABS))) $(part).hidden = part !== LABS[name];
  for (const lab of ["line", "two"]) for (const part of document.querySelectorAll(`.of-${lab}`)) part.hidden = name !== lab;
  if (name !== "games") say({ do: "lab", lab: name });
  if (name === "games") showGames();
  else redraw();
  keepInAddress();
}
