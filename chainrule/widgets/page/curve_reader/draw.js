// Two curves over the epochs, the loss above the misread test samples; a right run stays as a thin line.

import { Axes } from "../shared/axes.js";
import { svg, text } from "../shared/elements.js";
import { number } from "../shared/numbers.js";
import { EPOCHS } from "./model.js";

const WIDTH = 560;
const HEIGHT = 430;
const PLACES = [
    { left: 60, top: 12, width: 480, height: 210 },
    { left: 60, top: 262, width: 480, height: 130 },
];
const EPOCH_TICKS = [1, 5, 10, 15, 20];

/** The limits of an axis that shows all of some values and is at least `least` high, and round numbers on it. */
export function scale(values, least) {
    const top = 1.05 * Math.max(least, ...values.filter(Number.isFinite));
    const rough = top / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((each) => each * power >= rough);
    return { limits: [0, top], ticks: Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step) };
}

export class Curves {
    constructor(tests) {
        this.tests = tests;
        const least = [2.5, tests];
        this.panels = PLACES.map((place, i) =>
            this.panel(place, ["loss of each epoch", `misread of ${tests} after it`][i], least[i]),
        );
        const legend = [
            svg("path", { class: "chainrule-curve chainrule-yours", d: "M300 30h34" }),
            text({ x: 340, y: 34, class: "chainrule-small" }, "this run"),
            svg("path", { class: "chainrule-reference", d: "M410 30h34" }),
            text({ x: 450, y: 34, class: "chainrule-small" }, "a right run"),
        ];
        this.element = svg(
            "svg",
            {
                viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
                width: WIDTH,
                height: HEIGHT,
                role: "img",
                "aria-label": "Two curves",
            },
            ...this.panels.flatMap(({ elements }) => elements),
            svg("g", { "aria-hidden": "true" }, ...legend),
        );
    }

    panel(place, name, least) {
        const axes = new Axes(place, { x: [0, EPOCHS + 1], y: [0, least], ticks: { x: [], y: [] } });
        const run = svg("path", { class: "chainrule-curve chainrule-yours" });
        const reference = svg("path", { class: "chainrule-reference" });
        const dots = svg("path", { class: "chainrule-points" });
        const { path, element } = axes.clip();
        const inside = svg("g", { "clip-path": path, "aria-hidden": "true" }, reference, run, dots);
        return { axes, run, reference, dots, name, least, elements: [axes.element, element, inside] };
    }

    /** Draw runs as { losses, misread }, and `words` for those who don't see them. */
    draw(run, reference, words) {
        this.panels.forEach((panel, i) => {
            const [values, right] = [run, reference].map(({ losses, misread }) => (i ? misread : losses));
            const { limits, ticks } = scale(i ? [] : [...values, ...right], panel.least);
            panel.axes.rescale({
                x: [0, EPOCHS + 1],
                y: limits,
                ticks: { x: EPOCH_TICKS, y: ticks },
                names: { y: panel.name },
            });
            const xs = (ys) => ys.map((_, at) => at + 1);
            panel.run.setAttribute("d", panel.axes.curve(xs(values), values));
            panel.reference.setAttribute("d", panel.axes.curve(xs(right), right));
            panel.dots.setAttribute("d", this.points(panel.axes, values));
        });
        this.element.setAttribute("aria-label", words);
    }

    /** A point for each epoch, so that a single one is seen too. */
    points(axes, values) {
        const at = (value, i) => `M${axes.x(i + 1).toFixed(1)} ${axes.y(value).toFixed(1)}h0`;
        return values.map((value, i) => (Number.isFinite(value) ? at(value, i) : "")).join("");
    }
}

/** A number of the table. */
export const cell = (value) => (value === undefined ? "" : number(value));
