// What each curve and each term is, in words and as a formula, while the pointer or the focus is on it; what it is about is drawn bolder.

import { $ } from "./dom.js";
import { redraw } from "./painting.js";
import { state } from "./state.js";

const TERMS = {
  p_data: ["p_data: the law of the data. It is known here, so all that is measured is exact.", ["p_data"]],
  p_g: ["p_g: the law of x = G(z), p_g(x) = Σ p_z(z)/|G′(z)| over all z with G(z) = x. Where G folds, it has a spike.", ["p_g"]],
  D: ["D(x): D's answer, how likely x comes from the data.", ["D"]],
  "D*": ["D*(x) = p_data(x)/(p_data(x) + p_g(x)): the best answer that there is against this p_g.", ["D*"]],
  critic: ["The critic's output: any number. Only its differences count, so it has an axis of its own.", ["D"]],
  slope: ["∇D: the slope of D. G moves its points this way, to where D takes them for data.", ["slope"]],
  V: ["V(G, D) = E log D(x) over p_data + E log(1 − D(x)) over p_g: how well D does. D raises it, G lowers it.", ["D"]],
  C: ["C(G) = max over D of V(G, D) = V(G, D*) = −log 4 + 2 JSD: how well the best D would do.", ["D*"]],
  sum: ["V + log 4: what the training shows. It is 0 where D answers ½ everywhere, whatever p_g is.", ["D"]],
  "2 JSD": ["2 JSD(p_data, p_g): how far apart the laws are; 0 only where they are equal, at most 2 log 2 = 1.386.", ["p_data", "p_g"]],
  gap: ["C(G) − V(G, D): what D lacks; 0 only where D = D*. It hides part of 2 JSD from whoever looks at V.", ["D", "D*"]],
};

export function attachExplanations() {
  for (const term of document.querySelectorAll("[data-term]")) {
    const [words, curves] = TERMS[term.dataset.term];
    const show = () => explain(words, curves), hide = () => explain("", []);
    Object.assign(term, { onpointerenter: show, onfocus: show, onpointerleave: hide, onblur: hide });
  }
}

function explain(words, curves) {
  $("explained").textContent = words;
  state.bold = curves;
  redraw();
}
