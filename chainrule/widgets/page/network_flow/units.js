// The units of a layer: circles with their numbers, or heat maps.

import { svg, text, visible, write } from "../shared/elements.js";
import { number } from "../shared/numbers.js";
import { heat } from "./layout.js";
import { largestOf } from "./model.js";

/** A layer in the picture; `kind` is "input", "output" or nothing. */
export class Units {
    constructor(layer, l, { kind, backward }) {
        this.layer = layer;
        this.l = l;
        this.backward = backward;
        this.boxes = [null];
        this.a = [null];
        this.d = [null];
        this.y = [];
        this.maps = [];
        const named = kind ? `layer ${l}: ${kind}` : `layer ${l}`;
        this.group = svg(
            "g",
            { "aria-hidden": "true" },
            text({ class: "chainrule-edge-name", x: layer.x, y: 14 }, named),
        );
        if (kind === "output" && layer.n > 1) {
            // units are counted from 1, as in formulas; labels, and Python's rows, from 0
            this.group.append(text({ class: "chainrule-small", x: layer.x, y: 30 }, "unit 1 is label 0"));
        }
        if (layer.bias) this.drawBias();
        if (layer.large) this.drawMaps();
        else for (let j = 1; j <= layer.n; j += 1) this.drawUnit(j, kind === "output" && backward);
    }

    drawBias() {
        const { layer } = this;
        const { x, y } = layer.biasSpot;
        const size = Math.min(layer.radius, 12);
        this.boxes[0] = svg("rect", {
            class: "chainrule-box chainrule-input",
            x: x - size,
            y: y - size,
            width: 2 * size,
            height: 2 * size,
        });
        this.group.append(
            this.boxes[0],
            text({ class: "chainrule-small", x, y: y + 4, "text-anchor": "middle" }, "+1"),
        );
        if (!layer.large && !layer.dense) {
            this.group.append(svg("path", { class: "chainrule-edge", d: `M${x + size} ${y}H${layer.out}` }));
        }
        if (this.backward && this.l > 0) {
            const [right, down] = layer.large || layer.dense ? [14, 4] : [layer.radius + 5, 16];
            this.group.append(text({ class: "chainrule-gradient chainrule-small", x: x + right, y: y + down }, "no δ"));
        }
    }

    drawMaps() {
        const { layer } = this;
        const { x, y } = layer.spot(1);
        const [left, top] = [x - layer.cell / 2, y - layer.cell / 2];
        const map = (lift, kind) => {
            const transform = `translate(0 ${lift})`;
            const field = svg("rect", {
                class: "chainrule-field",
                x: left,
                y: top + lift,
                width: layer.side * layer.cell,
                height: layer.grid,
            });
            const each = {
                filled: svg("path", { class: "chainrule-filled", transform }),
                hollow: svg("path", { class: "chainrule-hollow", transform }),
                named: text({ class: `${kind} chainrule-small`, x: layer.x, y: top + lift - 6 }, ""),
            };
            this.group.append(field, each.filled, each.hollow, each.named);
            return each;
        };
        this.maps = [map(0, "chainrule-value"), ...(layer.two ? [map(layer.grid + 30, "chainrule-gradient")] : [])];
        this.chosen = svg("rect", {
            class: "chainrule-ring",
            width: layer.cell,
            height: layer.cell,
            visibility: "hidden",
        });
        this.group.append(this.chosen);
    }

    drawUnit(j, target) {
        const { layer } = this;
        const { x, y } = layer.spot(j);
        const start = x + layer.radius + 5;
        const small = layer.dense ? " chainrule-small" : "";
        const down = layer.dense ? [4, 4] : [-5, 16];
        this.boxes.push(svg("circle", { class: "chainrule-box", cx: x, cy: y, r: layer.radius }));
        this.a.push(text({ class: `chainrule-value${small}`, x: start, y: y + down[0] }, ""));
        this.d.push(
            text({ class: `chainrule-gradient${small}`, x: start + (layer.dense ? 68 : 0), y: y + down[1] }, ""),
        );
        if (!layer.dense) {
            this.group.append(svg("path", { class: "chainrule-edge", d: `M${start - 5} ${y}h${layer.stub}` }));
        }
        const name = text({ class: "chainrule-small", x, y: y + 4, "text-anchor": "middle" }, String(j));
        this.group.append(this.boxes[j], name, this.a[j], this.d[j]);
        if (target) {
            this.y.push(text({ class: "chainrule-small", x: layer.out + 4, y: y + 4 }, ""));
            this.group.append(this.y.at(-1));
        }
    }

    /** Show activations and δ; empty lists before their time. `rings` are the units that are marked. */
    show(a, d, rings) {
        if (this.layer.large) {
            this.maps.forEach((map, which) => this.showMap(map, [a, d][which], "→←"[which]));
            const j = rings.find((each) => each > 0);
            visible(this.chosen, j !== undefined);
            if (j === undefined) return;
            const { x, y } = this.layer.spot(j);
            this.chosen.setAttribute("x", String(x - this.layer.cell / 2));
            this.chosen.setAttribute("y", String(y - this.layer.cell / 2));
            return;
        }
        for (let j = 1; j <= this.layer.n; j += 1) {
            write(this.a[j], a.length ? `→ ${number(a[j - 1])}` : "");
            write(this.d[j], d.length ? `← ${number(d[j - 1])}` : "");
        }
    }

    /** Mark the boxes of units; 0 is the constant 1. */
    ring(which) {
        this.boxes.forEach((box, j) => box?.classList.toggle("chainrule-ring", which.includes(j)));
    }

    showMap({ filled, hollow, named }, values, arrow) {
        const { layer } = this;
        const top = values.length ? largestOf(values) : 0;
        const paths = heat(
            values,
            (index, share) => {
                const size = Math.sqrt(share) * (layer.cell - 1);
                return { ...layer.spot(index + 1), w: size, h: size };
            },
            Math.abs(values[top] ?? 0),
        );
        filled.setAttribute("d", paths.filled);
        hollow.setAttribute("d", paths.hollow);
        write(named, values.length ? `${arrow} largest: ${number(values[top])}, unit ${top + 1}` : "");
    }

    /** The targets beside the output. */
    showTargets(targets) {
        for (const [i, node] of this.y.entries()) write(node, `y = ${number(targets[i])}`);
    }
}
