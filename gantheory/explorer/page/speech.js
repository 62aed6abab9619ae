// What is read out to whoever does not see the page: one polite region, which changes at most once in two seconds.

import { $ } from "./dom.js";

const EVERY = 2000; // milliseconds between two changes

let waiting = null; // words that are to be said next
let quiet = null; // timer, while nothing may be said

export function speak(words) {
  waiting = words;
  if (quiet === null) tell();
}

function tell() {
  quiet = null;
  if (waiting === null) return;
  $("spoken").textContent = waiting;
  waiting = null;
  quiet = setTimeout(tell, EVERY);
}
