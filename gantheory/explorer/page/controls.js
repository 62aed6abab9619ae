// The settings as a form: made from the server's own list of choices and bounds, and sent back one change at a time.

const LABELS = {
  loss: "loss", penalty: "penalty", gamma: "its weight γ", k: "k, steps of D", generator_steps: "steps of G", batch: "batch m", rate_d: "rate of D", rate_g: "rate of G",
  simultaneous: "both at once", population: "no sampling", latent: "z", optimizer_d: "D's optimiser", optimizer_g: "G's optimiser", width_d: "D's width", depth_d: "D's depth",
  activation_d: "D's activation", reach: "D flat far out", width_g: "G's width", depth_g: "G's depth", activation_g: "G's activation", seed: "seed",
};
const GAME = ["loss", "penalty", "gamma", "k", "generator_steps", "batch", "rate_d", "rate_g", "simultaneous", "population"];
const PLAYERS = ["latent", "optimizer_d", "optimizer_g", "width_d", "depth_d", "activation_d", "reach", "width_g", "depth_g", "activation_g", "seed"];

export function build(hello, change) {
  const fields = {};
  for (const [where, names] of [["game-controls", GAME], ["player-controls", PLAYERS]]) {
    const box = document.getElementById(where);
    box.replaceChildren(...names.map((name) => {
      const label = document.createElement("label");
      label.append(LABELS[name], (fields[name] = field(hello, name, change)));
      return label;
    }));
  }
  const zoo = document.getElementById("zoo");
  zoo.replaceChildren(...["", ...Object.keys(hello.zoo)].map((name) => new Option(name || "—", name)));
  return (settings) => {
    for (const name in fields) {
      if (fields[name] === document.activeElement && fields[name].type === "text") continue;
      if (fields[name].type === "checkbox") fields[name].checked = settings[name];
      else fields[name].value = settings[name];
    }
  };
}

function field(hello, name, change) {
  const choices = hello.choices[name], bounds = hello.bounds[name];
  let made;
  if (choices) {
    made = document.createElement("select");
    made.append(...choices.map((choice) => new Option(choice, choice)));
  } else {
    made = document.createElement("input");
    made.type = bounds ? "text" : "checkbox";
    if (bounds) {
      made.inputMode = "decimal";
      made.title = `from ${bounds[0]} to ${bounds[1]}`;
    }
  }
  made.id = `set-${name}`;
  made.addEventListener("change", () => change({ [name]: bounds ? (made.value.trim() === "" ? null : Number(made.value)) : choices ? made.value : made.checked }));
  return made;
}
