// How numbers are written: a value only to where its error begins.

export const LOG4 = Math.log(4);
export const NAMES = {
  value: "V(G, D)",
  criterion: "C(G) = max V",
  two_jsd: "2 JSD(p_data, p_g)",
  discriminator_gap: "C(G) − V(G, D)",
  kl_data_g: "KL(p_data‖p_g)",
  kl_g_data: "KL(p_g‖p_data)",
};

const minus = (words) => words.replaceAll("-", "−");

export function estimate([value, error], most = 15) {
  const decimals = error > 0 ? Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(error)))) : most;
  const small = Math.abs(value) < 10 ** -decimals;
  return minus(`${small && value !== 0 && error < Math.abs(value) ? value.toExponential(1) : value.toFixed(Math.min(decimals, most))} ± ${rounded(error)}`);
}

const rounded = (error) => (error === 0 ? "0" : error >= 0.001 && error < 10 ? String(+error.toPrecision(1)) : error.toExponential(0));

export const exactly = (found) => ("infinite" in found ? "∞" : estimate([found.value, found.error]));
export const plain = (value, digits = 4) => minus(value.toPrecision(digits));
