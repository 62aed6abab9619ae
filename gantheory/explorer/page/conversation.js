// The conversation with the server: every message of the page goes out through `say`, every message of the server comes in here.
// connection.js describes the messages.

import { showEstimates, showExact } from "./answers.js";
import { connect } from "./connection.js";
import { $ } from "./dom.js";
import { setPlaying } from "./playing.js";
import { state } from "./state.js";
import { showStatus, showWorking } from "./status.js";

const REST = 350; // milliseconds without a picture before the exact numbers are asked for
const ENDS_PLAYING = ["pause", "step", "seek", "reset", "line"];
const KEEPS_STATUS = ["ack", "exact", "play", "pause"];

let connection = null;
let question = null; // timer

// `greet` is called with the server's hello, before the first picture.
export function converse(greet) {
  const hello = (found) => {
    state.hello = found;
    greet(found);
  };
  $("banner").hidden = true;
  connection = connect({ message: (message) => hear(message, { ...HEARD, hello }), picture: receive, closed });
}

export function say(message) {
  if (message.do === "play") setPlaying(true);
  if (ENDS_PLAYING.includes(message.do)) setPlaying(false);
  if (!KEEPS_STATUS.includes(message.do)) showStatus("");
  if (message.do === "pause") askAtRest();
  if (message.do === "reset") state.history.clear();
  if (message.do === "fork") state.history.fork();
  if (message.do === "unfork") state.history.unfork();
  connection.send(message);
}

// Asks for the exact numbers once nothing has changed for a while. In slow motion, and before the first step, nobody asks.
export function askAtRest() {
  clearTimeout(question);
  const { playing, shown } = state;
  if (!playing && shown?.head.end && !shown.head.line) question = setTimeout(() => say({ do: "exact" }), REST);
}

const HEARD = {
  busy: showWorking,
  refused: (why) => showStatus(why, true),
  paused: pause,
  exact: hearExact,
  estimates: hearEstimates,
};

function hear(message, heard) {
  for (const name in heard) if (name in message) heard[name](message[name], message);
}

function pause(why) {
  setPlaying(false);
  if (why) showStatus(why, true);
  askAtRest();
}

// An answer that comes too late, about a state that is gone, is not shown.
function hearExact(found, { iteration, current }) {
  if (state.playing) return;
  if (current) showExact(found, iteration);
  else askAtRest();
}

// The server answers one question at a time, so the exact numbers may not have been measured meanwhile.
function hearEstimates(found) {
  showEstimates(found);
  askAtRest();
}

function receive(picture) {
  state.receivedScene = picture.head.scene ?? state.receivedScene;
  state.received = picture;
}

function closed(reason) {
  setPlaying(false);
  $("banner").hidden = false;
  $("banner").firstElementChild.textContent = reason || "The explorer's server has ended, or cannot be reached.";
}
