// What the page knows, in one object. The comment on each field names the modules that write it; every module may read it.
// What only one module needs is kept inside that module.

import { History } from "./history.js";

export const state = {
  hello: null, // choices, bounds and defaults of the settings, the zoo, the lines of Algorithm 1 (conversation.js)
  received: null, // newest picture that is not painted yet (conversation.js puts it here, painting.js takes it)
  receivedScene: null, // newest scene that is not shown yet; its picture may have been skipped (the same two)
  shown: null, // the picture on the canvases (painting.js)
  scene: null, // its scene: p_data, the settings, the stretch of the x line (painting.js)
  scenes: {}, // the last scene of each lab (painting.js)
  painted: 0, // pictures painted so far (painting.js)
  histories: { line: new History(), two: new History() }, // the numbers along the runs, by lab (painting.js adds to them)
  history: null, // that of the picture (painting.js)
  playing: false, // whether the game plays, as far as the page knows (playing.js)
  answer: null, // {found, iteration, version}: the exact numbers of the state that is shown, if they are known (answers.js)
  keys: true, // whether keys of one letter play and step (keyboard.js)
  lab: "line", // name of the lab that is shown (tabs.js)
  plane: null, // what the lab of games is to draw (games.js)
  portrait: null, // the phase plane that it draws (games.js)
  lesson: null, // {name, stop} of the lesson that is shown, or null (lesson.js)
  until: null, // {what, than}: what ends playing, or null (stops.js)
  exercise: null, // {ask, hide, lock} of a teacher's link, or null (exercise.js)
  hidden: [], // names of the curves that it hides (exercise.js)
  bold: [], // names of the curves that are drawn bolder (explanations.js)
  pointedAt: null, // x under the pointer, or null (pointer.js)
  stroke: null, // {heights, color} of a density that is being drawn by hand, or null (pointer.js)
};

state.history = state.histories.line;
