// The keys that play and step, wherever they do not mean something else.

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
const TYPED_INTO = "input:not([type=range]):not([type=radio]), select, textarea";
const MOVED_BY_ARROWS = "input[type=range], input[type=radio]";
const PRESSED_BY_SPACE = "button, summary";

export function attachKeyboard() {
  addEventListener("keydown", (event) => {
    const action = ACTIONS[event.key];
    if (!action || isTaken(event)) return;
    event.preventDefault();
    action();
  });
}

function isTaken({ key, target, ctrlKey, metaKey, altKey }) {
  return (
    ctrlKey || metaKey || altKey || target.matches(TYPED_INTO)
    || (key.startsWith("Arrow") && target.matches(MOVED_BY_ARROWS))
    || (key === " " && target.matches(PRESSED_BY_SPACE))
  );
}
