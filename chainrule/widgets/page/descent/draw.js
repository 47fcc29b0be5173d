// The plane of bias and weight: contours, the path over them, a start that can be moved.

import { reachable, way } from "../shared/controls.js";
import { svg, text, unique, visible } from "../shared/elements.js";
import { between, number, pair } from "../shared/numbers.js";
import { contour, LEFT, SIZE, TOP } from "./contour.js";

const LEVELS = 12;

const round = (value) => Math.round(1000 * value) / 1000;

/** The picture; `start()` is where the path begins, `move(start)` is called when it is dragged or steered elsewhere. */
export class Plane {
    constructor(reach, { start, move }) {
        this.reach = reach;
        this.move = move;
        this.lines = Array.from({ length: LEVELS }, () => svg("path", { class: "chainrule-contour" }));
        this.own = svg("path", { class: "chainrule-path chainrule-expected" });
        this.walked = svg("path", { class: "chainrule-path" });
        this.dots = svg("g", {});
        this.cross = svg("path", { class: "chainrule-minimum", d: "M-9 0H9M0 -9V9" });
        this.crossName = text({}, "minimum");
        this.end = svg("rect", { class: "chainrule-end", width: 9, height: 9 });
        this.fault = svg("circle", { class: "chainrule-mark", r: 11 });
        this.marker = svg(
            "g",
            {
                class: "chainrule-gate",
                ...reachable("Start"),
                onkeydown: (event) => this.steered(event, start()),
            },
            svg("circle", { class: "chainrule-box", r: 9 }),
            text({ x: 13, y: -9, "aria-hidden": "true" }, "start"),
        );
        this.build();
    }

    build() {
        const clip = unique();
        const [width, height] = [LEFT + SIZE + 14, TOP + SIZE + 42];
        this.element = svg(
            "svg",
            {
                viewBox: `0 0 ${width} ${height}`,
                width,
                height,
                class: "chainrule-plane",
                role: "group",
                "aria-label": "Contours of the cost, and the path",
                onpointerdown: (event) => this.grabbed(event),
            },
            svg("clipPath", { id: clip }, svg("rect", { x: LEFT, y: TOP, width: SIZE, height: SIZE })),
            svg("rect", { class: "chainrule-field", x: LEFT, y: TOP, width: SIZE, height: SIZE }),
            svg(
                "g",
                { "clip-path": `url(#${clip})`, "aria-hidden": "true" },
                ...this.lines,
                this.own,
                this.walked,
                this.dots,
                this.end,
                this.cross,
                this.crossName,
                this.fault,
            ),
            svg("g", { "aria-hidden": "true" }, ...this.ticks()),
            this.marker,
        );
    }

    ticks() {
        const { reach } = this;
        const name = (x, y, words) => text({ class: "chainrule-edge-name", x, y }, words);
        const names = [name(this.across(0), TOP + SIZE + 36, "θ0"), name(12, this.up(reach * 0.75), "θ1")];
        names[0].setAttribute("text-anchor", "middle");
        return [-reach, -reach / 2, 0, reach / 2, reach]
            .flatMap((value) => [
                text({ x: this.across(value), y: TOP + SIZE + 18, "text-anchor": "middle" }, number(value)),
                text({ x: LEFT - 6, y: this.up(value) + 5, "text-anchor": "end" }, number(value)),
            ])
            .concat(names);
    }

    across(value) {
        return LEFT + (SIZE * (value / this.reach + 1)) / 2;
    }

    up(value) {
        return TOP + (SIZE * (1 - value / this.reach)) / 2;
    }

    spot(place) {
        return `${this.across(place[0]).toFixed(1)} ${this.up(place[1]).toFixed(1)}`;
    }

    within(value) {
        return between(-this.reach, value, this.reach);
    }

    /** Is a place near enough to be drawn? Farther points are outside by far. */
    near(place) {
        return Math.max(...place.map(Math.abs)) < 50 * this.reach;
    }

    pointed(event) {
        const box = this.element.getBoundingClientRect();
        const scale = (LEFT + SIZE + 14) / box.width;
        const right = ((event.clientX - box.left) * scale - LEFT) / SIZE;
        const down = ((event.clientY - box.top) * scale - TOP) / SIZE;
        this.move([(2 * right - 1) * this.reach, (1 - 2 * down) * this.reach].map((each) => round(this.within(each))));
    }

    grabbed(event) {
        const { element } = this;
        const pointed = (moved) => this.pointed(moved);
        element.setPointerCapture(event.pointerId);
        pointed(event);
        element.addEventListener("pointermove", pointed);
        const released = () => element.removeEventListener("pointermove", pointed);
        element.addEventListener("pointerup", released, { once: true });
        element.addEventListener("pointercancel", released, { once: true });
    }

    steered(event, start) {
        const by = way(event);
        if (!by) return;
        const [right, down] = by;
        this.move([start[0] + 0.1 * right, start[1] - 0.1 * down].map((each) => round(this.within(each))));
    }

    /** Contours of a cost on a grid, and its minimum if there is one. */
    drawGround({ grid, best, bottom }) {
        const top = Math.max(...grid);
        this.lines.forEach((line, i) => {
            const share = ((i + 1) / (LEVELS + 1)) ** 2;
            line.setAttribute("d", contour(grid, best.value + (top - best.value) * share));
        });
        const inside = bottom?.every((each) => this.within(each) === each);
        visible(this.cross, inside);
        visible(this.crossName, inside);
        if (!bottom) return;
        this.cross.setAttribute("transform", `translate(${this.spot(bottom)})`);
        this.crossName.setAttribute("x", String(this.across(bottom[0]) + 12));
        this.crossName.setAttribute("y", String(this.up(bottom[1]) - 10));
    }

    /** A path, below it another that it is held against (null for none); `wrong` is the step that is ringed. */
    drawPath(path, expected, wrong) {
        const last = path.at(-1);
        this.own.setAttribute("d", expected ? this.trail(expected) : "");
        this.walked.setAttribute("d", this.trail(path));
        this.dots.replaceChildren(
            ...path
                .slice(1, -1)
                .filter((each) => this.near(each))
                .map((each) =>
                    svg("circle", { class: "chainrule-dot", r: 2.5, cx: this.across(each[0]), cy: this.up(each[1]) }),
                ),
        );
        visible(this.end, path.length > 1 && this.near(last));
        if (this.near(last)) {
            this.end.setAttribute("x", String(this.across(last[0]) - 4.5));
            this.end.setAttribute("y", String(this.up(last[1]) - 4.5));
        }
        const ringed = wrong && this.near(path[wrong]);
        visible(this.fault, Boolean(ringed));
        if (ringed) this.fault.setAttribute("transform", `translate(${this.spot(path[wrong])})`);
    }

    trail(path) {
        return path
            .filter((each) => this.near(each))
            .map((each, i) => `${i ? "L" : "M"}${this.spot(each)}`)
            .join("");
    }

    drawStart(start) {
        this.marker.setAttribute("transform", `translate(${this.spot(start)})`);
        this.marker.setAttribute("aria-label", `Start at ${pair(start)}; arrow keys move it`);
    }
}
