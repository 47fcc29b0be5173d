// The plane of Descent with a path for each rule, and below it how long the steps of one of them are.

import { Plane } from "../descent/draw.js";
import { Axes } from "../shared/axes.js";
import { svg, text } from "../shared/elements.js";

/** Descent's plane, with thin paths of the other rules, each with its name beside it. */
export class Track extends Plane {
    constructor(reach, handlers) {
        super(reach, handlers);
        this.others = svg("g", { class: "chainrule-others", "aria-hidden": "true" });
        this.walked.before(this.others);
    }

    drawOthers(paths) {
        this.others.replaceChildren(
            ...Object.entries(paths).flatMap(([name, path], i) => {
                const seen = path.filter((place) => place.every((value) => this.within(value) === value));
                const named = seen[Math.min(seen.length - 1, 3 + 2 * i)] ?? path[0]; // early, where they are still apart
                return [
                    svg("path", { class: "chainrule-path chainrule-other", d: this.trail(path) }),
                    text({ class: "chainrule-small", x: this.across(named[0]) + 5, y: this.up(named[1]) - 5 }, name),
                ];
            }),
        );
    }
}

const PLACE = { left: 46, top: 10, width: 400, height: 90 };

/** How long each step is, in multiples of η. */
export class Strip {
    constructor() {
        this.axes = new Axes(PLACE, { x: [0, 1], y: [0, 1], ticks: { x: [], y: [] } });
        this.line = svg("path", { class: "chainrule-curve" });
        const clip = this.axes.clip();
        this.element = svg(
            "svg",
            { viewBox: "0 0 460 130", width: 460, height: 130, "aria-hidden": "true", class: "chainrule-strip" },
            clip.element,
            this.axes.element,
            svg("g", { "clip-path": clip.path }, this.line),
        );
    }

    draw(lengths) {
        const top = Math.min(10, Math.max(2, Math.ceil(Math.max(...lengths, 0))));
        const steps = Math.max(2, lengths.length);
        this.axes.rescale({
            x: [0, steps],
            y: [0, top],
            ticks: { x: [1, Math.round(steps / 2)], y: [0, top / 2, top] },
            names: { x: "step", y: "step / η" },
        });
        const numbered = lengths.map((_, t) => t + 1);
        this.line.setAttribute("d", this.axes.curve(numbered, lengths));
    }
}
