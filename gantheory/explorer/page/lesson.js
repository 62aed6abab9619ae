// A lesson: a list of stops, each a text beside the plot and the messages to the server that bring the game there.

import { keepInAddress } from "./address.js";
import { say } from "./conversation.js";
import { $, element } from "./dom.js";
import { FIGURE_1 } from "./figure_1.js";
import { FIRST_MINUTE } from "./first_minute.js";
import { state } from "./state.js";

const LESSONS = { first: FIRST_MINUTE, figure_1: FIGURE_1 };

const STARTERS = { first: "guide-start", figure_1: "tour-start" }; // the buttons that begin them

let before = null; // {settings, spec} before the lesson changed them, to be given back after it
let farthest = -1; // the farthest stop that was reached

// `guide` is the step of the first minute that the page's address asks for, from 1 on; 0 for none.
export function attachLessons(guide) {
  $("tour-start").onclick = () => begin("figure_1");
  $("guide-start").onclick = () => begin("first");
  if (FIRST_MINUTE[guide - 1]) begin("first", guide - 1);
}

function begin(name, stop = 0) {
  before = null;
  farthest = stop - 1;
  go(name, stop);
}

function go(name, stop) {
  const lesson = LESSONS[name], { says = [], end } = lesson[stop] ?? {};
  if (says.length && state.scene) before ??= { settings: state.scene.settings, spec: state.scene.spec };
  if (!lesson[stop]) leave();
  else if (stop > farthest) for (const message of says) say(message);
  else if (end !== undefined) say({ do: "seek", iteration: end });
  farthest = Math.max(farthest, stop);
  state.lesson = lesson[stop] ? { name, stop } : null;
  keepInAddress();
  show(name, stop);
}

// The visitor's own game again, as far as the lesson changed it.
function leave() {
  say({ do: "pause" });
  const { settings, spec } = state.scene ?? {};
  if (!before || JSON.stringify([settings, spec]) === JSON.stringify([before.settings, before.spec])) return;
  say({ do: "set", settings: before.settings });
  if (before.spec.text) say({ do: "data", data: before.spec });
}

function show(name, stop) {
  const lesson = LESSONS[name], box = $("lesson"), focused = box.contains(document.activeElement) && document.activeElement.id;
  box.hidden = !lesson[stop];
  if (box.hidden) return focused && $(STARTERS[name]).focus();
  const button = (id, textContent, to) => element("button", { type: "button", id, textContent, onclick: () => go(name, to) });
  const { title, words } = lesson[stop], last = stop + 1 === lesson.length;
  box.replaceChildren(
    element("h2", {}, element("small", { textContent: `${stop + 1} of ${lesson.length} ` }), title),
    element("p", { textContent: words }),
    element(
      "p",
      { className: "buttons" },
      ...(stop ? [button("tour-back", "back", stop - 1)] : []),
      button("tour-next", last ? "the end" : "go on", stop + 1),
      ...(last ? [] : [button("tour-leave", "skip", lesson.length)]),
    ),
  );
  if (focused || name !== "first") ($(focused || "tour-next") ?? $("tour-next")).focus({ preventScroll: true });
  if (name !== "first") box.scrollIntoView({ block: "nearest" });
}
