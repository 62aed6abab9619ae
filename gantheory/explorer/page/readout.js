// The live numbers in words: the equation, the table, the summary for assistive tools, and the values under the pointer.

import { fullSlope, outputOf } from "./discriminator.js";
import { $ } from "./dom.js";
import { estimate, LOG4, NAMES, plain, short } from "./numbers.js";
import { state } from "./state.js";

// V + log 4 = 2 JSD - (C(G) - V), as on the page. A critic has no V.
export function showEquation({ value, criterion, two_jsd, discriminator_gap }) {
  const sum = value && [value[0] + LOG4, value[1]];
  for (const [name, found] of Object.entries({ value, criterion, sum, two_jsd, gap: discriminator_gap }))
    $(`number-${name}`).textContent = found ? estimate(found, 6) : "no meaning here";
}

// What the picture shows, in a sentence. It is set only where it changes, so that it is read out no more often than that.
export function showVerdict({ verdict, line }) {
  const { rule } = verdict, words = line ? `Algorithm 1: ${state.hello.lines[line.line]}, ${line.repeat}.` : verdict.words;
  if ($("verdict").textContent === words) return;
  $("verdict").textContent = words;
  $("verdict").dataset.rule = rule;
}

// The scale of D's arrows, and what is drawn of D: a critic has no D*.
export function showSlopeScale(scene, { logit }) {
  const words = `longest arrow: ${short(fullSlope(scene, logit))} or more`;
  if ($("slope-said").textContent !== words) $("slope-said").textContent = words;
}

export function showKeys({ logit }) {
  for (const key of document.querySelectorAll(".logits")) key.hidden = !logit;
  for (const key of document.querySelectorAll(".critics")) key.hidden = logit;
}

export function showTable({ numbers, losses }) {
  const cells = [
    ["th", "quantity, nats", "live ± error"],
    ...Object.entries(numbers).map(([name, found]) => ["td", NAMES[name], estimate(found, 8)]),
    ["td", "loss of D, of G", losses.map((loss) => plain(loss)).join(", ")],
  ];
  $("table").innerHTML = cells.map(([tag, ...row]) => `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`).join("");
}

export function showSummary({ iteration, numbers: { two_jsd, discriminator_gap: gap } }) {
  const alsoGap = gap ? `, the discriminator's gap ${estimate(gap, 6)}` : "";
  $("game").setAttribute("aria-label", `Iteration ${iteration}: 2 JSD is ${estimate(two_jsd, 6)}${alsoGap} nats.`);
}

export function showPointed() {
  $("pointer").textContent = state.pointedAt === null ? "" : valuesAt(state.pointedAt, state.scene, state.shown);
}

function valuesAt(x, scene, { logit, p_g, d_star }) {
  const count = scene.p_data.length;
  const cell = Math.floor(((x - scene.low) / (scene.high - scene.low)) * count);
  const i = Math.min(count - 1, Math.max(0, cell));
  const judged = { [scene.logit ? "D" : "critic"]: outputOf(logit, scene.logit)(i), ...(scene.logit && { "D*": d_star[i] }) };
  const values = { x, p_data: scene.p_data[i], p_g: p_g[i], ...judged };
  return Object.entries(values).map(([name, value]) => `${name} = ${plain(value, 3)}`).join("\n");
}
