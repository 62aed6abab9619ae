// The connection to the server, and the messages on it. The server's side is in session.py, commands.py and lab.py.
//
// Page to server: JSON, one object per message. `do` says what is asked for.
//   {do: "play", steps, only, left, every, until}
//                                    play on, `steps` iterations per picture, or as many as take 30 ms. `only` is the player that
//                                    learns, "D" or "G", or null for both. `left`, if given, is the number of iterations after which to
//                                    pause; `every`, the least number of seconds between two pictures; `until`, {what, than}: a
//                                    condition on a picture that ends playing, as stops.py lists them
//   {do: "pause"}                    stop playing
//   {do: "step", steps, only}        play `steps` iterations, then draw
//   {do: "seek", iteration}          go to an iteration that has been played before
//   {do: "reset", seed}              start again from untrained networks: those of the seed, or the same ones if none is given
//   {do: "undo"}                     take back the last change
//   {do: "line"}                     execute the next line of Algorithm 1
//   {do: "fork"}, {do: "unfork"}     keep a ghost, a copy of the game that goes on unchanged; drop it
//   {do: "set", settings}            change these settings
//   {do: "data", data}               change p_data, to a density as below
//   {do: "hand", p_g}                set p_g by hand: to a density, to p_data by {kind: "perfect"}, or back to G's own by null
//   {do: "move", shift, scale}       shift p_g, and scale it about G's value at the median of z
//   {do: "script"}                   write the run as a script of the library
//   {do: "handout"}                  record the run as one HTML file
//   {do: "weights"}                  write the players' weights as JSON
//   {do: "lab", lab}                 turn to the game on the line, "line", or in two dimensions, "two"; the other one waits
//   {do: "portrait", plane}          draw the phase plane of a small game: {game, loss, r1, noise, consensus, time_scale, integrator,
//                                    strength, h, steps, reach, starts: [[θ, ψ]]}, each of which may be missing
//   {do: "exact"}                    measure the present state exactly
//   {do: "estimates"}                compare estimates from samples with the exact JSD
//   {do: "ack", frame}               this picture has been painted; at most two are sent that have not been acknowledged
// A density is {kind: "expression", text}, {kind: "formula", text, low, high}, {kind: "pen", low, high, heights} or
// {kind: "csv", text, column}; in two dimensions it is an expression, a CSV file, or {kind: "brush", low, bottom, side, shades}, with a
// digit for each of 32 × 32 cells, row by row from below.
//
// Server to page: JSON, one object per message. The first key says what it is.
//   {hello}                          {zoo, choices, bounds, lines, settings, most_steps}: what the controls can be set to; `two`, {zoo,
//                                    settings, brushed}: likewise in two dimensions; `game`: the key to go on with this game on
//                                    another connection, for a minute; `resumed`: whether this is such a one. Sent once, before the
//                                    first picture
//   {busy: true}                     what was asked for takes long, usually because it is being compiled
//   {script}, {handout}, {weights}   the text of the file
//   {portrait}                       {spec, name, theta, psi, labels, grid, field, runs, left, rest, eigenvalues, multipliers,
//                                    largest_step, rule, words}, or null after a refusal; [θ, ψ] and [real, imaginary] are pairs
//   {refused}                        why a message was refused, in a sentence
//   {paused, reached}                playing has ended, and why, in a sentence; empty if it ended as asked. `reached` says which
//                                    condition it was played until
//   {exact, iteration, version}      {name: {value, error} or {infinite: why}} of the state of this version
//   {estimates, iteration, version}  {exact, rows: [{estimate, samples, jsd}]}
//
// Server to page: a picture, as one binary message. All numbers are little-endian.
//   uint32       length of the head
//   the head     JSON: {frame, version, playing, iteration, start, end, stopped, losses, numbers, digest, verdict, saved, lengths}, and
//                where they apply:
//                  scene: {low, high, p_data, z, z_arrows, said, spec, settings, logit, by_hand, only}; only when it is new
//                  line: {line, repeat, points}; in slow motion, the line of Algorithm 1 that was executed last
//                  ghost: {iteration, numbers}; after a fork
//                `numbers` is {name: [value, error]} in nats; `start` and `end` bound the iterations one can go to; `digest` is a hash
//                of the state, null while playing; `version` changes with the state; `verdict` is {rule, words}; `saved` is the change
//                that can be undone, [what, number], or null. A number that is not finite is null
//   the curves   float32, of the lengths in `lengths`: p_g, D's output, D*, D's slope, G's graph, G's arrows; then the minibatches
//                of the line, x and G(z), those of them whose length in `points` is not 0; then the ghost's p_g and output of D
//
// In two dimensions the head has `lab`, "two", and {measured, interval, modes, folded, beyond}: the iteration that p_g's law and the numbers
// are of, where 2 JSD lies, p_g's mass at each mode, the mass of z at which G folds, that of p_g beyond the picture. The scene has {lab, low,
// high, bottom, top, cells, drawn, p_data, samples, modes: [{at, mass}], said, spec, settings, logit, by_hand, only}. The curves are p_g's
// masses and D*, both empty where they are those of the picture before, D's output, points of p_g, D's slope there, G's mesh, and which of
// its triangles lie the other way up; maps go column by column, from below, and points are pairs.

const OF_LINE = ["p_g", "logit", "d_star", "slope", "graph", "arrows"]; // curves of a picture, in their order
const OF_PLANE = ["p_g", "d_star", "logit", "points", "slope", "mesh", "turned"]; // likewise
import { home } from "./key.js";

const TOO_LONG = 1009; // WebSocket close code

// Opens the connection, to go on with the game of this key, if there is one. `hear` has three functions: message(object),
// picture(picture) and closed(reason).
export function connect(game, hear) {
  const address = new URL(`${home}ws${game ? `?game=${encodeURIComponent(game)}` : ""}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => (typeof data === "string" ? hear.message(JSON.parse(data)) : hear.picture(unpacked(data)));
  socket.onclose = ({ code, reason }) => hear.closed(reason || (code === TOO_LONG ? "The message was too long for the server." : ""));
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return { isOpen, send: (message) => isOpen() && socket.send(JSON.stringify(message)) };
}

// The inverse of `packed` in session.py.
function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let start = 4 + length;
  const curves = head.lengths.map((count) => {
    const curve = new Float32Array(buffer, start, count);
    start += 4 * count;
    return curve;
  });
  const isOfLine = head.lab === undefined, names = isOfLine ? OF_LINE : OF_PLANE;
  const rest = curves.slice(names.length);
  const named = Object.fromEntries(names.map((name, i) => [name, curves[i]]));
  const [countX, countFake] = head.line?.points ?? [0, 0];
  const x = countX ? rest.shift() : null;
  const fake = countFake ? rest.shift() : null;
  const ghost = head.ghost && isOfLine ? { p_g: rest[0], logit: rest[1] } : null;
  return { head, ...named, x, fake, ghost };
}
