// GradientCheck: see gradient_check.py.

import { button, slider, table, way } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame } from "../shared/frame.js";
import { between, digits, scientific } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { HeatMap } from "./heat.js";
import { AGREES, nameOf } from "./model.js";
import { plot } from "./plot.js";

const MOST = 200; // rows of the table

class GradientCheck {
    constructor(model, el) {
        this.looked = model.get("look");
        this.result = model.get("result");
        this.python = following(model, "look", { asked: () => this.looked, took: (result) => this.took(result) });
        this.settled = settled(model, "look", () => this.looked);
        this.maps = [];
        this.shapes = null;
        this.curve = null;
        this.plotted = html("figure", { class: "chainrule-matrix", hidden: "" });
        this.build();
        el.append(this.frame.element);
        this.draw();
        if (JSON.stringify(this.result.look) !== JSON.stringify(this.looked)) this.python.follow();
    }

    build() {
        const worst = button("Worst entry", () => this.look({ entry: null }), {
            key: "w",
            title: "The largest error (key w)",
        });
        this.frame = frame({ label: "Gradient check", keys: { w: worst }, tabulate: () => this.tabulate() });
        this.step = slider({
            name: "log10 h",
            value: this.looked.exponent,
            min: -12,
            max: -1,
            step: 0.5,
            oninput: (exponent) => this.look({ exponent }),
        });
        this.frame.bar.append(worst, this.frame.toggle);
        this.frame.below.append(this.step.element);
    }

    look(change) {
        this.looked = { ...this.looked, ...change };
        this.python.follow();
        this.settled.moved();
    }

    took(result) {
        this.result = result;
        this.draw();
    }

    error([l, i, j]) {
        return Number(this.result.errors[l][i][j]);
    }

    told(entry) {
        const [l, i, j] = entry;
        const { found, measured } = this.result;
        const judged = this.error(entry) <= AGREES ? "the same" : "wrong";
        return (
            `${nameOf(entry)}${j ? "" : ", a bias"}: backward ${digits(found[l][i][j])}, ` +
            `measured ${digits(measured[l][i][j])}, relative error ${scientific(this.error(entry))}, ${judged}.`
        );
    }

    draw() {
        const { result } = this;
        this.step.describe(`h is ${scientific(10 ** this.looked.exponent)}`);
        this.drawMaps();
        this.plotted.hidden = !result.entry;
        if (result.entry) this.drawEntry(result.entry);
        const mark = result.wrong ? "✗" : "✓";
        this.frame.say(result.entry ? `${mark} ${result.text} ${this.told(result.entry)}` : result.text);
        this.frame.refresh();
    }

    drawMaps() {
        const { errors } = this.result;
        const shapes = JSON.stringify(errors.map((rows) => [rows.length, rows[0].length]));
        if (shapes !== this.shapes) {
            this.shapes = shapes;
            this.maps = errors.map(
                (rows, l) => new HeatMap(l, rows.length, rows[0].length, (i, j) => this.look({ entry: [l, i, j] })),
            );
            this.maps.forEach(({ group }, l) => group.addEventListener("keydown", (event) => this.keyed(event, l)));
            const elements = this.maps.map(({ element }) => element);
            this.frame.picture.replaceChildren(html("div", { class: "chainrule-maps" }, ...elements, this.plotted));
        }
        this.maps.forEach((map, l) => map.show(errors[l].map((row) => row.map(Number))));
    }

    drawEntry(entry) {
        const { worst, curve } = this.result;
        const [l, i, j] = entry;
        this.maps.forEach((map, at) => {
            map.cursorAt(...(at === l ? [i, j] : []));
            map.worstAt(...(at === worst[0] ? worst.slice(1) : []));
            map.group.setAttribute(
                "aria-label",
                `Errors of Θ(${at + 1}). ${at === l ? this.told(entry) : ""} Arrow keys move from entry to entry.`,
            );
        });
        const of = JSON.stringify([entry, curve]);
        if (of !== this.curve?.of) {
            this.curve = { of, ...plot(curve.map(Number), entry) };
            const caption = html("figcaption", {}, `${nameOf(entry)}: its error against the step`);
            this.plotted.replaceChildren(caption, this.curve.element);
        }
        this.curve.at(this.looked.exponent);
    }

    keyed(event, l) {
        const by = way(event);
        if (!by) return;
        const errors = this.result.errors[l];
        const here = this.looked.entry ?? this.result.entry;
        const [, i, j] = here[0] === l ? here : [l, 0, 0];
        const [right, down] = by;
        const row = between(0, i + down, errors.length - 1);
        this.look({ entry: [l, row, between(0, j + right, errors[0].length - 1)] });
    }

    tabulate() {
        const { errors, found, measured } = this.result;
        const entries = errors.flatMap((rows, l) => rows.flatMap((row, i) => row.map((_, j) => [l, i, j])));
        entries.sort((a, b) => this.error(b) - this.error(a));
        const shown = entries.slice(0, MOST);
        const rows = shown.map((entry) => {
            const [l, i, j] = entry;
            const error = this.error(entry);
            return [
                nameOf(entry),
                digits(found[l][i][j]),
                digits(measured[l][i][j]),
                scientific(error),
                error <= AGREES ? "✓" : "✗",
            ];
        });
        const all = shown.length === entries.length ? "" : `; the first ${shown.length} of ${entries.length}`;
        return table(
            `Entries, the largest error first${all}`,
            ["entry", "backward", "measured", "relative error", "right?"],
            rows,
        );
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new GradientCheck(model, el);
        return () => view.close();
    },
};
