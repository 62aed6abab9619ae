// Algorithm 1 line by line: the listing, in which the line that was executed last is marked.

import { $, element } from "./dom.js";

export function listLines(lines) {
  $("lines").replaceChildren(...lines.map((textContent) => element("li", { textContent })));
}

// `executed` is the picture's {line, repeat}, or undefined outside slow motion.
export function showLine(executed) {
  [...$("lines").children].forEach((item, i) => {
    const now = executed?.line === i;
    item.classList.toggle("now", now);
    item.querySelector("small")?.remove();
    if (now) item.append(element("small", { textContent: executed.repeat }));
  });
  if (executed) $("listing").open = true;
}
