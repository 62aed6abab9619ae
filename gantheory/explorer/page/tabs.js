// The labs of the page, one of which is shown.

import { keepInAddress } from "./address.js";
import { showGames } from "./games.js";
import { $ } from "./dom.js";
import { redraw } from "./painting.js";
import { state } from "./state.js";
import { pause } from "./transport.js";

const LABS = ["line", "games"];

export function attachTabs(wanted) {
  for (const tab of $("tabs").children) tab.onclick = () => showLab(tab.dataset.lab);
  if (LABS.includes(wanted)) showLab(wanted);
}

function showLab(name) {
  if (state.playing) pause();
  state.lab = name;
  for (const tab of $("tabs").children) tab.setAttribute("aria-pressed", String(tab.dataset.lab === name));
  for (const lab of LABS) $(`${lab}-lab`).hidden = lab !== name;
  for (const part of document.querySelectorAll(".of-line")) part.hidden = name !== "line";
  if (name === "games") showGames();
  else redraw();
  keepInAddress();
}
