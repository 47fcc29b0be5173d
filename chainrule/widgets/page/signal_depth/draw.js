// Histograms of the activations, a layer each, and below them the mean squares of activations and gradients.

import { Axes } from "../shared/axes.js";
import { svg, text, visible } from "../shared/elements.js";
import { number } from "../shared/numbers.js";
import { BINS, REACH, shares } from "./model.js";

const PLACE = { left: 56, top: 150, width: 500, height: 170 };
const HIGH = 110; // of a histogram, for −REACH to REACH
const TOP = 20;
const [LOW, UP] = [-12, 6]; // powers of ten
const ROOM = 20; // for the name of a curve

/** Where the name of a curve stands that is at `own` where the other is: on the side of it that is free. */
function beside(own, other) {
    const above = own <= other ? own > PLACE.top + ROOM : own > PLACE.top + PLACE.height - ROOM;
    return above ? own - 8 : own + 18;
}

const log = (value) => Math.min(UP, Math.max(LOW, Math.log10(value)));

export class Layers {
    constructor() {
        this.axes = new Axes(PLACE, { x: [0, 1], y: [LOW, UP], ticks: { x: [], y: [] } });
        this.histograms = svg("g", {});
        this.sizes = svg("path", { class: "chainrule-curve" });
        this.gradients = svg("path", { class: "chainrule-curve chainrule-expected" });
        this.dots = svg("g", {});
        this.fault = svg("circle", { class: "chainrule-mark", r: 9 });
        this.element = svg(
            "svg",
            { viewBox: "0 0 570 350", width: 570, height: 350, "aria-hidden": "true", class: "chainrule-layers" },
            text({ x: 6, y: 14, class: "chainrule-small" }, `activations, from −${REACH} to ${REACH}, layer by layer`),
            text({ x: 6, y: PLACE.top - 8, class: "chainrule-small" }, "mean squares"),
            this.histograms,
            this.axes.element,
            this.sizes,
            this.gradients,
            this.dots,
            this.fault,
        );
    }

    draw({ activations, sizes, gradients }, wrong) {
        const depth = sizes.length;
        const layers = sizes.map((_, l) => l + 1);
        const ticks = { x: layers, y: [] };
        this.axes.rescale({ x: [0, depth + 1], y: [LOW, UP], ticks, names: {} });
        const room = PLACE.width / (depth + 1);
        this.histograms.replaceChildren(
            ...activations.map((A, l) => this.histogram(shares(A), this.axes.x(l + 1), room)),
        );
        this.sizes.setAttribute("d", this.axes.curve(layers, sizes.map(log)));
        this.gradients.setAttribute("d", this.axes.curve(layers, gradients.map(log)));
        const dot = (kind) => (value, l) =>
            svg("circle", { class: kind, r: 3, cx: this.axes.x(l + 1), cy: this.axes.y(log(value)) });
        const powers = [LOW, -6, 0, UP].map((at) =>
            text(
                { x: PLACE.left - 5, y: this.axes.y(at) + 4, "text-anchor": "end", class: "chainrule-small" },
                number(10 ** at),
            ),
        );
        this.dots.replaceChildren(...sizes.map(dot("chainrule-dot")), ...powers, ...this.names(sizes, gradients));
        visible(this.fault, Boolean(wrong));
        if (wrong) {
            this.fault.setAttribute("cx", String(this.axes.x(wrong)));
            this.fault.setAttribute("cy", String(this.axes.y(log(sizes[wrong - 1]))));
        }
    }

    /** What each curve is, written at its end (activations) and its beginning (gradients), off the other curve. */
    names(sizes, gradients) {
        const [ahead, back] = [sizes, gradients].map((curve) => curve.map((value) => this.axes.y(log(value))));
        const right = PLACE.left + PLACE.width - 4;
        const end = beside(ahead.at(-1), back.at(-1));
        return [
            text({ x: right, y: end, "text-anchor": "end", class: "chainrule-value" }, "activations →"),
            text({ x: this.axes.x(1) - 10, y: beside(back[0], ahead[0]), class: "chainrule-gradient" }, "← gradients"),
        ];
    }

    histogram(found, middle, room) {
        const most = Math.max(...found);
        const step = HIGH / BINS;
        return svg(
            "g",
            {},
            ...found.map((share, bin) =>
                svg("rect", {
                    class: "chainrule-bar-of",
                    x: middle - (room * 0.42 * share) / most,
                    y: TOP + HIGH - (bin + 1) * step,
                    width: (room * 0.84 * share) / most,
                    height: step * 0.9,
                }),
            ),
        );
    }
}
