// The lesson on Figure 1 of Goodfellow et al. 2014: its panels as live states of one training, which is really played. `says` are the
// messages to the server that bring the game to a stop, from the stop before; `end` is the iteration at which it is then.

const SETTINGS = {
  latent: "Uniform(-1, 1)",
  loss: "non_saturating",
  penalty: "R1",
  gamma: 7e-4,
  k: 10,
  generator_steps: 1,
  batch: 256,
  rate_d: 4e-3,
  rate_g: 2e-3,
  simultaneous: false,
  population: false,
  oracle: 0,
  optimizer_d: "adam",
  optimizer_g: "adam",
  width_d: 48,
  depth_d: 2,
  activation_d: "gelu",
  reach: true,
  width_g: 32,
  depth_g: 2,
  activation_g: "tanh",
  seed: 0,
};
const data = (text) => ({ do: "data", data: { kind: "expression", text } });
const set = (settings) => ({ do: "set", settings });
const play = (steps, only, left) => ({ do: "play", steps, only, left });

export const FIGURE_1 = [
  {
    title: "The game",
    words:
      "z is uniform; G carries each z to an x, along the arrows, and so makes p_g (solid, green) of them. "
      + "D (dashed, blue) is to say of any x whether it came from p_data (dotted) or from p_g. "
      + "Here both learn on data that are about to move.",
    says: [data("Normal(0.6, 1)"), set(SETTINGS), play(20, null, 900)],
    end: 900,
  },
  {
    title: "(a) Near convergence, D partly right",
    words:
      "The data have moved to N(0, 1). p_g has the right shape in the wrong place, and D still knows the old one: "
      + "it is not D* (thin, red). V(G, D) is below C(G) by the discriminator's gap.",
    says: [data("Normal(0, 1)"), play(1, "D", 1)],
    end: 901,
  },
  {
    title: "(b) D trained to its optimum",
    words:
      "G stays; only D learns. It climbs to D* = p_data/(p_data + p_g), the discriminator's gap closes, "
      + "and V reaches C(G): max over D of V is −log 4 + 2 JSD.",
    says: [set({ penalty: "none", gamma: 0, population: true, batch: 1024, rate_d: 5e-4 }), play(5, "D", 300)],
    end: 1201,
  },
  {
    title: "(c) G follows D's gradient",
    words:
      "Now D stays and G learns. The small arrows on the x line are the gradient of D: G's samples move along them, "
      + "to where D takes them for data. 2 JSD falls, though G never saw it; "
      + "many such steps against a frozen D would overshoot.",
    says: [play(1, "G", 2)],
    end: 1203,
  },
  {
    title: "(d) Towards p_g = p_data, D = ½",
    words:
      "Both learn on. 2 JSD(p_data, p_g) falls towards 0 and C(G) to −log 4, D to one half. "
      + "What is left over is p_data's mass beyond the ends of p_g, which a bounded z must have: compare the exact number.",
    says: [set({ penalty: "R1", gamma: 7e-4, population: false, batch: 256, rate_d: 4e-3 }), play(20, null, 4000)],
    end: 5203,
  },
];
