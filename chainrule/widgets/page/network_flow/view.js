// NetworkFlow: see network_flow.py.

import { button, slider } from "../shared/controls.js";
import { html, svg } from "../shared/elements.js";
import { frame } from "../shared/frame.js";
import { between, number } from "../shared/numbers.js";
import { settled } from "../shared/python.js";
import { ofBatch, ofForward, ofSample } from "./formulas.js";
import { layout } from "./layout.js";
import { meanOf, meanRow, passes, products } from "./model.js";
import { Units } from "./units.js";
import { Weights } from "./weights.js";
import { nameOf, tables, told } from "./words.js";

class NetworkFlow {
    constructor(model, el) {
        this.thetas = model.get("thetas");
        this.X = model.get("X");
        this.Y = model.get("Y"); // null without targets
        this.flow = passes(this.thetas, this.X, this.Y);
        this.L = this.thetas.length;
        this.m = this.X.length;
        this.sizes = [this.X[0].length, ...this.thetas.map((Theta) => Theta.length)];
        this.backward = this.Y !== null;
        this.last = this.backward ? 2 * this.L : this.L; // the input, each layer forward, each δ backward
        this.means = this.flow.A.map(meanRow);
        this.meanDelta = this.flow.delta?.map((rows) => rows && meanRow(rows));
        const { sample, mean, edge } = model.get("state");
        this.state = { sample, mean, edge: edge ?? null };
        this.step = this.last;
        this.settled = settled(model, "state", () => this.state);
        this.build(layout(this.sizes, model.get("drawn"), this.backward));
        el.append(this.frame.element);
        this.draw();
    }

    build({ width, height, layers, weights }) {
        const back = button("◀ Back", () => this.go(this.step - 1), { key: "b", title: "One layer back (key b)" });
        const step = button("Step ▶", () => this.go(this.step + 1), { key: "s", title: "One layer on (key s)" });
        const reset = button("Reset", () => this.go(0), { key: "r", title: "The input only (key r)" });
        const all = button("All", () => this.go(this.last), { key: "a", title: "All layers at once (key a)" });
        this.batch = button("Mean over the batch", () => this.changed({ mean: !this.state.mean }), {
            key: "m",
            title: "One sample, or all (key m)",
        });
        const several = this.m > 1;
        this.frame = frame({
            label: `Network of ${this.sizes.join("-")} units`,
            keys: { b: back, s: step, r: reset, a: all, ...(several && { m: this.batch }) },
            tabulate: () => tables(this),
        });
        this.sample = slider({
            name: "sample",
            value: this.state.sample,
            min: 0,
            max: this.m - 1,
            step: 1,
            oninput: (value) => this.changed({ sample: between(0, Math.round(value), this.m - 1), mean: false }),
        });
        this.weights = weights.map((place, l) => l && this.weightsInto(l, place, layers));
        this.units = layers.map(
            (layer, l) =>
                new Units(layer, l, {
                    kind: l === 0 ? "input" : l === this.L ? "output" : "",
                    backward: this.backward,
                }),
        );
        this.frame.picture.append(
            svg(
                "svg",
                {
                    viewBox: `0 0 ${width} ${height}`,
                    width,
                    height,
                    role: "group",
                    "aria-label": "The network",
                    style: `min-width: ${Math.min(0.7 * width, 620)}px`,
                    onclick: ({ target }) =>
                        target.dataset.edge && this.choose(target.dataset.edge.split(" ").map(Number)),
                },
                ...[...this.weights.slice(1), ...this.units].map(({ group }) => group),
            ),
        );
        this.detail = html("div");
        this.frame.bar.append(reset, back, step, all, ...(several ? [this.batch] : []), this.frame.toggle);
        if (several) this.frame.below.append(this.sample.element);
        this.frame.tell(this.detail);
    }

    weightsInto(l, place, layers) {
        const parts = { place, below: layers[l - 1], layer: layers[l], backward: this.backward };
        return new Weights(l, this.thetas[l - 1], parts, {
            choose: (i, j) => this.choose([l, i, j]),
            pass: (i, j) => this.frame.say(this.numbersOf([l, i, j])),
            words: (i, j) => this.numbersOf([l, i, j]),
        });
    }

    changed(change) {
        Object.assign(this.state, change);
        if ("sample" in change) this.sample.set(this.state.sample);
        this.draw();
        const whose = this.state.mean ? `Means over ${this.m} samples` : `Sample ${this.state.sample}`;
        this.frame.say(`${whose}. ${this.state.edge ? this.numbersOf(this.state.edge) : this.outputs()}`);
        this.settled.moved();
    }

    choose(edge) {
        this.changed({ edge: String(edge) === String(this.state.edge) ? null : edge });
    }

    go(to) {
        this.step = between(0, to, this.last);
        this.draw();
        this.frame.say(told(this.step, this.last, this.sizes, this.backward));
    }

    value(l) {
        return this.state.mean ? this.means[l] : this.flow.A[l][this.state.sample];
    }

    error(l) {
        return this.state.mean ? this.meanDelta[l] : this.flow.delta[l][this.state.sample];
    }

    valuesShown(l) {
        return this.step >= l;
    }

    errorsShown(l) {
        return this.backward && l > 0 && this.step >= 2 * this.L + 1 - l;
    }

    outputs() {
        return `Outputs ${this.value(this.L).map(number).join(", ")}`;
    }

    gradientOf([l, i, j]) {
        if (this.state.mean) return meanOf(products(this.flow, l, i, j));
        return this.error(l)[i - 1] * (j ? this.value(l - 1)[j - 1] : 1);
    }

    /** All numbers of a matrix: of its gradient, or of the weights where there is none. */
    matrixOf(l) {
        if (!this.backward) return this.thetas[l - 1].flat();
        return this.thetas[l - 1].flatMap((row, at) => row.map((_, j) => this.gradientOf([l, at + 1, j])));
    }

    draw() {
        this.batch.setAttribute("aria-pressed", String(this.state.mean));
        this.units.forEach((units, l) => {
            const ends = this.endsIn(l);
            units.show(this.valuesShown(l) ? this.value(l) : [], this.errorsShown(l) ? this.error(l) : [], ends);
            units.ring(this.active(l) ? [...ends, ...units.boxes.keys()].filter((j) => j || ends.includes(0)) : ends);
        });
        this.units[this.L].showTargets(this.targets());
        for (const each of this.weights.slice(1)) {
            if (each.place.matrix) each.show(this.backward && !this.errorsShown(each.l) ? [] : this.matrixOf(each.l));
            each.choose(...(this.state.edge?.[0] === each.l ? this.state.edge.slice(1) : []));
            each.describe();
        }
        this.sample.describe(`sample ${this.state.sample}, ${this.outputs()}`);
        this.detail.replaceChildren(this.explained());
        this.frame.refresh();
    }

    /** The units of a layer between which the chosen weight lies; 0 is the constant 1. */
    endsIn(l) {
        const [into, i, j] = this.state.edge ?? [];
        return l === into ? [i] : l === into - 1 ? [j] : [];
    }

    /** Is this the layer of the present step? */
    active(l) {
        if (this.step === 0 || this.step === this.last) return false;
        return l === (this.step <= this.L ? this.step : 2 * this.L + 1 - this.step);
    }

    targets() {
        if (!this.backward) return [];
        return this.state.mean ? meanRow(this.Y) : this.Y[this.state.sample];
    }

    numbersOf(edge) {
        const [l, i, j] = edge;
        const weight = `${nameOf(edge)}: ${number(this.thetas[l - 1][i - 1][j])}`;
        return this.backward ? `${weight}, gradient ${number(this.gradientOf(edge))}` : weight;
    }

    explained() {
        const { edge, mean, sample } = this.state;
        if (!edge) {
            const what = this.backward ? "its gradient comes from" : "it adds";
            return html(
                "p",
                { class: "chainrule-line" },
                `Click a weight, or reach it with Tab and press Enter, to see what ${what}.`,
            );
        }
        const [l, i, j] = edge;
        const weight = this.thetas[l - 1][i - 1][j];
        const a = j ? this.value(l - 1)[j - 1] : 1;
        const head = html(
            "p",
            {},
            html("strong", {}, nameOf(edge)),
            ", ",
            html("code", {}, `thetas[${l - 1}][${i - 1}, ${j}]`),
            ` = ${number(weight)}`,
        );
        const lines = !this.backward
            ? ofForward(edge, weight, a, mean)
            : mean
              ? ofBatch(edge, this.flow, this.meanDelta[l][i - 1], a)
              : ofSample(edge, this.error(l)[i - 1], a, sample);
        return html("div", { class: "chainrule-verdict" }, head, ...lines);
    }

    close() {
        this.settled.close();
    }
}

export default {
    render({ model, el }) {
        const view = new NetworkFlow(model, el);
        return () => view.close();
    },
};
