// Inline SVG charts.

import { ROUTES } from "./card.js";
import { duration, element, svg } from "./dom.js";
import { summary, totals } from "./measure.js";

/** Below this width, the name of a row stands above it. */
const NARROW = 460;
const NAME = 136;
const VALUE = 68;

/** Every run as a dot, a row for each route, with the median as a line. */
export function runsChart(rounds, routes, width) {
  const narrow = width < NARROW;
  const left = narrow ? 0 : NAME;
  const right = width - VALUE;
  const most = Math.max(...routes.flatMap((route) => totals(rounds, route)));
  const x = (time) => left + (right - left) * time / most;
  const row = narrow ? 56 : 40;
  const rows = routes.map((route, index) => {
    const times = totals(rounds, route);
    const { median, low, high } = summary(times);
    const y = row * index + (narrow ? 36 : row / 2);
    return svg("g", { class: route.toLowerCase() },
      text(0, narrow ? y - 24 : y, ROUTES[route].name, { class: "name" }),
      svg("line", { class: "track", x1: left, x2: right, y1: y, y2: y }),
      svg("rect", {
        class: "half", x: x(low), y: y - 9, width: Math.max(2, x(high) - x(low)), height: 18, rx: 3,
      }),
      ...times.map((time) => svg("circle", { class: "run", cx: x(time), cy: y, r: 3.5 })),
      svg("line", { class: "median", x1: x(median), x2: x(median), y1: y - 12, y2: y + 12 }),
      text(width, y, duration(median), { class: "value", "text-anchor": "end" }));
  });
  const described = routes.map((route) => {
    const { median } = summary(totals(rounds, route));
    return `${ROUTES[route].name} ${duration(median)}`;
  });
  return [
    chart(width, row * routes.length, "Medians: " + described.join(", "), rows),
    element("figcaption", { textContent: "A dot is a run, the line their median, the box their middle half." }),
  ];
}

/** The speed of each entry against the line of equal speed, oldest first. */
export function trendChart(entries, width) {
  const height = 88;
  const most = 1.25 * Math.max(1.6, ...entries.map(({ speed }) => speed.median));
  const y = (ratio) => height - 8 - (height - 16) * Math.min(ratio, most) / most;
  const x = (index) => 56 + (width - 72) * index / (entries.length - 1);
  const marks = entries.map(({ speed }, index) => svg("g", { class: "hybrid" },
    svg("line", { class: "whisker", x1: x(index), x2: x(index), y1: y(speed.low), y2: y(speed.high) }),
    svg("circle", { class: "run", cx: x(index), cy: y(speed.median), r: 4.5 })));
  const path = entries.map(({ speed }, index) => `${x(index)},${y(speed.median)}`).join(" ");
  return [
    chart(width, height, `Hybrid against the large model alone in ${entries.length} measurements`, [
      svg("line", { class: "equal", x1: 40, x2: width, y1: y(1), y2: y(1) }),
      text(0, y(1), "1×", { class: "name" }),
      text(0, y(most), most.toFixed(1) + "×", { class: "name" }),
      svg("polyline", { class: "path", points: path }),
      ...marks,
    ]),
    element("figcaption", {
      textContent: "Times as fast as the large model alone; the dashed line is equal speed.",
    }),
  ];
}

function chart(width, height, label, children) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ...children);
}

function text(x, y, content, attributes) {
  return svg("text", { x, y, "dominant-baseline": "central", ...attributes }, content);
}
