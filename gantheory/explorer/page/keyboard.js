// The keys that play and step, wherever they do not mean something else. Whoever steers the browser by voice or by other keys can
// switch them off.

import { keepInAddress } from "./address.js";
import { $ } from "./dom.js";
import { togglePresenter } from "./presenter.js";
import { state } from "./state.js";
import { nextLine, stepBack, stepD, stepForward, stepG, togglePlaying, undo } from "./transport.js";

const ACTIONS = {
  " ": togglePlaying,
  ArrowRight: stepForward,
  ArrowLeft: stepBack,
  d: stepD,
  g: stepG,
  l: nextLine,
  u: undo,
};
const TYPED_INTO = "input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea";
const MOVED_BY_ARROWS = "input[type=range], input[type=radio], canvas[tabindex]";
const PRESSED_BY_SPACE = "button, summary, input[type=checkbox]";

export function attachKeyboard(areOn) {
  state.keys = areOn;
  $("keys").checked = areOn;
  $("keys").onchange = () => {
    state.keys = $("keys").checked;
    keepInAddress();
  };
  addEventListener("keydown", (event) => {
    const action = event.key === "p" ? togglePresenter : state.lab !== "games" && ACTIONS[event.key];
    if (!state.keys || !action || isTaken(event)) return;
    event.preventDefault();
    action();
  });
  $("skip").onclick = (event) => {
    event.preventDefault();
    document.querySelector("main:not([hidden])").focus();
  };
}

function isTaken({ key, target, ctrlKey, metaKey, altKey }) {
  return (
    ctrlKey || metaKey || altKey || target.matches(TYPED_INTO)
    || (key.startsWith("Arrow") && target.matches(MOVED_BY_ARROWS))
    || (key === " " && target.matches(PRESSED_BY_SPACE))
  );
}
