// The game's plot by keys, with the focus on it: look at a place, draw a density column by column, or drag p_g. To a screen reader the
// plot is a slider, whose value is the chosen column.

import { $ } from "./dom.js";
import { short } from "./numbers.js";
import { places } from "./plot_game.js";

const COLUMNS = 64; // that arrows go through
const RAISE = 1 / 25, RAISE_MUCH = 1 / 5; // of the plot's height, at an arrow and at a key of a page
const SHIFT = 1 / 100; // of the picture's width, at an arrow
const STRETCH = 1.05; // factor
const HELP = {
  look: "← → choose a place, and its values are read out.",
  data: "← → choose a column, ↑ ↓ change its height, Enter makes it p_data, Esc gives up.",
  hand: "← → choose a column, ↑ ↓ change its height, Enter makes it p_g, Esc gives up.",
  drag: "← → shift p_g, ↑ ↓ stretch it.",
};

// `pen` is as for attachPen; `curve(tool)` is the density that drawing begins with; `valuesAt(x)` says what stands there.
export function attachPlotKeys(canvas, pen, { bins, curve, valuesAt }) {
  let column = COLUMNS / 2, heights = null;
  const middle = () => {
    const { low, high } = pen.scene();
    return low + ((column + 0.5) / COLUMNS) * (high - low);
  };

  const say = (words) => {
    canvas.ariaValueNow = String(column);
    canvas.ariaValueText = words;
  };

  function choose(by) {
    column = Math.min(COLUMNS - 1, Math.max(0, column + by));
    pen.look(middle());
    if (pen.tool() === "look") say(valuesAt(middle()));
    else sayHeight();
  }

  function raise(by) {
    const { tallest } = places(canvas, pen.scene()), wide = bins / COLUMNS;
    heights ??= Float64Array.from(curve(pen.tool()));
    for (let bin = column * wide; bin < (column + 1) * wide; bin++) heights[bin] = Math.max(0, heights[bin] + by * tallest);
    pen.look(middle());
    pen.changed(heights);
    sayHeight();
  }

  const sayHeight = () => say(`x = ${short(middle())}: height ${short((heights ?? curve(pen.tool()))[(column * bins) / COLUMNS])}`);

  function finish(isDrawn) {
    if (isDrawn && heights) pen.drawn(Array.from(heights));
    heights = null;
    pen.changed(null);
  }

  function drag(shift, scale) {
    const { low, high } = pen.scene();
    pen.dragged({ shift: shift * SHIFT * (high - low), scale });
    say(scale === 1 ? "p_g is shifted" : "p_g is stretched");
  }

  const draws = {
    ArrowLeft: () => choose(-1), ArrowRight: () => choose(1), Home: () => choose(-COLUMNS), End: () => choose(COLUMNS),
    ArrowUp: () => raise(RAISE), ArrowDown: () => raise(-RAISE), PageUp: () => raise(RAISE_MUCH), PageDown: () => raise(-RAISE_MUCH),
    Enter: () => finish(true), Escape: () => finish(false),
  };
  const { ArrowLeft, ArrowRight, Home, End } = draws;
  const drags = {
    ArrowLeft: () => drag(-1, 1), ArrowRight: () => drag(1, 1), ArrowUp: () => drag(0, STRETCH), ArrowDown: () => drag(0, 1 / STRETCH),
  };
  const keys = { look: { ArrowLeft, ArrowRight, Home, End }, data: draws, hand: draws, drag: drags };

  canvas.addEventListener("keydown", (event) => {
    const act = pen.scene() && !event.ctrlKey && !event.metaKey && !event.altKey && keys[pen.tool()][event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  canvas.addEventListener("focus", () => ($("plot-keys").textContent = HELP[pen.tool()]));
  canvas.addEventListener("blur", () => (finish(false), pen.look(null)));
  Object.assign(canvas, { ariaValueMin: "0", ariaValueMax: String(COLUMNS - 1) });
}
