// The form that changes p_data: to a density of the zoo, an expression, a formula, or the rows of a CSV file.
// (A density drawn by hand comes from pointer.js.)

import { say } from "./conversation.js";
import { $ } from "./dom.js";
import { state } from "./state.js";
import { showStatus } from "./status.js";

const LARGEST_FILE = 4e6; // bytes
const LONGEST = 8e6; // bytes of the message with the file in it; the server refuses longer ones

export const zooOf = ({ lab }) => (lab === "two" ? state.hello.two.zoo : state.hello.zoo);

export function listZoo(zoo) {
  $("zoo").replaceChildren(...["", ...Object.keys(zoo)].map((name) => new Option(name || "—", name)));
}

// An expression that is being typed is left alone.
export function fillData(scene) {
  const { said, spec } = scene, zoo = zooOf(scene);
  const { text } = $("expression");
  $("said").textContent = `p_data: ${said}`;
  if (document.activeElement !== text && spec.kind === "expression") text.value = spec.text;
  $("zoo").value = Object.keys(zoo).find((name) => zoo[name] === spec.text) || "";
}

export function attachData() {
  $("zoo").onchange = () => {
    if ($("zoo").value) sayData({ kind: "expression", text: zooOf(state.scene)[$("zoo").value] });
  };
  onSubmit($("expression"), ({ text }) => sayData({ kind: "expression", text: text.value }));
  onSubmit($("formula"), ({ text, low, high }) =>
    sayData({ kind: "formula", text: text.value, low: Number(low.value), high: Number(high.value) }));
  onSubmit($("csv"), () => {});
  $("csv").onchange = sendFile;
}

// The data of an address as the server takes them: of a drawing, the heights.
export function asDrawn({ levels, ...data }) {
  if (typeof levels !== "string") return data;
  try {
    return { ...data, heights: Array.from(atob(levels), (one) => one.charCodeAt(0)) };
  } catch {
    return data;
  }
}

const sayData = (data) => say({ do: "data", data });

function onSubmit(form, send) {
  form.onsubmit = (event) => {
    event.preventDefault();
    send(form);
  };
}

async function sendFile() {
  const file = $("csv").querySelector("[type=file]").files[0];
  if (!file) return;
  if (file.size > LARGEST_FILE) return showStatus(tooLarge(file), true);
  const data = { kind: "csv", text: await file.text(), column: $("csv").column.value || null };
  const size = new Blob([JSON.stringify({ do: "data", data })]).size;
  if (size > LONGEST) return showStatus(`A CSV file must have at most ${LONGEST / 1e6} MB once escaped. Got ${megabytes(size)} MB.`, true);
  sayData(data);
}

const megabytes = (size) => (size / 1e6).toFixed(1);

const tooLarge = ({ size }) => `A CSV file must have at most ${LARGEST_FILE / 1e6} MB. Got ${megabytes(size)} MB.`;
