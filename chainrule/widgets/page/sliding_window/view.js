// SlidingWindow: see sliding_window.py.

import { button, slider, table, way } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, digits, number } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Grid } from "./grid.js";
import { extent, fitting, inputAt, limits, shown, terms, weightAt } from "./model.js";
import { called, product, stepped, summed, told } from "./words.js";

const TITLES = { input: "x, the picture", kernel: "w, the kernel, and its bias b", output: "z, the output" };
const GRIDS = ["input", "kernel", "output"];

class SlidingWindow {
    constructor(model, el) {
        this.setup = model.get("setup");
        this.look = model.get("look");
        this.result = model.get("result");
        this.choice = this.look.choice;
        this.sizes = null;
        this.python = following(model, "run", { asked: () => this.look, took: (result) => this.took(result) });
        this.settled = settled(model, "look", () => ({ ...this.look, choice: this.choice }));
        this.build();
        el.append(this.frame.element);
        this.choose(this.look.choice, "");
        if (this.result.look.stride !== this.look.stride || this.result.look.p !== this.look.p) this.python.follow();
    }

    build() {
        const back = button("◀ Back", () => this.go(this.step - 1), { key: "b", title: "One use back (key b)" });
        const step = button("Step ▶", () => this.go(this.step + 1), { key: "s", title: "One use on (key s)" });
        const reset = button("Reset", () => this.go(0), { key: "r", title: "Before the first use (key r)" });
        const all = button("All", () => this.go(this.terms.length), { key: "a", title: "All uses (key a)" });
        const wrong = button("First wrong", () => this.choose(this.found.first), {
            key: "w",
            title: "The first wrong number (key w)",
        });
        this.frame = frame({
            label: "A kernel that slides over a picture",
            keys: { b: back, s: step, r: reset, a: all, w: wrong },
            tabulate: () => this.tabulate(),
        });
        const most = limits(this.setup);
        this.sliders = {
            stride: this.slider("stride", 1, most.stride),
            p: this.slider("p", 0, most.p),
        };
        this.maps = html("div", { class: "chainrule-maps" });
        this.sum = html("p", { class: "chainrule-sum" });
        this.verdict = html("div");
        this.frame.bar.append(reset, back, step, all, wrong, this.frame.toggle);
        this.frame.picture.append(this.maps, this.sum);
        this.frame.below.append(this.sliders.stride.element, this.sliders.p.element);
        this.frame.tell(this.verdict);
    }

    slider(name, min, max) {
        const oninput = (value) => this.moved(name, between(min, Math.round(value), max));
        return slider({ name, value: this.look[name], min, max, step: 1, oninput });
    }

    moved(name, value) {
        this.look = { ...this.look, [name]: value };
        this.sliders[name].set(value);
        this.python.follow();
        this.choose(this.choice);
    }

    took(result) {
        this.result = result;
        this.choose(this.choice, [this.words(), ...result.said.map(({ text }) => text)].join(" "));
    }

    /** Choose a place; without one, the first wrong one or the first weight. */
    choose(choice, aloud) {
        this.found = shown(this.setup, this.look, this.result);
        this.choice = fitting(choice ?? this.found.first ?? ["kernel", 0, 0], this.setup, this.found);
        this.terms = terms(this.setup, this.look, this.choice);
        this.step = this.terms.length;
        this.draw();
        this.frame.say(this.words(), aloud);
        if (choice) this.settled.moved();
    }

    go(to) {
        this.step = between(0, to, this.terms.length);
        this.draw();
        this.frame.say(this.words());
    }

    words() {
        const state = { setup: this.setup, look: this.look };
        const said = told(this.choice, this.terms, state);
        return this.step === this.terms.length ? said : `${said} ${stepped(this.choice, this.terms, this.step, state)}`;
    }

    draw() {
        const sizes = GRIDS.map((grid) => extent(grid, this.setup, this.found).join()).join();
        if (sizes !== this.sizes) {
            this.sizes = sizes;
            this.grids = Object.fromEntries(GRIDS.map((grid) => [grid, this.grid(grid)]));
            const held = this.maps.querySelector(":focus")?.parentElement?.parentElement;
            const focused = [...this.maps.children].indexOf(held);
            this.maps.replaceChildren(...GRIDS.map((grid) => this.grids[grid].element));
            if (focused >= 0) this.grids[GRIDS[focused]].group.focus();
        }
        for (const grid of GRIDS) this.drawGrid(grid);
        const { stride, p } = this.look;
        this.sliders.stride.describe(`moves by ${stride}`);
        this.sliders.p.describe(`a border of ${p}`);
        const done = this.terms.slice(0, this.step);
        this.sum.textContent = done.length ? `${this.made()} = ${summed(done)}` : "";
        const asked = this.result.look.stride === stride && this.result.look.p === p;
        this.verdict.replaceChildren(...(asked ? this.result.said : []).map(verdict));
        this.frame.refresh();
    }

    /** The name of what the products add up to. */
    made() {
        const [grid, ...place] = this.choice;
        const name = called(grid, place, { setup: this.setup, look: this.look });
        return grid === "output" ? name : `d${name}`;
    }

    grid(grid) {
        const [rows, columns] = extent(grid, this.setup, this.found);
        const widths = Array.from({ length: rows }, (_, i) => (grid === "kernel" && i === rows - 1 ? 1 : columns));
        return new Grid(TITLES[grid], widths, {
            move: (row, column) => this.choose([grid, row, column]),
            steer: (event) => this.steer(grid, event),
        });
    }

    steer(grid, event) {
        const by = event.key === "Enter" || event.key === " " ? [0, 0] : way(event);
        if (!by) return;
        event.preventDefault();
        const [row, column] = this.choice[0] === grid ? this.choice.slice(1) : [0, 0];
        const [rows, columns] = extent(grid, this.setup, this.found);
        const from = this.choice[0] === grid ? by : [0, 0]; // the first key only comes here
        this.choose([grid, between(0, row + from[1], rows - 1), between(0, column + from[0], columns - 1)]);
    }

    /** The number at a place, and its gradient; of the chosen one what the steps have added up so far. */
    at(grid, i, j) {
        const { Z, dZ, dX, dkernel } = this.found;
        const here =
            grid === "output"
                ? { value: Z[i][j], gradient: dZ[i][j] }
                : grid === "kernel"
                  ? { value: weightAt(this.setup, [i, j]), gradient: dkernel[i][j] }
                  : { value: inputAt(this.setup, this.look, [i, j]), gradient: dX[i][j] };
        if (this.step === this.terms.length || [grid, i, j].join() !== this.choice.join()) return here;
        const sum = this.step ? this.terms[this.step - 1].sum : 0;
        return grid === "output" ? { ...here, value: sum } : { ...here, gradient: sum };
    }

    isBorder(i, j) {
        const { X } = this.setup;
        const { p } = this.look;
        return i < p || j < p || i >= X.length + p || j >= X[0].length + p;
    }

    drawGrid(grid) {
        const { found, choice } = this;
        const drawn = this.grids[grid];
        const isWrong = (i, j) => found.wrong[grid].some(([row, column]) => row === i && column === j);
        for (const [i, row] of drawn.cells.entries()) {
            for (const j of row.keys()) {
                const { value, gradient } = this.at(grid, i, j);
                const border = grid === "input" && this.isBorder(i, j);
                const unread = grid === "input" && found.read[i][j] === 0;
                const wrong = !isWrong(i, j) ? null : grid === "output" ? "value" : "gradient";
                drawn.put(i, j, { value, gradient: border ? null : gradient, wrong, border, unread });
            }
        }
        const done = this.terms.slice(0, this.step);
        const now = this.step && this.step < this.terms.length ? done[done.length - 1][grid] : null;
        drawn.light(
            choice[0] === grid ? [choice.slice(1)] : done.map((term) => term[grid]),
            choice[0] === grid ? null : now,
        );
        const chosen = choice[0] === grid ? choice.slice(1) : null;
        const first = found.first?.[0] === grid ? found.first.slice(1) : null;
        const words = chosen ? `${TITLES[grid]}. ${this.words()}` : `${TITLES[grid]}.`;
        drawn.point(first, chosen, `${words} Arrow keys choose a place.`);
    }

    tabulate() {
        const state = { setup: this.setup, look: this.look };
        const uses = this.terms.map((term, n) => [
            `use ${n + 1}`,
            product(this.choice[0], term, state),
            number(term.sum),
        ]);
        const numbers = GRIDS.flatMap((grid) =>
            this.grids[grid].cells.flatMap((row, i) => [...row.keys()].map((j) => this.row(grid, i, j))),
        ).filter((row) => row);
        return html(
            "div",
            {},
            table(`What ${this.made()} is made of`, ["use", "product", "sum so far"], uses),
            table("All numbers", ["place", "→ value", "← gradient", "windows", "right?"], numbers),
        );
    }

    row(grid, i, j) {
        if (grid === "input" && this.isBorder(i, j)) return null;
        const { value, gradient } = this.at(grid, i, j);
        const wrong = this.found.wrong[grid].some(([row, column]) => row === i && column === j);
        const read = grid === "input" ? this.found.read[i][j] : null;
        return [
            called(grid, [i, j], { setup: this.setup, look: this.look }),
            digits(value),
            digits(gradient),
            read === null ? "" : read === 0 ? "never read" : String(read),
            wrong ? "✗" : "✓",
        ];
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new SlidingWindow(model, el);
        return () => view.close();
    },
};
