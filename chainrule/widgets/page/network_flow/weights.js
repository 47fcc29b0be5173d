// The weights into a layer: lines, or a heat map; one stop of the tab key, in which the arrow keys move.

import { pressing, reachable, way } from "../shared/controls.js";
import { svg, text, write } from "../shared/elements.js";
import { number } from "../shared/numbers.js";
import { cellOf, heat, weightAt } from "./layout.js";
import { largestOf } from "./model.js";

/**
 * `place`, `below` and `layer` are parts of the layout; `choose(i, j)` is called for a weight that is chosen, `pass(i, j)`
 * when the cursor reaches one, and `words(i, j)` describes it.
 */
export class Weights {
    constructor(l, Theta, { place, below, layer, backward }, { choose, pass, words }) {
        this.l = l;
        this.place = place;
        this.below = below;
        this.layer = layer;
        this.words = words;
        this.pass = pass;
        this.cursor = { i: 1, j: 0 };
        this.rows = Theta.length;
        this.columns = Theta[0].length;
        this.group = svg("g", {
            class: "chainrule-weights",
            ...reachable(""),
            onfocus: () => this.describe(),
            onkeydown: (event) => {
                this.steered(event);
                pressing(() => choose(this.cursor.i, this.cursor.j))(event);
            },
        });
        this.chosen = svg("path", { class: "chainrule-chosen" });
        this.now = svg("path", { class: "chainrule-cursor" });
        if (place.matrix) this.drawMatrix(backward ? "gradient of Θ" : "Θ", choose);
        else this.drawLines(Theta);
        this.group.append(this.chosen, this.now);
    }

    drawMatrix(what, choose) {
        const { x, y, cell, row, columns, rows } = this.place;
        this.filled = svg("path", { class: "chainrule-filled" });
        this.hollow = svg("path", { class: "chainrule-hollow" });
        this.named = text({ class: "chainrule-small", x, y: 30, "aria-hidden": "true" }, "");
        const field = svg("rect", {
            class: "chainrule-field",
            x: x - 2,
            y: y - 2,
            width: cell * columns + 9,
            height: row * rows + 4,
            onclick: (event) => choose(...this.pointedAt(event)),
        });
        const title = text(
            { class: "chainrule-edge-name", x, y: 14, "aria-hidden": "true" },
            `${what}, layer ${this.l}`,
        );
        this.group.append(title, field, this.filled, this.hollow, this.named);
    }

    pointedAt(event) {
        const drawing = this.group.ownerSVGElement;
        const box = drawing.getBoundingClientRect();
        const scale = drawing.viewBox.baseVal.width / box.width;
        return weightAt(this.place, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
    }

    drawLines(Theta) {
        const largest = Math.max(...Theta.flat().map(Math.abs));
        const thick = this.rows * (this.columns - 1) > 60 ? 1.2 : 2.5;
        const each = Theta.flatMap((row, at) => row.map((weight, j) => ({ weight, i: at + 1, j })));
        for (const { weight, i, j } of each) {
            const d = this.path(i, j);
            const line = svg("path", {
                class: weight < 0 ? "chainrule-edge chainrule-negative" : "chainrule-edge",
                d,
                style: `stroke-width: ${(0.4 + (thick * Math.abs(weight)) / (largest || 1)).toFixed(2)}`,
            });
            this.group.append(line, svg("path", { class: "chainrule-hit", d, "data-edge": `${this.l} ${i} ${j}` }));
        }
    }

    /** A weight's square, or its line. */
    path(i, j) {
        const { place, below, layer } = this;
        if (place.matrix) {
            const { x, y } = cellOf(place, i, j);
            return `M${x - place.cell / 2} ${y - place.row / 2}h${place.cell}v${place.row}h${-place.cell}z`;
        }
        const from = j ? below.spot(j).y : below.biasSpot.y;
        const to = layer.spot(i);
        return `M${below.out} ${from}L${to.x - layer.radius} ${to.y}`;
    }

    steered(event) {
        const by = way(event);
        if (!by) return;
        const { cursor, rows, columns } = this;
        const [right, down] = by;
        cursor.i = ((cursor.i - 1 + right + rows) % rows) + 1;
        cursor.j = (cursor.j + down + columns) % columns;
        this.describe();
        this.pass(cursor.i, cursor.j);
    }

    /** Mark the chosen weight; without a place it is none of these. */
    choose(i, j) {
        this.chosen.setAttribute("d", i === undefined ? "" : this.path(i, j));
    }

    describe() {
        const { i, j } = this.cursor;
        this.now.setAttribute("d", this.path(i, j));
        this.group.setAttribute(
            "aria-label",
            `Weights into layer ${this.l}. ${this.words(i, j)}. ` +
                "Arrow keys: up and down change where the weight comes from, left and right where it leads. Enter shows its gradient.",
        );
    }

    /** Show the numbers of a heat map; an empty list before their time. */
    show(numbers) {
        const { place } = this;
        const spot = (index) => [Math.floor(index / place.columns) + 1, index % place.columns];
        const top = numbers.length ? largestOf(numbers) : 0;
        const paths = heat(
            numbers,
            (index, share) => {
                const [i, j] = spot(index);
                return { ...cellOf(place, i, j), w: place.cell - 1, h: share * (place.row - 2) };
            },
            Math.abs(numbers[top] ?? 0),
        );
        this.filled.setAttribute("d", paths.filled);
        this.hollow.setAttribute("d", paths.hollow);
        const [i, j] = spot(top);
        write(this.named, numbers.length ? `largest: ${number(numbers[top])}, to ${i} from ${j}` : "");
    }
}
