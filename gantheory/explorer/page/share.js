// What one finds, to take along: a link, the picture, the numbers, the weights, the run as a script.

import { ink } from "./canvas.js";
import { say } from "./conversation.js";
import { $, element } from "./dom.js";
import { drawGame } from "./plot_game.js";
import { state } from "./state.js";
import { showStatus } from "./status.js";
import { SvgCanvas } from "./svg.js";
import { pause } from "./transport.js";

const COLUMNS = ["value", "criterion", "two_jsd", "discriminator_gap"];

export function attachShare() {
  $("share-link").onclick = copyLink;
  $("share-png").onclick = savePicture;
  $("share-svg").onclick = () => save("gantheory-run.svg", "image/svg+xml", asSvg());
  $("share-csv").onclick = () => save("gantheory-run.csv", "text/csv", asCsv(state.history.rows));
  $("share-json").onclick = () => save("gantheory-run.json", "application/json", JSON.stringify(asRecord(), null, 1));
  $("share-handout").onclick = () => (pause(), say({ do: "handout" }));
  $("share-script").onclick = () => say({ do: "script" });
  $("share-weights").onclick = () => say({ do: "weights" });
}

async function copyLink() {
  const { untouched, iteration } = state.shown.head;
  const held = untouched || !iteration ? "" : " It holds the settings, not what was changed on the way.";
  try {
    await navigator.clipboard.writeText(location.href);
    showStatus(`The link is copied.${held}`);
  } catch {
    showStatus(`The link is the page's address.${held}`);
  }
}

// On paper: a canvas itself is transparent.
function savePicture() {
  const canvases = state.scene.lab === "two" ? [$("laws"), $("judge")] : [$("game")], [{ width, height }] = canvases;
  const copy = element("canvas", { width: width * canvases.length, height }), c = copy.getContext("2d");
  c.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--paper");
  c.fillRect(0, 0, copy.width, copy.height);
  canvases.forEach((canvas, i) => c.drawImage(canvas, i * width, 0));
  copy.toBlob((blob) => offer("gantheory-run.png", blob));
}

function asSvg() {
  const { clientWidth, clientHeight } = $("game"), canvas = new SvgCanvas(clientWidth, clientHeight);
  drawGame(canvas, state.scene, state.shown, { hidden: state.hidden });
  return canvas.text(ink.paper, `p_data: ${state.scene.said}, iteration ${state.shown.head.iteration}`);
}

function asCsv(rows) {
  const names = COLUMNS.flatMap((name) => [name, `${name}_error`]);
  const cells = (row) => [row.iteration, ...COLUMNS.flatMap((name) => row[name] ?? ["", ""])];
  return [["iteration", ...names], ...rows.map(cells)].map((line) => line.join(",")).join("\n") + "\n";
}

function asRecord() {
  const { iteration, numbers, digest, verdict } = state.shown.head, { settings, said, spec } = state.scene;
  return { iteration, data: { said, ...spec }, settings, live: numbers, exact: state.answer?.found ?? null, digest, verdict, run: state.history.rows };
}

export const hearScript = (text) => save("gantheory_run.py", "text/x-python", text);

export const hearHandout = (text) => save("gantheory-handout.html", "text/html", text);

export const hearWeights = (text) => save("gantheory-weights.json", "application/json", text);

const save = (name, type, text) => offer(name, new Blob([text], { type }));

function offer(name, blob) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
  showStatus(`saved as ${name}`);
}
