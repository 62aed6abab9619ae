// D's output on a vertical axis from 0 to 1, to be drawn.

import { short } from "./numbers.js";

const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

// D(x) at the i-th drawn cell, as a function of i: a probability where the output is a logit, or else the critic's own output.
export const outputOf = (output, isLogit) => (isLogit ? (i) => sigmoid(output[i]) : (i) => output[i]);

// {share, labels}: the output at the i-th drawn cell as a height from 0 to 1, and [height, label] of the axis. A critic is no probability:
// its axis goes from its least value in the picture to its greatest, and says so.
export function axisOf(output, isLogit) {
  if (isLogit) return { share: outputOf(output, true), labels: [[1, "1"], [0.5, "½"], [0, "0"]] };
  const [low, high] = rangeOf(output), span = high - low || 1;
  return { share: (i) => (output[i] - low) / span, labels: [[1, short(high)], [0, short(low)]] };
}

// The slope of D that is drawn with the longest arrow, a round number: the one that crosses D's axis on a quarter of the picture.
export function fullSlope({ low, high, logit }, output) {
  const [least, most] = logit ? [0, 1] : rangeOf(output);
  return Number(((4 * (most - least || 1)) / (high - low)).toPrecision(1));
}

function rangeOf(output) {
  const finite = Array.from(output).filter(Number.isFinite);
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
}
