// What the page's address says of the game, so that it can be sent to someone as a link. Only what differs from the defaults is kept,
// data only where they are given by a text or drawn, and the iteration only where the rest leads to it.

import { canAsk, canHide, canLock } from "./exercise.js";
import { state } from "./state.js";
import { canStop } from "./stops.js";

// Whether an address can hold these data: a text, or a drawing of few levels, but no file.
const isShared = ({ kind, levels }) => ["expression", "formula", "brush"].includes(kind) || levels !== undefined;
const FARTHEST = 1e5; // last iteration that an address may ask for
// What each part must be, checked here; the rest is for the server to check.
const PARTS = new Map(Object.entries({
  set: isObject, data: isObject, plane: isObject, two: isGame, lab: (one) => ["line", "two", "games"].includes(one), guide: isWhole, at: isWhole, keys: isFlag,
  until: (one) => canStop(one), hide: (one) => canHide(one), lock: (one) => canLock(one), ask: (one) => canAsk(one),
}));

export const keepInAddress = () => state.scene && history.replaceState(null, "", location.search + hashOf(kept()));

// The page's address with some of its parts changed.
export const addressWith = (changes) => location.href.replace(/#.*|$/, hashOf({ ...kept(), ...changes }));

const hashOf = (parts) => `#${encodeURIComponent(JSON.stringify(parts))}`;

function kept() {
  const { scenes: { line, two }, hello, lesson, lab, portrait, shown, exercise, until } = state;
  return {
    ...(line && gameOf(line, hello.settings, hello.zoo["two bells"], shown)),
    two: two && gameOf(two, hello.two.settings, hello.two.zoo["ring of 8"], shown),
    lab: lab === "line" ? undefined : lab,
    plane: portrait && lab === "games" ? changes(portrait.spec, hello.games.first) : undefined,
    keys: state.keys ? undefined : false,
    until: until ?? undefined,
    hide: exercise?.hide.length ? exercise.hide : undefined,
    lock: exercise?.lock.length ? exercise.lock : undefined,
    ask: exercise?.ask,
    guide: lesson?.name === "first" ? lesson.stop + 1 : 0,
  };
}

// {set, data, at} of the game of a scene; the iteration only of the one that is shown.
function gameOf(scene, first, text, { head }) {
  const { iteration, untouched, lab } = head, isHeld = isShared(scene.spec);
  const isReached = lab === scene.lab && untouched && isHeld && iteration && iteration <= FARTHEST;
  return given({
    set: changes(scene.settings, first),
    data: isHeld && scene.spec.text !== text ? scene.spec : undefined,
    at: isReached ? iteration : undefined,
  });
}

// What differs from the first values, or undefined.
const changes = (values, first) => given(values, (name, value) => JSON.stringify(first[name]) !== JSON.stringify(value));

// The parts that count, those that are defined unless said otherwise; undefined if there are none.
function given(parts, counts = (_, value) => value !== undefined) {
  const found = Object.entries(parts).filter(([name, value]) => counts(name, value));
  return found.length ? Object.fromEntries(found) : undefined;
}

// {set, data, at, lab, plane, keys, until, hide, lock, ask, guide}, all optional, and `refused`: a sentence on what was wrong. The server checks what is in `set`,
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

function isGame(one) {
  const { set = {}, data = {}, at = 0, ...rest } = isObject(one) ? one : { rest: one };
  return isObject(set) && isObject(data) && isWhole(at) && !Object.keys(rest).length;
}

function isFlag(one) {
  return typeof one === "boolean";
}

function isWhole(one) {
  return Number.isInteger(one) && one >= 0 && one <= FARTHEST;
}
