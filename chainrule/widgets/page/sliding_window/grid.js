// A grid of numbers: a value in each place, its gradient below, frames around those that are in use.

import { reachable } from "../shared/controls.js";
import { html, svg, text, visible, write } from "../shared/elements.js";
import { number } from "../shared/numbers.js";

const WIDE = 64;
const HIGH = 42;
const ROOM = 6; // around the grid, for frames

/** `move(row, column)` is called for a place that is clicked, `steer(event)` for keys. */
export class Grid {
    constructor(title, rows, { move, steer }) {
        this.cells = rows.map((columns, i) => Array.from({ length: columns }, (_, j) => this.cell(i, j, move)));
        this.mark = svg("rect", { class: "chainrule-mark", width: WIDE + 4, height: HIGH + 4, rx: 4 });
        this.cursor = svg("rect", { class: "chainrule-cursor", width: WIDE, height: HIGH });
        this.group = svg(
            "g",
            { ...reachable(title), class: "chainrule-map", onkeydown: steer },
            svg("g", { "aria-hidden": "true" }, ...this.cells.flat().map(({ group }) => group)),
            svg("g", {}, ...this.cells.flat().map(({ frame }) => frame)),
            this.mark,
            this.cursor,
        );
        const [width, height] = [Math.max(...rows) * WIDE + 2 * ROOM, rows.length * HIGH + 2 * ROOM];
        this.element = html(
            "figure",
            { class: "chainrule-matrix" },
            html("figcaption", {}, title),
            svg("svg", { viewBox: `${-ROOM} ${-ROOM} ${width} ${height}`, width, height }, this.group),
        );
    }

    cell(i, j, move) {
        const [x, y] = [j * WIDE, i * HIGH];
        const middle = { x: x + WIDE / 2, "text-anchor": "middle", "pointer-events": "none" };
        const parts = {
            field: svg("rect", {
                class: "chainrule-field",
                x,
                y,
                width: WIDE,
                height: HIGH,
                onclick: () => move(i, j),
            }),
            hatch: svg("path", {
                class: "chainrule-hatch",
                d: [0.25, 0.5, 0.75, 1].map((s) => `M${x + s * WIDE} ${y}L${x} ${y + s * HIGH}`).join(""),
            }),
            value: text({ ...middle, class: "chainrule-value", y: y + 17 }, ""),
            gradient: text({ ...middle, class: "chainrule-gradient", y: y + 34 }, ""),
            frame: svg("rect", {
                class: "chainrule-lit",
                x: x + 2,
                y: y + 2,
                width: WIDE - 4,
                height: HIGH - 4,
                visibility: "hidden",
            }),
        };
        return { group: svg("g", {}, parts.field, parts.hatch, parts.value, parts.gradient), ...parts };
    }

    /** Draw a place: its numbers, whether it is wrong (`value`, `gradient` or null), of the border, never read. */
    put(i, j, { value, gradient, wrong = null, border = false, unread = false }) {
        const cell = this.cells[i][j];
        write(cell.value, `${wrong === "value" ? "✗ " : ""}${number(value)}`);
        write(cell.gradient, gradient === null ? "" : `${wrong === "gradient" ? "✗ " : ""}← ${number(gradient)}`);
        cell.value.classList.toggle("chainrule-wrong", wrong === "value");
        cell.gradient.classList.toggle("chainrule-wrong", wrong === "gradient");
        cell.field.classList.toggle("chainrule-border", border);
        visible(cell.hatch, unread);
    }

    /** Frame the places that are in use; `now` is the one of the present use, or null. */
    light(places, now) {
        const has = (list, i, j) => list.some((place) => place && place[0] === i && place[1] === j);
        for (const [i, row] of this.cells.entries()) {
            for (const [j, { frame }] of row.entries()) {
                visible(frame, has(places, i, j));
                frame.classList.toggle("chainrule-now", has([now], i, j));
            }
        }
    }

    /** Frame the first wrong place, and put the cursor onto the chosen one; null for none. */
    point(first, chosen, words) {
        for (const [node, place, room] of [
            [this.mark, first, 2],
            [this.cursor, chosen, 0],
        ]) {
            visible(node, place !== null);
            node.setAttribute("x", String((place?.[1] ?? 0) * WIDE - room));
            node.setAttribute("y", String((place?.[0] ?? 0) * HIGH - room));
        }
        this.group.setAttribute("aria-label", words);
    }
}
