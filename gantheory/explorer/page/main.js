// The page, put together.
//
// What the server says goes    connection.js → conversation.js → state.js → painting.js → plot_*.js, readout.js
// What the visitor does goes   transport.js, settings.js, data.js, theory.js, pointer.js, lesson.js → conversation.js → connection.js
//
// Every number on the page comes from the server. The page only draws.

import { wantedInAddress } from "./address.js";
import { converse, say } from "./conversation.js";
import { asDrawn, attachData, listZoo } from "./data.js";
import { $ } from "./dom.js";
import { readInks } from "./canvas.js";
import { attachExercise } from "./exercise.js";
import { attachExplanations } from "./explanations.js";
import { attachInspection } from "./inspection.js";
import { buildGames, draw as drawGames } from "./games.js";
import { attachKeyboard } from "./keyboard.js";
import { hideKey } from "./key.js";
import { attachLanguage } from "./language.js";
import { attachLessons } from "./lesson.js";
import { redraw, startPainting } from "./painting.js";
import { attachMoment } from "./plot_history.js";
import { attachPresenter } from "./presenter.js";
import { attachPointer } from "./pointer.js";
import { buildSettings } from "./settings.js";
import { attachShare } from "./share.js";
import { listLines } from "./slow_motion.js";
import { state } from "./state.js";
import { showStatus } from "./status.js";
import { attachStops } from "./stops.js";
import { attachTabs } from "./tabs.js";
import { attachTheme } from "./theme.js";
import { attachTheory } from "./theory.js";
import { attachTransport, pause } from "./transport.js";
import { attachTwo } from "./two.js";

// The server's hello says what the controls can be set to; the page's address, what they are to be set to at first.
function greet(hello) {
  buildSettings(hello);
  listZoo(hello.zoo);
  if (wanted.plane) state.plane = { ...hello.games.first, ...wanted.plane };
  buildGames(hello.games);
  listLines(hello.lines);
  if (wanted.set) say({ do: "set", settings: wanted.set });
  if (wanted.data) say({ do: "data", data: asDrawn(wanted.data) });
  if (wanted.at) playTo(wanted.at);
  if (wanted.two) greetTwo(wanted.two);
  attachTabs(wanted.lab ?? (wanted.two && "line"));
  if (wanted.lab === "two" && wanted.two?.at) playTo(wanted.two.at); // which a change of labs would end
  if (wanted.refused) showStatus(wanted.refused, true);
}

// Likewise for the game in two dimensions, which is begun only where it is asked for.
function greetTwo({ set, data }) {
  say({ do: "lab", lab: "two" });
  if (set) say({ do: "set", settings: set });
  if (data) say({ do: "data", data });
}

const playTo = (iteration) => say({ do: "play", steps: 1000, only: null, left: iteration });

const wanted = wantedInAddress(); // before the first picture changes the address

function pauseWhenHidden() {
  if (!document.hidden || !state.playing) return;
  pause();
  showStatus("paused while the page was hidden");
}

hideKey();
attachLanguage();
attachTransport();
attachKeyboard(wanted.keys ?? true);
attachPresenter();
attachStops(wanted.until);
attachData();
attachTheory();
attachPointer();
attachShare();
attachMoment();
attachTheme();
attachExplanations();
attachExercise(wanted);
attachInspection();
attachTwo();
document.addEventListener("visibilitychange", pauseWhenHidden);
addEventListener("resize", () => (readInks(), redraw(), drawGames()));
$("banner").querySelector("button").onclick = () => converse(greet);

converse(greet);
attachLessons(wanted.guide);
startPainting();
