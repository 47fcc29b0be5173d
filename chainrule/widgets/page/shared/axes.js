// The axes of a plot, and curves in them.

import { svg, text, unique } from "./elements.js";
import { between, number } from "./numbers.js";

/**
 * A plot of a given size in a larger drawing, its upper left corner at (left, top); `x` and `y` are the limits of its
 * axes. `element` holds the frame, the names of the axes and their ticks.
 *
 * @typedef {{left: number, top: number, width: number, height: number}} Place
 */
export class Axes {
    /**
     * @param {Place} place
     * @param {{x: number[], y: number[], ticks: {x: number[], y: number[]}, names?: {x?: string, y?: string}}} axes
     */
    constructor(place, { x, y, ticks, names = {} }) {
        this.place = place;
        this.limits = { x, y };
        this.element = svg("g", { "aria-hidden": "true" });
        this.relabel(ticks, names);
    }

    /** Other limits, ticks and names. */
    rescale({ x, y, ticks, names = {} }) {
        this.limits = { x, y };
        this.relabel(ticks, names);
    }

    relabel(ticks, names) {
        const { left, top, width, height } = this.place;
        const low = top + height;
        this.element.replaceChildren(
            svg("rect", { class: "chainrule-field", x: left, y: top, width, height }),
            ...ticks.x.map((at) =>
                text({ x: this.x(at), y: low + 16, "text-anchor": "middle", class: "chainrule-small" }, number(at)),
            ),
            ...ticks.y.map((at) =>
                text({ x: left - 5, y: this.y(at) + 4, "text-anchor": "end", class: "chainrule-small" }, number(at)),
            ),
            text({ x: left + width, y: low + 16, "text-anchor": "end", class: "chainrule-edge-name" }, names.x ?? ""),
            text({ x: left + 6, y: top + 15, class: "chainrule-edge-name" }, names.y ?? ""),
        );
    }

    x(value) {
        const [low, high] = this.limits.x;
        return this.place.left + ((value - low) / (high - low)) * this.place.width;
    }

    y(value) {
        const [low, high] = this.limits.y;
        return this.place.top + ((high - value) / (high - low)) * this.place.height;
    }

    /** Where a pointer's place across the drawing lies on the x axis, within its limits. */
    at(across) {
        const [low, high] = this.limits.x;
        return between(low, low + ((across - this.place.left) / this.place.width) * (high - low), high);
    }

    /** Is a point inside? */
    holds(x, y) {
        const inside = (limits, value) => value >= limits[0] && value <= limits[1];
        return inside(this.limits.x, x) && inside(this.limits.y, y);
    }

    /** A curve through points, cut at the frame and left out where there is no number. */
    curve(xs, ys) {
        let path = "";
        let pen = false;
        const [low, high] = this.limits.y;
        const room = high - low;
        xs.forEach((x, i) => {
            const y = ys[i];
            const drawn = Number.isFinite(y) && y > low - room && y < high + room;
            if (drawn) path += `${pen ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`;
            pen = drawn;
        });
        return path;
    }

    /** A mask that cuts at the frame; put it into the drawing, and its name into `clip-path`. */
    clip() {
        const id = unique();
        const { left, top, width, height } = this.place;
        return {
            path: `url(#${id})`,
            element: svg("clipPath", { id }, svg("rect", { x: left, y: top, width, height })),
        };
    }
}
