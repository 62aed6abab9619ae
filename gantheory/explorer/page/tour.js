// Figure 1 of Goodfellow et al. 2014 as four live states. Each stop says what to do; the server does it, as for anyone else.

const SETTINGS = {
  latent: "Uniform(-1, 1)", loss: "non_saturating", penalty: "R1", gamma: 7e-4, k: 10, batch: 256, rate_d: 4e-3, rate_g: 2e-3, oracle: 0, generator_steps: 1, simultaneous: false,
  population: false, width_d: 48, activation_d: "gelu", depth_d: 2, reach: true, width_g: 32, depth_g: 2, activation_g: "tanh", optimizer_d: "adam", optimizer_g: "adam", seed: 0,
};
const density = (text) => ({ do: "data", data: { kind: "expression", text } });

export const STOPS = [
  {
    title: "The game",
    words: "z is uniform; G carries each z to an x, along the arrows, and so makes p_g (solid, green) of them. D (dashed, blue) is to say of any x whether it came from p_data (dotted) or from p_g. Here both learn on data that are about to move.",
    says: [density("Normal(0.6, 1)"), { do: "set", settings: SETTINGS }, density("Normal(0.6, 1)"), { do: "play", steps: 20, only: null, left: 900 }],
  },
  {
    title: "(a) Near convergence, D partly right",
    words: "The data have moved to N(0, 1). p_g has the right shape in the wrong place, and D still knows the old one: it is not D* (thin, red). V(G, D) is below C(G) by the discriminator's gap.",
    says: [density("Normal(0, 1)"), { do: "play", steps: 1, only: "D", left: 1 }],
  },
  {
    title: "(b) D trained to its optimum",
    words: "G stays; only D learns. It climbs to D* = p_data/(p_data + p_g), the discriminator's gap closes, and V reaches C(G): max over D of V is −log 4 + 2 JSD.",
    says: [{ do: "set", settings: { penalty: "none", gamma: 0, population: true, batch: 1024, rate_d: 5e-4 } }, { do: "play", steps: 5, only: "D", left: 300 }],
  },
  {
    title: "(c) G follows D's gradient",
    words: "Now D stays and G learns. The small arrows on the x line are the gradient of D: G's samples move along them, to where D takes them for data. 2 JSD falls, though G never saw it; many such steps against a frozen D would overshoot.",
    says: [{ do: "play", steps: 1, only: "G", left: 2 }],
  },
  {
    title: "(d) p_g = p_data, D = ½",
    words: "Both learn on. 2 JSD(p_data, p_g) falls towards 0 and C(G) to −log 4, D to one half. What is left over is p_data's mass beyond the ends of p_g, which a bounded z must have: compare the exact number.",
    says: [{ do: "set", settings: { penalty: "R1", gamma: 7e-4, population: false, batch: 256, rate_d: 4e-3 } }, { do: "play", steps: 20, only: null, left: 4000 }],
  },
];

export function tour(box, say, ended) {
  let at = -1;
  const show = () => {
    const stop = STOPS[at];
    box.hidden = !stop;
    if (!stop) return ended();
    const title = Object.assign(document.createElement("h2"), { textContent: stop.title }), words = Object.assign(document.createElement("p"), { textContent: stop.words });
    const next = Object.assign(document.createElement("button"), { type: "button", id: "tour-next", textContent: at + 1 < STOPS.length ? "go on" : "the end" });
    const leave = Object.assign(document.createElement("button"), { type: "button", textContent: "leave the tour" });
    next.onclick = () => go(at + 1);
    leave.onclick = () => go(STOPS.length);
    const buttons = Object.assign(document.createElement("p"), { className: "buttons" });
    buttons.append(next, ...(at + 1 < STOPS.length ? [leave] : []));
    box.replaceChildren(title, words, buttons);
  };
  const go = (stop) => {
    at = stop;
    for (const message of STOPS[at] ? STOPS[at].says : [{ do: "pause" }]) say(message);
    show();
  };
  return { start: () => go(0), get stop() { return at; } };
}
