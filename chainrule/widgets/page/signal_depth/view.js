// SignalDepth: see signal_depth.py.

import { button, slider, table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Layers } from "./draw.js";
import { ACTIVATIONS, DEEPEST, sent, unpacked } from "./model.js";
import { told } from "./words.js";

const NAMES = Object.keys(ACTIVATIONS);
const SPREADS = { LeCun: 1, Glorot: 1, He: Math.SQRT2 }; // with as many units as inputs
const inOrder = ({ activation, spread, depth }) => ({ activation, spread, depth });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class SignalDepth {
    constructor(model, el) {
        this.drawn = unpacked(model.get("draws"), model.get("width"));
        this.asks = model.get("asks");
        this.given = inOrder(model.get("state"));
        this.state = this.given;
        this.result = model.get("result");
        this.python = following(model, "run", { asked: () => this.state, took: (result) => this.took(result) });
        this.settled = settled(model, "state", () => this.state);
        this.build();
        el.append(this.frame.element);
        this.draw();
        if (this.asks && !same(inOrder(this.result.state), this.state)) this.python.follow();
    }

    build() {
        const turn = () => this.moved({ activation: NAMES[(NAMES.indexOf(this.state.activation) + 1) % NAMES.length] });
        const next = button("Next ▶", turn, { key: "n", title: "The next activation (key n)" });
        const reset = button("Reset", () => this.moved(this.given), { key: "r", title: "As it was at first (key r)" });
        this.frame = frame({
            label: "Signals through layers",
            keys: { n: next, r: reset },
            tabulate: () => this.tabulate(),
        });
        this.buttons = Object.fromEntries(
            NAMES.map((activation) => [activation, button(activation, () => this.moved({ activation }))]),
        );
        const spreads = Object.entries(SPREADS).map(([name, spread]) => button(name, () => this.moved({ spread })));
        const bar = (label, buttons) =>
            html("div", { class: "chainrule-bar chainrule-choice", role: "group", "aria-label": label }, ...buttons);
        this.layers = new Layers();
        const control = (name, key, [min, max, step]) =>
            slider({ name, value: this.state[key], min, max, step, oninput: (value) => this.moved({ [key]: value }) });
        this.sliders = {
            spread: control("σ √n", "spread", [0.05, 4, 0.05]),
            depth: control("layers", "depth", [2, DEEPEST, 1]),
        };
        this.verdict = html("div");
        this.frame.bar.append(reset, next, this.frame.toggle);
        this.frame.bar.after(bar("Activations", Object.values(this.buttons)), bar("Spreads", spreads));
        this.frame.picture.append(this.layers.element);
        this.frame.below.append(...Object.values(this.sliders).map(({ element }) => element));
        this.frame.tell(this.verdict);
    }

    moved(change) {
        const next = { ...this.state, ...change };
        next.spread = between(0.001, next.spread, 100);
        next.depth = between(2, Math.round(next.depth), DEEPEST);
        this.state = inOrder(next);
        for (const [key, control] of Object.entries(this.sliders)) control.set(Number(this.state[key].toFixed(3)));
        this.draw();
        if (this.asks) this.python.follow();
        this.settled.moved();
    }

    took(result) {
        this.result = result;
        this.draw();
    }

    draw() {
        this.signals = sent(this.drawn, this.state);
        const current = same(inOrder(this.result.state), this.state);
        this.layers.draw(this.signals, current ? this.result.wrong : null);
        for (const [name, each] of Object.entries(this.buttons)) {
            each.setAttribute("aria-pressed", String(name === this.state.activation));
        }
        const words = told(this.state, this.signals);
        const said = current && this.result.said;
        this.verdict.replaceChildren(
            ...(said ? [verdict({ text: said, wrong: this.result.wrong !== null })] : []),
            verdict({ text: words, wrong: false }),
        );
        for (const control of Object.values(this.sliders)) control.describe(words);
        this.frame.refresh();
    }

    tabulate() {
        const { sizes, gradients } = this.signals;
        const rows = sizes.map((size, l) => [String(l + 1), number(size), number(gradients[l])]);
        return table("Mean squares, layer by layer", ["layer", "activations", "gradients"], rows);
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new SignalDepth(model, el);
        return () => view.close();
    },
};
