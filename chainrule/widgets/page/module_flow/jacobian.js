// A Jacobian as a map: numbers where there is room, squares where there is not.

import { reachable } from "../shared/controls.js";
import { html, svg, text, visible } from "../shared/elements.js";
import { number } from "../shared/numbers.js";

const ROOMY = { columns: 8, rows: 12 };

/** The map of a matrix; `move(i, j)` is called for an entry that is clicked, `steer(event)` for keys. */
export class Jacobian {
    constructor(title, matrix, wrong, { move, steer }) {
        const columns = matrix[0]?.length ?? 0;
        this.roomy = columns <= ROOMY.columns && matrix.length <= ROOMY.rows;
        this.wide = this.roomy ? 66 : 9;
        this.high = this.roomy ? 24 : 9;
        this.matrix = matrix;
        const largest = Math.max(...matrix.flat().map(Math.abs).filter(Number.isFinite), 1e-300);
        const isWrong = (i, j) => wrong.some(([row, column]) => row === i && column === j);
        const cells = matrix.flatMap((row, i) =>
            row.map((value, j) => this.cell(value, i, j, isWrong(i, j), largest, move)),
        );
        this.cursor = svg("rect", { class: "chainrule-cursor", width: this.wide, height: this.high });
        this.mark = svg("rect", {
            class: "chainrule-mark",
            width: this.wide + 6,
            height: this.high + 6,
            rx: 4,
            visibility: "hidden",
        });
        if (wrong.length) {
            this.place(this.mark, wrong[0][0], wrong[0][1], 3);
            visible(this.mark, true);
        }
        this.group = svg(
            "g",
            { ...reachable(title), class: "chainrule-map", onkeydown: steer },
            svg("g", { "aria-hidden": "true" }, ...cells),
            this.mark,
            this.cursor,
        );
        const [width, height] = [columns * this.wide + 16, matrix.length * this.high + 16];
        this.element = html(
            "figure",
            { class: "chainrule-matrix" },
            html("figcaption", {}, title),
            svg("svg", { viewBox: `-8 -8 ${width} ${height}`, width, height }, this.group),
        );
    }

    cell(value, i, j, wrong, largest, move) {
        const [x, y] = [j * this.wide, i * this.high];
        const onclick = () => move(i, j);
        const field = svg("rect", { class: "chainrule-field", x, y, width: this.wide, height: this.high, onclick });
        if (this.roomy) {
            const words = `${wrong ? "✗ " : ""}${number(value)}`;
            const kind = wrong ? "chainrule-wrong" : "chainrule-small";
            const at = {
                x: x + this.wide / 2,
                y: y + 17,
                "text-anchor": "middle",
                "pointer-events": "none",
                class: kind,
            };
            return svg("g", {}, field, text(at, words));
        }
        const side = Math.sqrt(Math.min(1, Math.abs(value) / largest)) * (this.wide - 1);
        const [left, top] = [x + (this.wide - side) / 2, y + (this.high - side) / 2];
        const kind = value < 0 ? "chainrule-hollow" : "chainrule-filled";
        const cross = wrong ? svg("path", { class: "chainrule-crossed", d: `M${x} ${y}l9 9m0 -9l-9 9` }) : "";
        return svg("g", {}, field, svg("rect", { class: kind, x: left, y: top, width: side, height: side }), cross);
    }

    place(node, i, j, room = 0) {
        node.setAttribute("x", String(j * this.wide - room));
        node.setAttribute("y", String(i * this.high - room));
    }

    /** Move the cursor, and say what is there. */
    at(i, j, words) {
        this.place(this.cursor, i, j);
        this.group.setAttribute("aria-label", words);
    }
}
