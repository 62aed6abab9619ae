// The picture as a table, for whoever does not see it: the curves at some places, while the table is open.

import { outputOf } from "./discriminator.js";
import { $, element } from "./dom.js";
import { plain } from "./numbers.js";
import { state } from "./state.js";

const ROWS = 17; // places x

export function showPlaces(scene, { logit, p_g, d_star }) {
  $("places").hidden = scene.p_data.length !== p_g.length || !$("table-details").open;
  if ($("places").hidden) return;
  const count = scene.p_data.length, output = outputOf(logit, scene.logit);
  const places = Array.from({ length: ROWS }, (_, row) => Math.min(count - 1, Math.round((row * count) / (ROWS - 1))));
  const x = (i) => scene.low + ((i + 0.5) * (scene.high - scene.low)) / count;
  const columns = {
    x, p_data: (i) => scene.p_data[i], p_g: (i) => p_g[i], [scene.logit ? "D" : "critic"]: output, ...(scene.logit && { "D*": (i) => d_star[i] }),
  };
  const told = Object.keys(columns).filter((name) => !state.hidden.includes(name));
  const line = (tag, words, scope) => element("tr", {}, ...words.map((textContent) => element(tag, { textContent, ...scope })));
  $("places").replaceChildren(
    element("caption", { textContent: "The curves at some places" }),
    line("th", told, { scope: "col" }),
    ...places.map((i) => line("td", told.map((name) => plain(columns[name](i), 3)))),
  );
}
