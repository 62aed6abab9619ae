// What the pointer does on the game's plot, by the chosen tool: look at values, draw p_data or p_g, or drag p_g.

import { ink } from "./canvas.js";
import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { paced } from "./paced.js";
import { attachPen } from "./pen.js";
import { state } from "./state.js";

export const drags = paced(
  ({ shift, scale }) => say({ do: "move", shift, scale }),
  (older, newer) => ({ shift: older.shift + newer.shift, scale: older.scale * newer.scale }),
);

const tool = () => document.querySelector("[name=tool]:checked").value;

export function attachPointer() {
  for (const radio of document.querySelectorAll("[name=tool]")) radio.onchange = showTool;
  attachPen($("game"), {
    scene: () => state.scene,
    tool,
    look: (x) => (state.pointedAt = x),
    changed: showStroke,
    drawn: sayStroke,
    dragged: (move) => drags.offer(move),
  });
}

function showTool() {
  $("game").classList.toggle("draws", ["data", "hand"].includes(tool()));
  $("game").classList.toggle("drags", tool() === "drag");
}

// A copy, since the pen goes on to change its own.
function showStroke(heights) {
  state.stroke = heights && { heights: Float64Array.from(heights), color: tool() === "data" ? ink.data : ink.generated };
}

function sayStroke(heights) {
  const { low, high } = state.scene;
  const density = { kind: "pen", low, high, heights };
  say(tool() === "data" ? { do: "data", data: density } : { do: "hand", p_g: density });
}
