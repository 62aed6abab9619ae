// The settings as a form: built from the server's choices and bounds, and sent back one change at a time.

import { say } from "./conversation.js";
import { $, element } from "./dom.js";

const GAME = {
  loss: "loss",
  penalty: "penalty",
  gamma: "its weight γ",
  k: "k, steps of D",
  generator_steps: "steps of G",
  batch: "batch m",
  rate_d: "rate of D",
  rate_g: "rate of G",
  simultaneous: "both at once",
  population: "no sampling",
};
const PLAYERS = {
  latent: "z",
  optimizer_d: "D's optimiser",
  optimizer_g: "G's optimiser",
  width_d: "D's width",
  depth_d: "D's depth",
  activation_d: "D's activation",
  reach: "D flat far out",
  width_g: "G's width",
  depth_g: "G's depth",
  activation_g: "G's activation",
  seed: "seed",
};

const fields = {}; // the form's elements, by the names of the settings

export function buildSettings(hello) {
  buildForm($("game-controls"), GAME, hello);
  buildForm($("player-controls"), PLAYERS, hello);
}

function buildForm(box, labels, hello) {
  const rows = Object.entries(labels).map(([name, label]) => element("label", {}, label, (fields[name] = field(name, hello))));
  box.replaceChildren(...rows);
}

// A number that is being typed is left alone. What the lab has not is not shown.
export function fillSettings(settings) {
  for (const [name, made] of Object.entries(fields)) {
    made.parentElement.hidden = !(name in settings);
    if (made === document.activeElement && made.type === "text") continue;
    if (made.type === "checkbox") made.checked = settings[name];
    else made.value = settings[name];
  }
}

function field(name, { choices, bounds }) {
  const make = choices[name] ? choice : bounds[name] ? number : flag;
  const [made, value] = make(choices[name] ?? bounds[name]);
  made.id = `set-${name}`;
  made.addEventListener("change", () => say({ do: "set", settings: { [name]: value() } }));
  return made;
}

// Each kind of field is [its element, a function that reads its value].

function choice(choices) {
  const made = element("select", {}, ...choices.map((name) => new Option(name, name)));
  return [made, () => made.value];
}

// What is no number is sent as null, which the server refuses in a sentence.
function number([low, high]) {
  const made = element("input", { type: "text", inputMode: "decimal", title: `from ${low} to ${high}` });
  return [made, () => (made.value.trim() === "" ? null : Number(made.value))];
}

function flag() {
  const made = element("input", { type: "checkbox" });
  return [made, () => made.checked];
}
