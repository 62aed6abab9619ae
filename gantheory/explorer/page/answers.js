// The server's answers to questions about the present state: its exact numbers, and the honesty bench. An answer belongs to one state,
// by the version of the picture that shows it, and is gone with it.

import { $, element } from "./dom.js";
import { exactly, NAMES, plain } from "./numbers.js";
import { speak } from "./speech.js";
import { state } from "./state.js";

const EXACT = ["two_jsd", "discriminator_gap", "kl_data_g", "kl_g_data", "modes", "share"];
const MEASURING = "measuring …";

let benchOf = null; // version of the state that the honesty bench is about

const isCurrent = (version) => version === state.shown?.head.version;

// Returns whether the answer is about the state that is shown; one that is not is dropped.
export function showExact(found, { iteration, version }) {
  if (!isCurrent(version)) return false;
  state.answer = { found, iteration, version };
  const names = EXACT.filter((name) => name in found);
  const parts = names.map((name) => `${NAMES[name]} = ${exactly(found[name])}`);
  $("exact").replaceChildren(
    element("strong", { textContent: `exact, at iteration ${iteration}` }),
    ...parts.map((textContent) => element("span", { textContent })),
  );
  speak(`Exact, at iteration ${iteration}: ${parts.join(", ")}.`);
  const infinite = names.filter((name) => "infinite" in found[name]);
  $("exact").title = infinite.map((name) => `${NAMES[name]}: ${found[name].infinite}`).join("\n");
  return true;
}

// Called with every new picture.
export function dropStaleAnswers() {
  if (state.answer && !isCurrent(state.answer.version)) {
    state.answer = null;
    $("exact").textContent = $("exact").title = "";
  }
  if (benchOf !== null && !isCurrent(benchOf)) {
    benchOf = null;
    $("honesty").textContent = "";
  }
}

export function awaitEstimates() {
  $("honesty").textContent = MEASURING;
}

// Estimates of JSD from samples, beside the exact value.
export function showEstimates({ exact, rows }, { version }) {
  benchOf = version;
  if (!isCurrent(version)) return dropStaleAnswers();
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
