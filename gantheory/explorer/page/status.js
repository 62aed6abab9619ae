// The status line at the foot of the page.

import { $ } from "./dom.js";

let working = false; // whether the line says that the server is at work

export function showStatus(words, refusal = false) {
  working = false;
  $("status").textContent = words;
  $("status").classList.toggle("refusal", refusal);
}

// A refusal stays on the line: what takes long may be the picture that would have come without it.
export function showWorking() {
  if ($("status").classList.contains("refusal")) return;
  showStatus("working: a new kind of game is compiled once …");
  working = true;
}

// Called when a picture is painted.
export function hideWorking() {
  if (working) showStatus("");
}
