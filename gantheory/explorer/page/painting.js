// The animation loop. It paints the newest picture, at most one per animation frame, and acknowledges it.
// Words and charts of the past change less often than the picture: nobody reads sixty numbers a second.

import { keepInAddress } from "./address.js";
import { dropStaleAnswers } from "./answers.js";
import { askAtRest, say } from "./conversation.js";
import { fillData, listZoo, zooOf } from "./data.js";
import { $ } from "./dom.js";
import { drawGame } from "./plot_game.js";
import { drawGap } from "./plot_gap.js";
import { drawGraph } from "./plot_graph.js";
import { drawGaps, drawValues } from "./plot_history.js";
import { drawStrip } from "./plot_strip.js";
import { drags } from "./pointer.js";
import { showEquation, showKeys, showPointed, showSlopeScale, showSummary, showTable, showVerdict } from "./readout.js";
import { fillSettings } from "./settings.js";
import { showLine } from "./slow_motion.js";
import { state } from "./state.js";
import { hideWorking, showStatus } from "./status.js";
import { fillTheory } from "./theory.js";
import { scrubs, showTransport } from "./transport.js";
import { drawTwo, fillTwo, showTwo } from "./two.js";

const CALM = 250; // milliseconds between pictures for visitors who prefer reduced motion
const WORDS = 100; // milliseconds between changes of the words
const TABLE = 900; // likewise, of the table
const CHARTS = 120; // likewise, of the charts of the past

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const last = { picture: -Infinity, words: -Infinity, table: -Infinity, charts: -Infinity }; // when each was changed, in milliseconds
const drawn = { stroke: null, pointedAt: null }; // the pointer's state as it was last drawn

export function startPainting() {
  requestAnimationFrame(loop);
}

function loop(now) {
  requestAnimationFrame(loop);
  if (state.received && calm.matches && now - last.picture < CALM) acknowledge(state.received);
  else if (state.received) paint(now);
  else if (state.stroke !== drawn.stroke || state.pointedAt !== drawn.pointedAt) draw(now);
  drawn.stroke = state.stroke;
  drawn.pointedAt = state.pointedAt;
}

function paint(now) {
  state.shown = state.received;
  state.received = null;
  last.picture = now;
  const { head } = state.shown;
  if (state.receivedScene) setScene(state.receivedScene);
  state.receivedScene = null;
  state.history = state.histories[labOf(state.shown)];
  if ((head.measured ?? head.iteration) === head.iteration) state.history.add(head);
  dropStaleAnswers();
  state.painted++;
  draw(now);
  if (isDue("words", WORDS, now)) showWords(head, now);
  if (!head.playing) keepInAddress();
  acknowledge(state.shown);
  hideWorking();
  drags.flush();
  scrubs.flush();
  askAtRest();
}

// Once a picture. Whoever prefers calm gets fewer pictures painted, of a game that is no slower.
function acknowledge(picture) {
  if (picture.acknowledged) return;
  picture.acknowledged = true;
  say({ do: "ack", frame: picture.head.frame });
}

// The lab that a picture, or a scene, is of.
const labOf = ({ head, lab }) => head?.lab ?? lab ?? "line";

function setScene(scene) {
  if (!state.scene || labOf(scene) !== labOf(state.scene)) listZoo(zooOf(scene));
  state.scene = state.scenes[labOf(scene)] = scene;
  showKeys(scene);
  fillSettings(scene.settings);
  fillData(scene);
  fillTheory(scene);
  if (labOf(scene) === "two") fillTwo(scene);
}

// Whether it is time to update what is not updated with every picture. At rest everything is.
function isDue(what, interval, now) {
  if (now - last[what] <= interval && state.shown.head.playing) return false;
  last[what] = now;
  return true;
}

function draw(now) {
  const { scene, shown } = state;
  if (!shown || (state.lab !== "games" && labOf(shown) !== state.lab)) return;
  if (labOf(shown) === "two") drawTwo();
  else drawLine(scene, shown);
  drawStrip($("strip"), shown.head.numbers);
  if (isDue("charts", CHARTS, now)) drawCharts();
}

function drawLine(scene, shown) {
  drawGame($("game"), scene, shown, { drawing: state.stroke, bold: state.bold, hidden: state.hidden, pointedAt: state.pointedAt });
  drawGraph($("graph"), scene, shown);
  drawGap($("gap"), scene, shown);
  showPointed();
}

function drawCharts() {
  drawValues($("values"), state.history, state.shown.head);
  drawGaps($("gaps"), state.history, state.shown.head);
}

// Draws everything again, after a change of size or colours.
export function redraw() {
  last.charts = -Infinity;
  draw(performance.now());
}

function showWords(head, now) {
  showEquation(head.numbers);
  showVerdict(head);
  if (labOf(state.shown) === "two") showTwo(head, state.scene);
  else showSlopeScale(state.scene, state.shown);
  showTransport(head);
  document.querySelector(".key.ghost").hidden = !head.ghost;
  showLine(head.line);
  if (head.stopped) showStatus(head.stopped, true);
  if (!isDue("table", TABLE, now)) return;
  showTable(head);
  showSummary(head);
}
