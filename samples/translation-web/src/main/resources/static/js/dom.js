// Small helpers to build elements.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** An SVG element with attributes and children. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** 7.4 ms, 210 ms, 1.25 s. */
export function duration(milliseconds) {
  if (milliseconds >= 1000) return (milliseconds / 1000).toFixed(2) + " s";
  return milliseconds.toFixed(milliseconds < 10 ? 1 : 0) + " ms";
}
