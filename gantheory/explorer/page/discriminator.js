// D's output as a share in [0, 1], to be drawn.

const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));

// The share at the i-th drawn cell, as a function of i: D(x) where the output is a logit. A critic's output is none, and is
// stretched from its minimum and maximum to 0 and 1.
export function shareOf(output, isLogit) {
  if (isLogit) return (i) => sigmoid(output[i]);
  const low = Math.min(...output), high = Math.max(...output), span = high - low || 1;
  return (i) => (output[i] - low) / span;
}
