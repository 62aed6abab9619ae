// The page, put together.
//
// What the server says goes    connection.js → conversation.js → state.js → painting.js → plot_*.js, readout.js
// What the visitor does goes   transport.js, settings.js, data.js, theory.js, pointer.js, tour.js → conversation.js → connection.js
//
// Every number on the page comes from the server. The page only draws.

import { settingsInAddress } from "./address.js";
import { converse, say } from "./conversation.js";
import { attachData, listZoo } from "./data.js";
import { $ } from "./dom.js";
import { attachInspection } from "./inspection.js";
import { attachKeyboard } from "./keyboard.js";
import { redraw, startPainting } from "./painting.js";
import { attachMoment } from "./plot_history.js";
import { attachPointer } from "./pointer.js";
import { buildSettings } from "./settings.js";
import { listLines } from "./slow_motion.js";
import { state } from "./state.js";
import { showStatus } from "./status.js";
import { attachTheme } from "./theme.js";
import { attachTheory } from "./theory.js";
import { attachTour } from "./tour.js";
import { attachTransport, pause } from "./transport.js";

// The server's hello says what the controls can be set to; the page's address, what they are to be set to at first.
function greet(hello) {
  buildSettings(hello);
  listZoo(hello.zoo);
  listLines(hello.lines);
  const wanted = settingsInAddress();
  if (wanted.set) say({ do: "set", settings: wanted.set });
  if (wanted.data) say({ do: "data", data: wanted.data });
}

function pauseWhenHidden() {
  if (!document.hidden || !state.playing) return;
  pause();
  showStatus("paused while the page was hidden");
}

attachTransport();
attachKeyboard();
attachData();
attachTheory();
attachPointer();
attachMoment();
attachTheme();
attachInspection(attachTour());
document.addEventListener("visibilitychange", pauseWhenHidden);
addEventListener("resize", redraw);
$("banner").querySelector("button").onclick = () => converse(greet);

converse(greet);
startPainting();
