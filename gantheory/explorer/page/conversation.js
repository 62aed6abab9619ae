// The conversation with the server: every message of the page goes out through `say`, every message of the server comes in here.
// connection.js describes the messages.

import { awaitEstimates, showEstimates, showExact } from "./answers.js";
import { connect } from "./connection.js";
import { $ } from "./dom.js";
import { forgetRequests, hearPortrait } from "./games.js";
import { dropWaiting } from "./paced.js";
import { setPlaying } from "./playing.js";
import { hearHandout, hearScript, hearWeights } from "./share.js";
import { state } from "./state.js";
import { hideWorking, showStatus, showWorking } from "./status.js";
import { withMaps } from "./two.js";

const REST = 350; // milliseconds without a picture before the exact numbers are asked for
const ENDS_PLAYING = ["pause", "step", "seek", "reset", "line", "lab"];
const KEEPS_STATUS = ["ack", "exact", "play", "pause", "portrait"];

let connection = null;
let question = null; // timer
let game = null; // the key of the game, by which it can be gone on with after the connection was lost

// `greet` is called with the server's hello, before the first picture of a new game.
export function converse(greet) {
  const hello = (found) => {
    state.hello = found;
    if (game && !found.resumed) showStatus("The game was too long ago to be gone on with: this is a new one.");
    game = found.game;
    if (!found.resumed) greet(found);
  };
  if ($("banner").contains(document.activeElement)) $("play").focus();
  $("banner").hidden = true;
  dropWaiting();
  forgetRequests();
  connection = connect(game, { message: (message) => hear(message, { ...HEARD, hello }), picture: receive, closed });
}

// Nothing is said to a server that is gone, and the page does not look as if it were.
export function say(message) {
  if (!connection.isOpen()) return;
  if (message.do === "play") setPlaying(true);
  if (ENDS_PLAYING.includes(message.do)) setPlaying(false);
  if (!KEEPS_STATUS.includes(message.do)) showStatus("");
  if (message.do === "pause") askAtRest();
  if (message.do === "estimates") awaitEstimates();
  connection.send(message);
}

// Asks for the exact numbers once nothing has changed for a while. In slow motion, and before the first step, nobody asks.
export function askAtRest() {
  clearTimeout(question);
  const { playing, shown } = state;
  if (!playing && shown?.head.end && !shown.head.line && state.answer?.version !== shown.head.version) question = setTimeout(() => say({ do: "exact" }), REST);
}

const HEARD = {
  portrait: hearPortrait,
  script: (text) => hearScript(text),
  handout: (text) => hearHandout(text),
  weights: (text) => hearWeights(text),
  busy: showWorking,
  refused,
  paused: pause,
  reached: (words) => words && showStatus(words),
  exact: hearExact,
  estimates: hearEstimates,
};

function hear(message, heard) {
  for (const name in heard) if (name in message) heard[name](message[name], message);
}

function refused(why) {
  dropWaiting();
  showStatus(why, true);
}

function pause(why) {
  setPlaying(false);
  if (why) showStatus(why, true);
  askAtRest();
}

// An answer that comes too late, about a state that is gone, is not shown.
function hearExact(found, about) {
  if (!showExact(found, about)) askAtRest();
}

// The server answers one question at a time, so the exact numbers may not have been measured meanwhile.
function hearEstimates(found, about) {
  showEstimates(found, about);
  askAtRest();
}

function receive(picture) {
  state.receivedScene = picture.head.scene ?? state.receivedScene;
  state.received = withMaps(picture, state.received ?? state.shown);
}

function closed(reason) {
  setPlaying(false);
  hideWorking();
  $("banner").hidden = false;
  $("banner").firstElementChild.textContent = reason || "The explorer's server has ended, or cannot be reached.";
}
