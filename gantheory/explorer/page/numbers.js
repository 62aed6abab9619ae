// How numbers are written and named. A measured value is written only as far as its error allows.

export const LOG4 = Math.log(4);
export const NAMES = {
  value: "V(G, D)",
  criterion: "C(G) = max V",
  jsd_bound: "JSD(p_data, p_g), of the cells",
  two_jsd: "2 JSD(p_data, p_g)",
  discriminator_gap: "C(G) − V(G, D)",
  kl_data_g: "KL(p_data‖p_g)",
  kl_g_data: "KL(p_g‖p_data)",
  modes: "modes found",
  share: "share of p_g within 3 σ of a mode",
};

const minus = (words) => words.replaceAll("-", "−");

// "0.411 ± 0.003", with at most `most` decimals. A value below its last decimal, but above its error, is written as 1.2e−7.
export function estimate([value, error], most = 15) {
  if (value === null || error === null) return "too large to measure live";
  const decimals = error > 0 ? Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(error)))) : most;
  const vanishes = value !== 0 && Math.abs(value) < 10 ** -decimals && error < Math.abs(value);
  return minus(`${vanishes ? value.toExponential(1) : value.toFixed(decimals)} ± ${rounded(error)}`);
}

const rounded = (error) => (error === 0 ? "0" : error >= 0.001 && error < 10 ? String(+error.toPrecision(1)) : error.toExponential(0));

// An exact number of the server: {value, error}, or {infinite: why}.
export const exactly = (found) => ("infinite" in found ? "∞" : estimate([found.value, found.error]));
export const plain = (value, digits = 4) => (Number.isFinite(value) ? minus(value.toPrecision(digits)) : "—");
export const short = (value, digits = 3) => minus(String(+value.toPrecision(digits)));
