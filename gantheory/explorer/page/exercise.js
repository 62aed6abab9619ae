// A teacher's link: it can hide parts of the page and curves of the plot, lock controls, and ask for a prediction before it reveals.

import { addressWith } from "./address.js";
import { $, element } from "./dom.js";
import { redraw } from "./painting.js";
import { state } from "./state.js";
import { showStatus } from "./status.js";

// What can be hidden: parts of the page by their ids, curves by their names in the plot.
const PARTS = { theorem: "theorem", verdict: "verdict", history: "history", controls: "controls" };
const CURVES = ["p_data", "p_g", "D", "D*", "slope"];
const TOLD_BY = { "D*": "gap", p_g: "graph" }; // the other plot that would give a curve away
// What can be locked.
const CONTROLS = { data: ["data-controls"], game: ["game-controls"], players: ["player-controls"], theory: ["theory-controls"], tools: ["tool"] };
const CONTROLS_OF_DATA = "[name=tool][value=data]";
const LONGEST = 300; // characters of a question

export const canHide = (one) => Array.isArray(one) && one.every((name) => name in PARTS || CURVES.includes(name));
export const canLock = (one) => Array.isArray(one) && one.every((name) => name in CONTROLS);
export const canAsk = (one) => typeof one === "string" && one.length > 0 && one.length <= LONGEST;

export function attachExercise({ hide = [], lock = [], ask }) {
  state.exercise = hide.length || lock.length || ask ? { hide, lock, ask } : null;
  buildMaker();
  hideOnly(hide);
  for (const name of lock) {
    for (const id of CONTROLS[name]) {
      $(id).inert = true;
      $(id).classList.add("locked");
    }
    if (name === "data") document.querySelector(CONTROLS_OF_DATA).disabled = true;
  }
  if (ask) askFor(ask);
}

function hideOnly(names) {
  for (const [name, id] of Object.entries(PARTS)) $(id).classList.toggle("withheld", names.includes(name));
  state.hidden = names.filter((name) => CURVES.includes(name));
  for (const key of document.querySelectorAll("#plots [data-term]")) key.classList.toggle("withheld", state.hidden.includes(key.dataset.term));
  for (const [name, id] of Object.entries(TOLD_BY)) $(id).closest("figure").classList.toggle("withheld", state.hidden.includes(name));
  redraw();
}

function askFor(question) {
  const box = $("exercise");
  const guess = element("input", { id: "prediction", maxLength: LONGEST, ariaLabel: "your prediction", placeholder: "your prediction" });
  const reveal = element("button", { type: "submit", id: "reveal", textContent: "reveal" });
  const form = element("form", {}, guess, reveal);
  form.onsubmit = (event) => {
    event.preventDefault();
    hideOnly([]);
    form.replaceWith(element("p", { id: "predicted", tabIndex: -1 }, guess.value ? `You said: ${guess.value}` : "Now compare."));
    $("predicted").focus();
  };
  box.hidden = false;
  box.replaceChildren(element("h2", { textContent: "Predict, then reveal" }), element("p", { textContent: question }), form);
}

// The form in which a teacher makes such a link.
function buildMaker() {
  const tick = (group) => (name) => element("label", {}, element("input", { type: "checkbox", name: group, value: name }), ` ${name}`);
  const ticks = (legend, group, names) =>
    element("fieldset", {}, element("legend", { textContent: legend }), ...names.map(tick(group)));
  $("maker").replaceChildren(
    element("input", { name: "ask", maxLength: LONGEST, placeholder: "a question, answered before the rest is shown", ariaLabel: "question" }),
    ticks("hide", "hide", [...Object.keys(PARTS), ...CURVES]),
    ticks("lock", "lock", Object.keys(CONTROLS)),
    element("button", { textContent: "copy the lesson's link" }),
  );
  $("maker").onsubmit = (event) => {
    event.preventDefault();
    const all = new FormData($("maker")), listed = (name) => (all.getAll(name).length ? all.getAll(name) : undefined);
    copy(addressWith({ hide: listed("hide"), lock: listed("lock"), ask: all.get("ask") || undefined, guide: 0 }));
  };
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    showStatus("The lesson's link is copied.");
  } catch {
    showStatus(`The lesson's link: ${address}`);
  }
}
