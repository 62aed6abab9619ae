// The lesson for whoever is here for the first time.

const set = (settings) => ({ do: "set", settings });

export const FIRST_MINUTE = [
  {
    title: "Press Play",
    words:
      "G has learned nothing yet. Press Play, or the space bar: the green p_g moves onto the dotted p_data, and the sentence in bold says "
      + "how far it is.",
    says: [],
  },
  {
    title: "D is not D*",
    words:
      "The dashed blue D is what has been learned, the thin red D* the best answer there is. Where they differ, V is too small: it is the "
      + "last term of the equation. Press “step D” some times, and it shrinks.",
    says: [{ do: "pause" }],
  },
  {
    title: "When V looks fine and nothing is",
    words:
      "Now minibatches are sampled, and D takes one large step to each of G. Within two thousand iterations D goes flat: it says ½, "
      + "V + log 4 is 0 as at the end of a perfect training, and 2 JSD says that it is none.",
    says: [set({ population: false, k: 1, rate_d: 0.01, batch: 128 }), { do: "play", steps: 20, only: null }],
  },
];
