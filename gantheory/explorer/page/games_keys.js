// The starts of the phase plane by keys, with the focus on the plane. To a screen reader it is a slider, whose value is the chosen start.

import { short } from "./numbers.js";

const SHARE = 1 / 50; // of the plane's width, at an arrow
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// `starts()` are those of the page, `plane()` what is drawn of them; `moved` gets all starts. At most `most` are kept.
export function attachStartKeys(canvas, { plane, starts, moved, most }) {
  let chosen = 0;

  const acts = {
    n: (all) => (chosen = (chosen + 1) % all.length, all),
    Enter: (all) => (chosen = Math.min(all.length, most - 1), [...all, middle(plane())].slice(-most)),
    Delete: (all) => (all.length > 1 ? all.filter((_, i) => i !== chosen) : all),
  };

  canvas.onkeydown = (event) => {
    const { key, ctrlKey, metaKey, altKey } = event, act = acts[key] ?? (MOVES[key] && ((all) => shifted(all, key)));
    if (!plane() || !act || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const before = starts(), after = act(before);
    chosen = Math.min(chosen, after.length - 1);
    if (after !== before) moved(after);
    say(after);
  };
  canvas.onfocus = () => plane() && say(starts());

  function shifted(all, key) {
    const { theta, psi } = plane(), [right, up] = MOVES[key];
    const [x, y] = all[Math.min(chosen, all.length - 1)];
    const moved = [x + right * SHARE * (theta[1] - theta[0]), y + up * SHARE * (psi[1] - psi[0])].map((one) => +one.toPrecision(4));
    return all.map((start, i) => (i === chosen ? moved : start));
  }

  function say(all) {
    const { labels } = plane();
    const words = all[chosen].map((one, i) => `${labels[i]} = ${short(one)}`).join(", ");
    Object.assign(canvas, { ariaValueMin: "1", ariaValueMax: String(all.length), ariaValueNow: String(chosen + 1) });
    canvas.ariaValueText = `start ${chosen + 1} of ${all.length}: ${words}`;
  }
}

const middle = ({ theta, psi }) => [(theta[0] + theta[1]) / 2, (psi[0] + psi[1]) / 2].map((one) => +one.toPrecision(4));
