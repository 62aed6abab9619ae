// Short names for finding and making elements.

export const $ = (id) => document.getElementById(id);

const said = new WeakMap(); // the words that each element was given last

// Gives an element a text, if it is another one than before: so it is neither read out nor translated again.
export function put(node, words) {
  if (said.get(node) === words) return;
  said.set(node, words);
  node.textContent = words;
}

// element("p", {className: "buttons"}, child, "text") makes an element with these properties and children.
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
