// The page: what the server says is shown, what the visitor does is said. All numbers come from the server.

import { ink, readInks } from "./canvas.js";
import { connect } from "./connection.js";
import { build } from "./controls.js";
import { drawGaps, drawValues, History, said } from "./history.js";
import { estimate, exactly, LOG4, NAMES, plain } from "./numbers.js";
import { pen } from "./pen.js";
import { drawGame, drawGap, drawGraph, drawStrip, shareOf } from "./plots.js";
import { tour } from "./tour.js";

const $ = (id) => document.getElementById(id);
const LARGEST_FILE = 4e6; // bytes; the server refuses longer messages
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let hello = null, scene = null, coming = null, latest = null, shown = null, wire = null, fill = null, stroke = null, playing = false, looked = null, drag = null, seeking = null, busy = false;
let answer = null, painted = 0, lastPaint = 0, awaitingFirst = true, asked = null;
const history_ = new History();

// What the server says.

function open() {
  $("banner").hidden = true;
  wire = connect({
    message(message) {
      if (message.hello) greet(message.hello);
      if (message.busy) work();
      if ("refused" in message) status(message.refused, true);
      if ("paused" in message) {
        setPlaying(false);
        if (message.paused) status(message.paused, true);
        askWhenAtRest();
      }
      if (message.exact) exact(message);
      if (message.estimates) {
        honesty(message);
        askWhenAtRest(); // one question at a time is answered
      }
    },
    picture(picture) {
      coming = picture.head.scene ?? coming;
      latest = picture;
    },
    closed(reason) {
      setPlaying(false);
      $("banner").hidden = false;
      $("banner").firstElementChild.textContent = reason || "The explorer's server has ended, or cannot be reached.";
    },
  });
}

function greet(message) {
  hello = message;
  fill = build(hello, (settings) => say({ do: "set", settings }));
  $("lines").replaceChildren(...hello.lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  const wanted = fromAddress();
  if (wanted.set) say({ do: "set", settings: wanted.set });
  if (wanted.data) say({ do: "data", data: wanted.data });
}

function stage(message) {
  scene = message;
  fill(scene.settings);
  $("said").textContent = `p_data: ${scene.said}`;
  if (document.activeElement !== $("expression").text && scene.spec.kind === "expression") $("expression").text.value = scene.spec.text;
  $("zoo").value = Object.keys(hello.zoo).find((name) => hello.zoo[name] === scene.spec.text) || "";
  $("oracle").value = scene.settings.oracle;
  $("oracle-said").textContent = scene.settings.oracle ? `${Math.round(100 * scene.settings.oracle)} %` : "";
  $("release").hidden = !scene.by_hand;
  toAddress();
}

function exact({ exact: found, iteration, current }) {
  if (playing) return;
  if (!current) return askWhenAtRest();
  answer = { found, iteration };
  const names = ["two_jsd", "discriminator_gap", "kl_data_g", "kl_g_data"].filter((name) => name in found);
  const parts = names.map((name) => `${NAMES[name]} = ${exactly(found[name])}`);
  const strong = Object.assign(document.createElement("strong"), { textContent: `exact, at iteration ${iteration}` });
  $("exact").replaceChildren(strong, ...parts.map((part) => Object.assign(document.createElement("span"), { textContent: part })));
  $("exact").title = names.filter((name) => "infinite" in found[name]).map((name) => `${NAMES[name]}: ${found[name].infinite}`).join("\n");
}

function honesty({ estimates }) {
  const truth = estimates.exact.value, table = document.createElement("table");
  const row = (tag, cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((cell) => Object.assign(document.createElement(tag), { textContent: cell })));
    return made;
  };
  table.append(row("th", ["JSD from samples", "n", "nats", "× exact"]));
  for (const { estimate: name, samples, jsd } of estimates.rows) table.append(row("td", [name, samples, plain(jsd, 3), truth > 0 ? plain(jsd / truth, 2) : "—"]));
  table.append(row("td", ["exact, of p_g itself", "", plain(truth, 6), "1"]));
  $("honesty").replaceChildren(table);
}

// Painting.

function paint(now) {
  requestAnimationFrame(paint);
  if (latest && !(calm.matches && now - lastPaint < 250)) {
    shown = latest;
    latest = null;
    lastPaint = now;
    const { head } = shown;
    if (coming) stage(coming);
    coming = null;
    history_.hear(head);
    painted++;
    draw(now);
    if (now - tell.last > 60 || !head.playing) tell(head, now);
    wire.say({ do: "ack", frame: head.frame });
    if (busy) status("");
    afterwards();
  } else if (stroke !== paint.stroke || looked !== paint.looked) draw(now);
  paint.stroke = stroke;
  paint.looked = looked;
}

function draw(now = Infinity) {
  if (!shown) return;
  drawGame($("game"), scene, shown, stroke);
  drawGraph($("graph"), scene, shown);
  drawGap($("gap"), scene, shown);
  drawStrip($("strip"), shown.head.numbers);
  if (now - drawHistory.last > 120 || !shown.head.playing) drawHistory(now);
  look();
}

// The words and the charts of the past change less often than the picture: nobody reads sixty numbers a second.
function drawHistory(now) {
  drawHistory.last = now;
  drawValues($("values"), history_, shown.head.iteration, shown.head.end);
  drawGaps($("gaps"), history_, shown.head.iteration, shown.head.end);
}

drawHistory.last = 0;

// What follows a picture: the next part of a drag or a scrub, one at a time; at rest, the exact numbers.
function afterwards() {
  if (drag) say({ do: "move", ...drag });
  drag = null;
  if (seeking !== null) say({ do: "seek", iteration: seeking });
  seeking = null;
  askWhenAtRest();
}

function askWhenAtRest() {
  clearTimeout(asked);
  if (!playing && shown?.head.end && !shown.head.line) asked = setTimeout(() => say({ do: "exact" }), 350);
}

function tell(head, now) {
  tell.last = now;
  const { numbers } = head, gap = numbers.discriminator_gap, sum = numbers.value ? [numbers.value[0] + LOG4, numbers.value[1]] : null;
  for (const [name, found] of [["value", numbers.value], ["criterion", numbers.criterion], ["sum", sum], ["two_jsd", numbers.two_jsd], ["gap", gap]])
    $(`number-${name}`).textContent = found ? estimate(found, 6) : "no meaning here";
  $("iteration").textContent = `iteration ${head.iteration}`;
  if (document.activeElement !== $("scrub") || !scrubbing) Object.assign($("scrub"), { min: head.start, max: head.end, value: head.iteration });
  $("back").disabled = head.iteration <= head.start;
  $("fork").setAttribute("aria-pressed", String(Boolean(head.ghost)));
  document.querySelector(".key.ghost").hidden = !head.ghost;
  [...$("lines").children].forEach((line, i) => {
    line.classList.toggle("now", Boolean(head.line) && head.line.line === i);
    line.querySelector("small")?.remove();
    if (head.line && head.line.line === i) line.append(Object.assign(document.createElement("small"), { textContent: head.line.repeat }));
  });
  if (head.line) $("listing").open = true;
  if (head.stopped) status(head.stopped, true);
  if (now - tell.table > 900 || !head.playing) {
    tell.table = now;
    const rows = Object.entries(numbers).map(([name, found]) => `<tr><td>${NAMES[name]}</td><td>${estimate(found, 8)}</td></tr>`);
    $("table").innerHTML = `<tr><th>quantity, nats</th><th>live ± error</th></tr>${rows.join("")}<tr><td>loss of D, of G</td><td>${head.losses.map((loss) => plain(loss)).join(", ")}</td></tr>`;
    $("game").setAttribute("aria-label", `Iteration ${head.iteration}: 2 JSD is ${estimate(numbers.two_jsd, 6)}${gap ? `, the discriminator's gap ${estimate(gap, 6)}` : ""} nats.`);
  }
}
tell.last = tell.table = 0;

function look() {
  if (looked === null || !shown) return void ($("pointer").textContent = "");
  const count = scene.p_data.length, i = Math.min(count - 1, Math.max(0, Math.floor(((looked - scene.low) / (scene.high - scene.low)) * count)));
  const share = shareOf(shown.logit, scene.logit);
  $("pointer").textContent = [`x = ${plain(looked, 3)}`, `p_data = ${plain(scene.p_data[i], 3)}`, `p_g = ${plain(shown.p_g[i], 3)}`, `D = ${plain(share(i), 3)}`, `D* = ${plain(shown.d_star[i], 3)}`].join("\n");
}

function status(words, refusal = false) {
  busy = false; // the next picture ends these words only if they say that it is worked on
  $("status").textContent = words;
  $("status").classList.toggle("refusal", refusal);
}

// A refusal stays: what takes long may be the picture that would have come without it.
function work() {
  if ($("status").classList.contains("refusal")) return;
  status("working: a new kind of game is compiled once …");
  busy = true;
}

// What the visitor does.

function say(message) {
  if (message.do === "play") setPlaying(true);
  if (["pause", "step", "seek", "reset", "line"].includes(message.do)) setPlaying(false);
  if (!["ack", "exact", "play", "pause"].includes(message.do)) status("");
  if (message.do === "pause") askWhenAtRest();
  if (message.do === "reset") history_.clear();
  if (message.do === "fork") history_.fork();
  if (message.do === "unfork") history_.lay();
  wire.say(message);
}

function setPlaying(now) {
  playing = now;
  $("play").textContent = now ? "Pause" : "Play";
  $("play").setAttribute("aria-pressed", String(now));
  if (now) $("exact").textContent = "";
}

const SPEEDS = [1, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000];
const steps = () => SPEEDS[$("speed").value];
const only = () => $("only").value || null;
const play = () => say({ do: "play", steps: steps(), only: only() });
const halt = () => say({ do: "pause" });
const step = (who) => {
  halt();
  say({ do: "step", steps: 1, only: who });
};
const back = () => {
  halt();
  if (shown && shown.head.line) say({ do: "seek", iteration: shown.head.iteration });
  else if (shown && shown.head.iteration > shown.head.start) say({ do: "seek", iteration: shown.head.iteration - 1 });
};

$("play").onclick = () => (playing ? halt() : play());
$("forth").onclick = () => step(only());
$("back").onclick = back;
$("step-d").onclick = () => step("D");
$("step-g").onclick = () => step("G");
$("line").onclick = () => {
  halt();
  say({ do: "line" });
};
$("fork").onclick = () => say({ do: $("fork").getAttribute("aria-pressed") === "true" ? "unfork" : "fork" });
$("again").onclick = () => {
  halt();
  say({ do: "reset" });
};
$("seed").onclick = () => {
  halt();
  say({ do: "reset", seed: (scene.settings.seed + 1) % 2 ** 31 });
};
$("only").onchange = () => playing && play();
$("speed").oninput = () => {
  $("speed-said").textContent = `${steps()}`;
  if (playing) play();
};
$("speed-said").textContent = `${steps()}`;

let scrubbing = false;
$("scrub").addEventListener("pointerdown", () => (scrubbing = true));
$("scrub").addEventListener("change", () => (scrubbing = false));
$("scrub").oninput = () => {
  if (playing) halt();
  const iteration = Number($("scrub").value);
  // One at a time: the next when the last has been painted.
  if (shown && shown.head.frame > (scrub.frame ?? -1)) {
    scrub.frame = shown.head.frame;
    say({ do: "seek", iteration });
  } else seeking = iteration;
};
const scrub = {};

$("zoo").onchange = () => $("zoo").value && say({ do: "data", data: { kind: "expression", text: hello.zoo[$("zoo").value] } });
$("expression").onsubmit = (event) => {
  event.preventDefault();
  say({ do: "data", data: { kind: "expression", text: $("expression").text.value } });
};
$("formula").onsubmit = (event) => {
  event.preventDefault();
  const form = $("formula");
  say({ do: "data", data: { kind: "formula", text: form.text.value, low: Number(form.low.value), high: Number(form.high.value) } });
};
$("csv").onsubmit = (event) => event.preventDefault();
$("csv").onchange = async () => {
  const file = $("csv").querySelector("[type=file]").files[0];
  if (!file) return;
  if (file.size > LARGEST_FILE) return status(`A CSV file must have at most ${LARGEST_FILE / 1e6} MB. Got ${(file.size / 1e6).toFixed(1)} MB.`, true);
  say({ do: "data", data: { kind: "csv", text: await file.text(), column: $("csv").column.value || null } });
};

$("oracle").oninput = () => ($("oracle-said").textContent = `${Math.round(100 * $("oracle").value)} %`);
$("oracle").onchange = () => say({ do: "set", settings: { oracle: Number($("oracle").value) } });
$("perfect").onclick = () => say({ do: "hand", p_g: { kind: "perfect" } });
$("release").onclick = () => say({ do: "hand", p_g: null });
$("measure").onclick = () => say({ do: "exact" });
$("bench").onclick = () => {
  halt();
  $("honesty").textContent = "measuring …";
  say({ do: "estimates" });
};

const chosen = () => document.querySelector("[name=tool]:checked").value;
for (const radio of document.querySelectorAll("[name=tool]"))
  radio.onchange = () => {
    $("game").classList.toggle("draws", ["data", "hand"].includes(chosen()));
    $("game").classList.toggle("drags", chosen() === "drag");
  };
pen($("game"), {
  scene: () => scene,
  tool: chosen,
  look(x) {
    looked = x;
  },
  changed(now) {
    stroke = now && { heights: Float64Array.from(now.heights), color: chosen() === "data" ? ink.data : ink.generated };
  },
  drawn(tool, heights) {
    const spec = { kind: "pen", low: scene.low, high: scene.high, heights };
    say(tool === "data" ? { do: "data", data: spec } : { do: "hand", p_g: spec });
  },
  dragged({ shift, scale }) {
    const first = !drag && shown && shown.head.frame > (dragging.frame ?? -1);
    drag = { shift: (drag ? drag.shift : 0) + shift, scale: (drag ? drag.scale : 1) * scale };
    if (first) {
      dragging.frame = shown.head.frame;
      say({ do: "move", ...drag });
      drag = null;
    }
  },
});
const dragging = {};

for (const name of ["values", "gaps"]) {
  $(name).addEventListener("pointermove", (event) => {
    if (shown) $("moment").textContent = said($(name), history_, shown.head.end, event.offsetX);
  });
  $(name).addEventListener("pointerleave", () => ($("moment").textContent = ""));
}

const guide = tour($("tour"), (message) => say(message), () => {});
$("tour-start").onclick = () => guide.start();

addEventListener("keydown", (event) => {
  if (event.target.matches("input:not([type=range]):not([type=radio]), select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const does = { " ": () => $("play").click(), ArrowRight: () => step(only()), ArrowLeft: back, d: () => step("D"), g: () => step("G"), l: () => $("line").click() }[event.key];
  if (!does || (event.target.matches("input[type=range], input[type=radio]") && event.key.startsWith("Arrow")) || (event.key === " " && event.target.matches("button, summary"))) return;
  event.preventDefault();
  does();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden && playing) {
    halt();
    status("paused while the page was hidden");
  }
});
addEventListener("resize", () => draw());
$("banner").querySelector("button").onclick = open;

// Light or dark: the system's, unless the visitor says otherwise.
const dark = matchMedia("(prefers-color-scheme: dark)");
function theme(name) {
  document.documentElement.dataset.theme = name;
  readInks();
  draw();
}
$("theme").onclick = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
dark.onchange = () => theme(dark.matches ? "dark" : "light");

// The address keeps the settings, so that it can be sent to someone.
function toAddress() {
  const set = Object.fromEntries(Object.entries(scene.settings).filter(([name, value]) => hello.settings[name] !== value));
  const data = ["expression", "formula"].includes(scene.spec.kind) ? scene.spec : undefined;
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify({ set: Object.keys(set).length ? set : undefined, data }))}`);
}

function fromAddress() {
  try {
    const wanted = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    return wanted && typeof wanted === "object" ? wanted : {};
  } catch {
    return {};
  }
}

$("equation").innerHTML = [
  ["d", "V(G, D)", "value"], ["sign", "≤"], ["g", "C(G) = max<sub>D</sub> V", "criterion"], ["sign", "·"],
  ["", "V + log 4", "sum"], ["sign", "="], ["g", "2 JSD(p<sub>data</sub>, p<sub>g</sub>)", "two_jsd"], ["sign", "−"], ["d", "C(G) − V(G, D)", "gap"],
].map(([kind, words, name]) => (name ? `<div class="${kind}"><b>${words}</b><output id="number-${name}"></output></div>` : `<div class="sign">${words}</div>`)).join("");

theme(dark.matches ? "dark" : "light");
open();
requestAnimationFrame(paint);

// For tests and for the curious: what the page knows, to be read only.
Object.defineProperty(window, "explorer", {
  value: Object.freeze({
    get state() {
      return shown && { ...shown.head, painted, playing, scene, answer, rows: history_.rows.length, ghosts: history_.ghost.length, status: $("status").textContent, tour: guide.stop };
    },
    get curves() {
      return shown && Object.fromEntries(["p_g", "logit", "d_star", "slope", "graph", "arrows"].map((name) => [name, Array.from(shown[name])]));
    },
  }),
});
