// The live numbers in words: the equation, the table, the summary for assistive tools, and the values under the pointer.

import { fullSlope, outputOf } from "./discriminator.js";
import { $, put } from "./dom.js";
import { estimate, LOG4, NAMES, plain, short } from "./numbers.js";
import { showPlaces } from "./picture_table.js";
import { speak } from "./speech.js";
import { state } from "./state.js";

// V + log 4 = 2 JSD - (C(G) - V), as on the page. A critic has no V.
export function showEquation({ value, criterion, two_jsd, discriminator_gap }) {
  const sum = value && [value[0] + LOG4, value[1]];
  for (const [name, found] of Object.entries({ value, criterion, sum, two_jsd, gap: discriminator_gap }))
    put($(`number-${name}`), found ? estimate(found, 6) : "no meaning here");
}

// What the picture shows, in a sentence. It is read out at rest, and while the game plays where another rule speaks.
export function showVerdict({ verdict, line, playing, iteration }) {
  const { rule } = verdict, words = line ? `Algorithm 1: ${state.hello.lines[line.line]}, ${line.repeat}.` : verdict.words;
  put($("verdict"), words);
  if (!playing || $("verdict").dataset.rule !== rule) speak(line ? words : `Iteration ${iteration}. ${words}`);
  $("verdict").dataset.rule = rule;
}

// The scale of D's arrows, and what is drawn of D: a critic has no D*.
export function showSlopeScale(scene, { logit }) {
  put($("slope-said"), `longest arrow: ${short(fullSlope(scene, logit))} or more`);
}

export function showKeys({ logit }) {
  for (const key of document.querySelectorAll(".logits")) key.hidden = !logit;
  for (const key of document.querySelectorAll(".critics")) key.hidden = logit;
}

export function showTable({ numbers, losses }) {
  if (state.scene.lab !== "two") showPlaces(state.scene, state.shown);
  const cells = [
    ["th", "quantity, nats", "live ± error"],
    ...Object.entries(numbers).map(([name, found]) => ["td", NAMES[name], estimate(found, 8)]),
    ["td", "loss of D, of G", losses.map((loss) => plain(loss)).join(", ")],
  ];
  $("table").innerHTML = cells.map(([tag, ...row]) => `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`).join("");
}

export function showSummary({ iteration, numbers: { two_jsd, discriminator_gap: gap } }) {
  const alsoGap = gap ? `, the discriminator's gap ${estimate(gap, 6)}` : "";
  put($("summary"), `Iteration ${iteration}: 2 JSD is ${estimate(two_jsd, 6)}${alsoGap} nats.`);
}

export function showPointed() {
  put($("pointer"), state.pointedAt === null ? "" : valuesAt(state.pointedAt));
}

// The values of the curves at a place, one a line.
export function valuesAt(x) {
  const { scene, shown: { logit, p_g, d_star } } = state;
  const count = scene.p_data.length;
  const cell = Math.floor(((x - scene.low) / (scene.high - scene.low)) * count);
  const i = Math.min(count - 1, Math.max(0, cell));
  const judged = { [scene.logit ? "D" : "critic"]: outputOf(logit, scene.logit)(i), ...(scene.logit && { "D*": d_star[i] }) };
  const values = { x, p_data: scene.p_data[i], p_g: p_g[i], ...judged };
  const told = Object.entries(values).filter(([name]) => !state.hidden.includes(name));
  return told.map(([name, value]) => `${name} = ${plain(value, 3)}`).join("\n");
}
