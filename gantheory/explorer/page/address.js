// The settings in the page's address, so that a game can be sent to someone as a link. Only what differs from the defaults is kept,
// and data only where they are given by a text.

import { state } from "./state.js";

export function keepInAddress() {
  const { scene, hello } = state;
  const changed = Object.entries(scene.settings).filter(([name, value]) => hello.settings[name] !== value);
  const set = changed.length ? Object.fromEntries(changed) : undefined;
  const data = ["expression", "formula"].includes(scene.spec.kind) ? scene.spec : undefined;
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify({ set, data }))}`);
}

// {set, data}, both optional. They are not checked here: the server refuses what cannot be.
export function settingsInAddress() {
  try {
    const wanted = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    return wanted && typeof wanted === "object" ? wanted : {};
  } catch {
    return {};
  }
}
