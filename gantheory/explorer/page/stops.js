// Where playing is to stop by itself: at an iteration, or when a picture shows something. The server looks at every picture, by stops.py.

import { keepInAddress } from "./address.js";
import { $ } from "./dom.js";
import { state } from "./state.js";

const COMPARED = ["2 JSD below", "2 JSD above"];

const WHAT = [...COMPARED, "D flat", "mode lost"];

export const canStop = (one) => WHAT.includes(one?.what) && (!COMPARED.includes(one.what) || Number.isFinite(one.than));

export function attachStops(until) {
  if (until) [$("stop-when").value, $("stop-than").value] = [until.what, until.than ?? $("stop-than").value];
  $("stop-when").onchange = $("stop-than").onchange = () => {
    show();
    keepInAddress();
  };
  show();
}

function show() {
  const what = $("stop-when").value;
  $("stop-than").hidden = !COMPARED.includes(what);
  state.until = what ? { what, ...(COMPARED.includes(what) && { than: Number($("stop-than").value) }) } : null;
}

// {left, until} of a message that asks to play, where the visitor set them.
export function stops() {
  const left = Math.round(Number($("stop-at").value)) - (state.shown?.head.iteration ?? 0);
  return { ...(left > 0 && { left }), ...(state.until && { until: state.until }) };
}
