// What the pointer and the keys do on the game's plot, by the chosen tool: look at values, draw p_data or p_g, or drag p_g.

import { ink } from "./canvas.js";
import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { paced } from "./paced.js";
import { attachPen, BINS } from "./pen.js";
import { attachPlotKeys } from "./plot_keys.js";
import { valuesAt } from "./readout.js";
import { state } from "./state.js";

const LEVELS = 255; // of a drawn density

export const drags = paced(
  ({ shift, scale }) => say({ do: "move", shift, scale }),
  (older, newer) => ({ shift: older.shift + newer.shift, scale: older.scale * newer.scale }),
);

const tool = () => document.querySelector("[name=tool]:checked").value;

export function attachPointer() {
  for (const radio of document.querySelectorAll("[name=tool]")) radio.onchange = showTool;
  const pen = {
    scene: () => state.scene,
    tool,
    look: (x) => (state.pointedAt = x),
    changed: showStroke,
    drawn: sayStroke,
    dragged: (move) => drags.offer(move),
  };
  attachPen($("game"), pen);
  attachPlotKeys($("game"), pen, { bins: BINS, curve: binned, valuesAt: (x) => valuesAt(x).replaceAll("\n", ", ") });
}

// The density that drawing by keys begins with, as the heights of the pen's bins: half as many as the picture has.
function binned(tool) {
  const density = tool === "data" ? state.scene.p_data : state.shown.p_g;
  return Array.from({ length: BINS }, (_, i) => (density[2 * i] + density[2 * i + 1]) / 2).map((one) => (Number.isFinite(one) ? one : 0));
}

function showTool() {
  $("game").classList.toggle("draws", ["data", "hand"].includes(tool()));
  $("game").classList.toggle("drags", tool() === "drag");
}

// A copy, since the pen goes on to change its own.
function showStroke(heights) {
  state.stroke = heights && { heights: Float64Array.from(heights), color: tool() === "data" ? ink.data : ink.generated };
}

// In 255 levels, as fine as a screen shows: so few that an address can hold them, and what is drawn comes back to the last bit.
function sayStroke(drawn) {
  const { low, high } = state.scene, tallest = Math.max(...drawn) || 1;
  const heights = drawn.map((height) => Math.round((LEVELS * height) / tallest));
  const density = { kind: "pen", low, high, heights };
  say(tool() === "data" ? { do: "data", data: density } : { do: "hand", p_g: density });
}
