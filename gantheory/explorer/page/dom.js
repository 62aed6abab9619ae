// Short names for finding and making elements.

export const $ = (id) => document.getElementById(id);

// element("p", {className: "buttons"}, child, "text") makes an element with these properties and children.
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
