// What the page's address says of the game, so that it can be sent to someone as a link. Only what differs from the defaults is kept,
// data only where they are given by a text, and the iteration only where the rest leads to it.

import { state } from "./state.js";

const SHARED = ["expression", "formula"]; // kinds of data that an address holds
const FARTHEST = 1e5; // last iteration that an address may ask for
// What each part must be, checked here; the rest is for the server to check.
const PARTS = new Map(Object.entries({
  set: isObject, data: isObject, plane: isObject, lab: (one) => ["line", "games"].includes(one), guide: isWhole, at: isWhole,
}));

export function keepInAddress() {
  const { scene, hello, lesson, lab, portrait, shown } = state;
  if (!scene) return;
  const { iteration, untouched } = shown.head;
  const kept = {
    set: changes(scene.settings, hello.settings),
    data: SHARED.includes(scene.spec.kind) && scene.spec.text !== hello.zoo["two bells"] ? scene.spec : undefined,
    at: untouched && SHARED.includes(scene.spec.kind) && iteration && iteration <= FARTHEST ? iteration : undefined,
    lab: lab === "line" ? undefined : lab,
    plane: portrait && lab === "games" ? changes(portrait.spec, hello.games.first) : undefined,
    guide: lesson?.name === "first" ? lesson.stop + 1 : 0,
  };
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(kept))}`);
}

// What differs from the first values, or undefined.
function changes(values, first) {
  const changed = Object.entries(values).filter(([name, value]) => JSON.stringify(first[name]) !== JSON.stringify(value));
  return changed.length ? Object.fromEntries(changed) : undefined;
}

// {set, data, at, lab, plane, guide}, all optional, and `refused`: a sentence on what was wrong. The server checks what is in `set`,
// `data` and `plane`. Whoever comes without any is new.
export function wantedInAddress() {
  const given = location.hash.slice(1);
  if (!given) return { guide: 1 };
  const wanted = parsed(given);
  if (!isObject(wanted)) return { refused: "The address must end with settings as this page writes them. It is left out." };
  const isGood = ([name, value]) => PARTS.get(name)?.(value) ?? false;
  const good = Object.entries(wanted).filter(isGood), [bad] = Object.entries(wanted).find((part) => !isGood(part)) ?? [];
  const refused = bad && `\`${bad.slice(0, 20)}\` of the address must be as this page writes it. It is left out.`;
  return { ...Object.fromEntries(good), refused };
}

function parsed(text) {
  try {
    return JSON.parse(decodeURIComponent(text));
  } catch {
    return null;
  }
}

function isObject(one) {
  return one !== null && typeof one === "object" && !Array.isArray(one);
}

function isWhole(one) {
  return Number.isInteger(one) && one >= 0 && one <= FARTHEST;
}
