// A matrix of errors, one square for each.

import { reachable } from "../shared/controls.js";
import { html, svg, text, visible, write } from "../shared/elements.js";
import { scientific } from "../shared/numbers.js";
import { AGREES, nameOf, shade } from "./model.js";

/**
 * The heat map of matrix number l, its bias column set apart. `move(i, j)` is called for the square that is chosen.
 */
export class HeatMap {
    constructor(l, rows, columns, move) {
        this.l = l;
        this.side = columns > 30 || rows > 30 ? 9 : 24;
        this.places = Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns]);
        this.shown = [];
        const { side } = this;
        this.squares = this.places.map(([i, j]) =>
            svg(
                "rect",
                {
                    x: this.x(j),
                    y: i * side,
                    width: side - 1,
                    height: side - 1,
                    class: "chainrule-square",
                    onclick: () => move(i, j),
                },
                svg("title"),
            ),
        );
        this.crosses =
            side < 20
                ? []
                : this.places.map(([i, j]) =>
                      text(
                          {
                              x: this.x(j) + side / 2,
                              y: i * side + 17,
                              "text-anchor": "middle",
                              "pointer-events": "none",
                          },
                          "",
                      ),
                  );
        this.cursor = svg("rect", {
            class: "chainrule-cursor",
            width: side - 1,
            height: side - 1,
            visibility: "hidden",
        });
        this.worst = svg("circle", { class: "chainrule-mark", r: side * 0.62, visibility: "hidden" });
        this.group = svg(
            "g",
            { ...reachable(`Θ(${l + 1})`), class: "chainrule-map" },
            ...this.squares,
            svg("g", { "aria-hidden": "true" }, ...this.crosses),
            this.worst,
            this.cursor,
        );
        const [width, height] = [this.x(columns) + 16, rows * side + 16];
        this.element = html(
            "figure",
            { class: "chainrule-matrix" },
            html("figcaption", {}, `Θ(${l + 1}), column 0 apart: the biases`),
            svg("svg", { viewBox: `-8 -8 ${width} ${height}`, width, height }, this.group),
        );
    }

    x(j) {
        return j * this.side + (j ? 8 : 0);
    }

    /** Write the errors, and only those that have changed, so that little has to be painted anew. */
    show(errors) {
        this.places.forEach(([i, j], at) => {
            const error = errors[i][j];
            if (this.shown[at] === error) return;
            this.shown[at] = error;
            this.squares[at].setAttribute("fill-opacity", shade(error));
            this.squares[at].firstChild.textContent = `${nameOf([this.l, i, j])}: relative error ${scientific(error)}`;
            if (!this.crosses.length) return;
            write(this.crosses[at], error <= AGREES ? "·" : "✗");
            this.crosses[at].classList.toggle("chainrule-on-dark", shade(error) > 0.5);
        });
    }

    /** Where the cursor is; without a place it is in another matrix. */
    cursorAt(i, j) {
        visible(this.cursor, i !== undefined);
        if (i === undefined) return;
        this.cursor.setAttribute("x", this.x(j));
        this.cursor.setAttribute("y", i * this.side);
    }

    /** Where the largest error is. */
    worstAt(i, j) {
        visible(this.worst, i !== undefined);
        if (i === undefined) return;
        this.worst.setAttribute("cx", this.x(j) + this.side / 2 - 0.5);
        this.worst.setAttribute("cy", (i + 0.5) * this.side - 0.5);
    }
}
