// The curve above its slope, with the place that can be moved, and what is left of a gradient behind n units.

import { Axes } from "../shared/axes.js";
import { reachable, way } from "../shared/controls.js";
import { svg, text, visible, write } from "../shared/elements.js";
import { number } from "../shared/numbers.js";

const WIDTH = 520;
const HEIGHT = 430;
const UPPER = { left: 44, top: 12, width: 460, height: 170 };
const LOWER = { left: 44, top: 216, width: 460, height: 140 };
const BAR = { left: 44, top: 398, width: 460, height: 16 };

const OF_Z = { x: [-8, 8], ticks: [-8, -6, -4, -2, 0, 2, 4, 6, 8], name: "z" };
const OF_A = { x: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], name: "a" };
const LIMITS = {
    activation: { y: [-2, 4], ticks: [-1, 0, 1, 2, 3], slopes: [-0.25, 1.25], slopeTicks: [0, 0.25, 0.5, 1] },
    loss: { y: [-0.5, 5], ticks: [0, 1, 2, 3, 4], slopes: [-12, 12], slopeTicks: [-10, -5, 0, 5, 10] },
};

/** A curve, the right one below it, and the ring where the two part. */
class Panel {
    constructor(place, axes) {
        this.axes = new Axes(place, axes);
        this.flat = svg("path", { class: "chainrule-flat" });
        this.right = svg("path", { class: "chainrule-curve" });
        this.theirs = svg("path", { class: "chainrule-curve chainrule-yours" });
        this.dot = svg("circle", { class: "chainrule-dot", r: 5 });
        this.ring = svg("circle", { class: "chainrule-mark", r: 10 });
        this.tangent = svg("path", { class: "chainrule-tangent" });
        const { path, element } = this.axes.clip();
        const parts = [this.right, this.theirs, this.tangent, this.dot];
        const inside = svg("g", { "clip-path": path }, ...parts);
        this.ground = [this.axes.element, element, this.flat];
        this.curves = svg("g", { "aria-hidden": "true" }, inside, this.ring);
    }

    /** `theirs` is the student's curve or null; `part` the number of the first place where it is wrong, or null. */
    draw(xs, right, { theirs, part, flat }) {
        const { axes } = this;
        this.right.setAttribute("d", axes.curve(xs, xs.map(right)));
        this.right.classList.toggle("chainrule-expected", theirs !== null);
        this.theirs.setAttribute("d", theirs ? axes.curve(xs, theirs) : "");
        visible(this.ring, part !== null);
        if (part !== null) {
            const y = [theirs[part], right(xs[part])].find((each) => axes.holds(xs[part], each)) ?? axes.limits.y[0];
            this.ring.setAttribute("cx", String(axes.x(xs[part])));
            this.ring.setAttribute("cy", String(axes.y(y)));
        }
        const { top, height } = axes.place;
        const area = ([from, to]) => `M${axes.x(from)} ${top}H${axes.x(to)}V${top + height}H${axes.x(from)}z`;
        this.flat.setAttribute("d", flat.map(area).join(""));
    }

    /** The dot at a place, and a tangent of that slope if there is one. */
    point(x, y, slope) {
        const { axes } = this;
        const seen = Number.isFinite(y) && axes.holds(x, y);
        visible(this.dot, seen);
        if (seen) {
            this.dot.setAttribute("cx", String(axes.x(x)));
            this.dot.setAttribute("cy", String(axes.y(y)));
        }
        const [low, high] = axes.limits.x;
        const reach = (high - low) / 10;
        const ends = [x - reach, x + reach];
        const drawn = slope !== undefined && Number.isFinite(y);
        this.tangent.setAttribute(
            "d",
            drawn
                ? axes.curve(
                      ends,
                      ends.map((each) => y + slope * (each - x)),
                  )
                : "",
        );
    }
}

export class Picture {
    /** `move(x)` is called when the place is dragged, and `steer(steps)` when it is moved by arrow keys. */
    constructor(move, steer) {
        this.upper = new Panel(UPPER, this.scales(false).upper);
        this.lower = new Panel(LOWER, this.scales(false).lower);
        this.loss = false;
        this.move = move;
        this.flatName = text(
            { class: "chainrule-small", x: 0, y: LOWER.top + LOWER.height - 8 },
            "below 1 % of the largest",
        );
        this.bar = svg("rect", { class: "chainrule-filled", x: BAR.left, y: BAR.top, height: BAR.height });
        this.barName = text({ x: BAR.left, y: BAR.top - 8 }, "");
        const barField = svg("rect", {
            class: "chainrule-field",
            x: BAR.left,
            y: BAR.top,
            width: BAR.width,
            height: BAR.height,
        });
        this.bars = svg("g", { "aria-hidden": "true" }, barField, this.bar, this.barName);
        this.marker = svg(
            "g",
            {
                class: "chainrule-gate",
                ...reachable("Place"),
                onkeydown: (event) => {
                    const by = way(event);
                    if (by) steer(by[0] - by[1]);
                },
            },
            svg("rect", {
                class: "chainrule-box chainrule-handle",
                y: UPPER.top,
                width: 9,
                height: LOWER.top + LOWER.height - UPPER.top,
                rx: 4,
            }),
        );
        this.element = svg(
            "svg",
            {
                viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
                width: WIDTH,
                height: HEIGHT,
                class: "chainrule-plane",
                role: "group",
                "aria-label": "The function above its slope",
                onpointerdown: (event) => this.grabbed(event),
            },
            ...this.upper.ground,
            ...this.lower.ground,
            this.marker,
            this.upper.curves,
            this.lower.curves,
            svg("g", { "aria-hidden": "true" }, this.flatName),
            this.bars,
        );
    }

    scales(loss) {
        const x = loss ? OF_A : OF_Z;
        const y = LIMITS[loss ? "loss" : "activation"];
        const axes = (limits, ticks, name) => ({
            x: x.x,
            y: limits,
            ticks: { x: x.ticks, y: ticks },
            names: { y: name },
        });
        return {
            upper: axes(y.y, y.ticks, `value, over ${x.name}`),
            lower: axes(y.slopes, y.slopeTicks, `slope, over ${x.name}`),
        };
    }

    grabbed(event) {
        const { element } = this;
        const pointed = ({ clientX }) => {
            const box = element.getBoundingClientRect();
            this.move(this.upper.axes.at(((clientX - box.left) * WIDTH) / box.width));
        };
        element.setPointerCapture(event.pointerId);
        pointed(event);
        element.addEventListener("pointermove", pointed);
        const released = () => element.removeEventListener("pointermove", pointed);
        element.addEventListener("pointerup", released, { once: true });
        element.addEventListener("pointercancel", released, { once: true });
    }

    /**
     * `now` is what model.js's `shown` gives, `theirs` the student's answer or null, `slope` the slope at the place and
     * `measured` that by a difference; `left` is what is left of a gradient behind `n` units.
     */
    draw(now, theirs, { slope, measured, left, n }) {
        if (now.loss !== this.loss) {
            const { upper, lower } = this.scales(now.loss);
            this.upper.axes.rescale(upper);
            this.lower.axes.rescale(lower);
            this.loss = now.loss;
        }
        this.upper.draw(now.xs, now.value, {
            theirs: theirs?.values ?? null,
            part: theirs?.parts.values ?? null,
            flat: now.flat,
        });
        this.lower.draw(now.xs, now.slope, {
            theirs: theirs?.slopes ?? null,
            part: theirs?.parts.slopes ?? null,
            flat: now.flat,
        });
        this.upper.point(now.at, now.value(now.at), slope);
        this.lower.point(now.at, measured);
        this.marker.firstElementChild.setAttribute("x", String(this.upper.axes.x(now.at) - 4.5));
        visible(this.flatName, now.flat.length > 0);
        if (now.flat.length) this.flatName.setAttribute("x", String(this.upper.axes.x(now.flat[0][0]) + 6));
        visible(this.bars, !now.loss);
        this.bar.setAttribute("width", String(Math.min(1, left) * BAR.width));
        write(this.barName, `${n === 1 ? "One unit passes on" : `${n} such units pass on`} ${number(100 * left)} %`);
    }

    describe(words) {
        this.marker.setAttribute("aria-label", words);
    }
}
