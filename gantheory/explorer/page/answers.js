// The server's answers to questions about the present state: its exact numbers, and the honesty bench.

import { $, element } from "./dom.js";
import { exactly, NAMES, plain } from "./numbers.js";
import { state } from "./state.js";

const EXACT = ["two_jsd", "discriminator_gap", "kl_data_g", "kl_g_data"];

export function showExact(found, iteration) {
  state.answer = { found, iteration };
  const names = EXACT.filter((name) => name in found);
  const parts = names.map((name) => `${NAMES[name]} = ${exactly(found[name])}`);
  $("exact").replaceChildren(
    element("strong", { textContent: `exact, at iteration ${iteration}` }),
    ...parts.map((textContent) => element("span", { textContent })),
  );
  const infinite = names.filter((name) => "infinite" in found[name]);
  $("exact").title = infinite.map((name) => `${NAMES[name]}: ${found[name].infinite}`).join("\n");
}

export function hideExact() {
  $("exact").textContent = "";
}

// Estimates of JSD from samples, beside the exact value.
export function showEstimates({ exact, rows }) {
  const truth = exact.value;
  const row = (tag, cells) => element("tr", {}, ...cells.map((textContent) => element(tag, { textContent })));
  const ratio = (jsd) => (truth > 0 ? plain(jsd / truth, 2) : "—");
  $("honesty").replaceChildren(element(
    "table",
    {},
    row("th", ["JSD from samples", "n", "nats", "× exact"]),
    ...rows.map(({ estimate, samples, jsd }) => row("td", [estimate, samples, plain(jsd, 3), ratio(jsd)])),
    row("td", ["exact, of p_g itself", "", plain(truth, 6), "1"]),
  ));
}
