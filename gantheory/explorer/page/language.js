// The page's language. The page is written in English. In Chinese each text is replaced as it comes to stand on the page, by the table of
// texts.js, so that no other module needs to know of it.

import { labelsIn } from "./canvas.js";
import { $ } from "./dom.js";
import { CHINESE } from "./texts.js";

const ATTRIBUTES = ["aria-label", "aria-valuetext", "title", "placeholder"];
const LEFT_ALONE = "script, style, sub, body [lang], [translate=no]"; // elements whose text stays as it is: an index is a name
const MOST_KEPT = 2000; // translations that are remembered

const plain = new Map(); // texts without a gap
const patterns = []; // [pattern, Chinese, letters outside the gaps] of those with gaps, {}, for numbers and names
const kept = new Map();
const english = new WeakMap(); // of each text node and element: what was written there, {text} or {attribute: words}
const written = new WeakMap(); // likewise, what the translation made of it
let isChinese = false;

for (const [key, words] of Object.entries(CHINESE)) {
  const parts = key.split("{}");
  if (parts.length === 1) plain.set(key, words);
  else patterns.push([new RegExp(`^${parts.map(escaped).join("(.+?)")}$`, "s"), words, parts.join("").length]);
}
patterns.sort(([, , a], [, , b]) => b - a); // the one that says most comes first

function escaped(words) {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

// The words in the page's language. What the table does not know stays as it is.
export function inLanguage(words) {
  if (!isChinese || typeof words !== "string") return words;
  const core = words.trim();
  if (!kept.has(core)) {
    if (kept.size > MOST_KEPT) kept.clear();
    kept.set(core, translated(core.replace(/\s+/g, " ")));
  }
  return words.replace(core, () => kept.get(core));
}

function translated(core) {
  if (plain.has(core)) return plain.get(core);
  for (const [pattern, chinese] of patterns) {
    const found = pattern.exec(core);
    if (!found) continue;
    const parts = found.slice(1).map((part) => translated(part));
    let next = 0;
    return chinese.replace(/\{(\d?)\}/g, (_, number) => parts[number === "" ? next++ : Number(number)]);
  }
  return core;
}

export function attachLanguage() {
  labelsIn(inLanguage);
  $("language").onclick = () => setLanguage(!isChinese);
  new MutationObserver((changes) => isChinese && changes.forEach(follow)).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  if (new URLSearchParams(location.search).get("lang") === "zh") setLanguage(true);
}

function follow({ type, target, addedNodes, attributeName }) {
  if (type === "childList") addedNodes.forEach(translateWithin);
  else if (type === "characterData") translateText(target);
  else translateAttribute(target, attributeName);
}

function setLanguage(chinese) {
  isChinese = chinese;
  document.documentElement.lang = chinese ? "zh-CN" : "en";
  const button = $("language");
  Object.assign(button, chinese ? { lang: "en", textContent: "English", title: "this page in English" } : { lang: "zh", textContent: "中文", title: "这一页的中文版" });
  history.replaceState(null, "", `${location.pathname}${chinese ? "?lang=zh" : ""}${location.hash}`);
  translateWithin(document.documentElement);
  dispatchEvent(new Event("resize")); // the plots are drawn anew
}

function translateWithin(node) {
  if (node.nodeType === Node.TEXT_NODE) return translateText(node);
  if (node.nodeType !== Node.ELEMENT_NODE || isLeftAlone(node)) return;
  for (const name of ATTRIBUTES) translateAttribute(node, name);
  node.childNodes.forEach(translateWithin);
}

const isLeftAlone = (node) => node.closest(LEFT_ALONE) !== null;

function translateText(node) {
  if (!node.data.trim() || (node.parentElement && isLeftAlone(node.parentElement))) return;
  exchange(node, "text", node.data, (words) => (node.data = words));
}

function translateAttribute(node, name) {
  if (node.hasAttribute(name) && !isLeftAlone(node)) exchange(node, name, node.getAttribute(name), (words) => node.setAttribute(name, words));
}

// Writes the words in the page's language in place of those that stand there, which are English unless the last exchange wrote them.
function exchange(node, name, here, write) {
  const before = english.get(node) ?? {}, after = written.get(node) ?? {};
  if (here !== after[name]) before[name] = here;
  const words = isChinese ? inLanguage(before[name]) : before[name];
  english.set(node, before);
  written.set(node, { ...after, [name]: words });
  if (words !== here) write(words);
}
