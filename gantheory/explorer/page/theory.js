// The theory tools: play against D*, set p_g to p_data, measure exactly, and compare with estimates from samples.

import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { pause } from "./transport.js";

export function fillTheory({ settings, by_hand }) {
  $("oracle").value = settings.oracle;
  $("oracle-said").textContent = settings.oracle ? percent(settings.oracle) : "";
  if (!by_hand && document.activeElement === $("release")) $("perfect").focus(); // a button that goes takes no focus with it
  $("release").hidden = !by_hand;
}

export function attachTheory() {
  $("oracle").oninput = () => ($("oracle-said").textContent = percent($("oracle").value));
  $("oracle").onchange = () => say({ do: "set", settings: { oracle: Number($("oracle").value) } });
  $("perfect").onclick = () => say({ do: "hand", p_g: { kind: "perfect" } });
  $("release").onclick = () => say({ do: "hand", p_g: null });
  $("measure").onclick = () => say({ do: "exact" });
  $("bench").onclick = () => {
    pause();
    say({ do: "estimates" });
  };
}

const percent = (share) => `${Math.round(100 * share)} %`;
