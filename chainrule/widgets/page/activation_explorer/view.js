// ActivationExplorer: see activation_explorer.py.

import { button, slider, table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Picture } from "./draw.js";
import { ACTIVATIONS, LOSSES, left, measured, shown } from "./model.js";
import { told } from "./words.js";

const NAMES = [...Object.keys(ACTIVATIONS), ...Object.keys(LOSSES)];
const ROWS = { z: Array.from({ length: 17 }, (_, i) => i - 8), a: [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99] };
const numbers = (given) => given?.map(Number) ?? null;
const inOrder = ({ name, z, a, target, n }) => ({ name, z, a, target, n });

class ActivationExplorer {
    constructor(model, el) {
        this.theirs = model.get("theirs");
        this.given = inOrder(model.get("state"));
        this.state = this.given;
        this.answer = model.get("result");
        this.drawn = this.given; // with a function of the student's, what its last answer belongs to
        this.python = following(model, "run", { asked: () => this.state, took: (answer) => this.took(answer) });
        this.settled = settled(
            model,
            "state",
            () => this.state,
            () => this.waited(),
        );
        this.build();
        el.append(this.frame.element);
        this.draw();
        this.frame.say(this.words(), "");
        if (this.asks(this.state) && !this.current()) this.python.follow();
    }

    build() {
        const turn = (by) =>
            this.moved({ name: NAMES[(NAMES.indexOf(this.state.name) + by + NAMES.length) % NAMES.length] });
        const next = button("Next ▶", () => turn(1), { key: "n", title: "The next function (key n)" });
        const back = button("◀ Back", () => turn(-1), { key: "b", title: "The function before (key b)" });
        const reset = button("Reset", () => this.moved(this.given), { key: "r", title: "As it was at first (key r)" });
        this.frame = frame({
            label: "Activations and losses",
            keys: { n: next, b: back, r: reset },
            tabulate: () => this.tabulate(),
        });
        this.buttons = Object.fromEntries(NAMES.map((name) => [name, button(name, () => this.moved({ name }))]));
        this.picture = new Picture(
            (x) => this.place(x),
            (steps) => this.steer(steps),
        );
        const control = (name, key, [min, max], step) =>
            slider({ name, value: this.state[key], min, max, step, oninput: (value) => this.moved({ [key]: value }) });
        this.sliders = {
            z: control("z", "z", [-8, 8], 0.05),
            n: control("units", "n", [1, 10], 1),
            a: control("a", "a", [0.005, 0.995], 0.005),
            target: control("target", "target", [0, 1], 0.1),
        };
        this.verdict = html("div");
        this.frame.bar.append(reset, back, next, this.frame.toggle);
        this.frame.bar.after(html("div", { class: "chainrule-bar chainrule-choice" }, ...Object.values(this.buttons)));
        this.frame.picture.append(this.picture.element);
        this.frame.below.append(...Object.values(this.sliders).map(({ element }) => element));
        this.frame.tell(this.verdict);
    }

    asks({ name }) {
        return this.theirs.includes(name);
    }

    current() {
        return JSON.stringify(inOrder(this.answer.state)) === JSON.stringify(this.drawn);
    }

    place(x) {
        this.moved(this.state.name in LOSSES ? { a: Number(x.toFixed(3)) } : { z: Number(x.toFixed(2)) });
    }

    steer(steps) {
        this.place(this.state.name in LOSSES ? this.state.a + 0.005 * steps : this.state.z + 0.05 * steps);
    }

    moved(change) {
        const next = { ...this.state, ...change };
        next.z = between(-8, next.z, 8);
        next.a = between(0.005, next.a, 0.995);
        next.n = between(1, Math.round(next.n), 10);
        next.target = between(0, next.target, 1);
        this.state = inOrder(next);
        for (const [key, control] of Object.entries(this.sliders)) if (key in change) control.set(this.state[key]);
        if (this.asks(this.state)) this.python.follow();
        else this.show(this.state);
        this.settled.moved();
    }

    waited() {
        if (this.drawn === this.state || JSON.stringify(this.drawn) === JSON.stringify(this.state)) return;
        this.show(this.state);
        this.frame.say("Your code has not answered yet; this is the right curve.");
    }

    took(answer) {
        this.answer = answer;
        // a late answer, where another function is looked at by now that needs none, is not drawn over it
        if (this.asks(answer.state) && this.asks(this.state)) this.show(inOrder(answer.state));
    }

    show(state) {
        this.drawn = state;
        this.draw();
        const said = this.saidOfTheirs().map(({ text }) => text);
        this.frame.say(this.words(), [this.words(), ...said].join(" "));
    }

    /** What the student's function gave for what is drawn, or null. */
    answered() {
        if (!this.asks(this.drawn) || !this.current()) return null;
        const { values, slopes, measured: slope, parts, said } = this.answer;
        return {
            values: numbers(values),
            slopes: numbers(slopes),
            measured: slope === null ? null : Number(slope),
            parts,
            said,
        };
    }

    saidOfTheirs() {
        return this.answered()?.said ?? [];
    }

    /** The numbers at the place. */
    here() {
        const now = shown(this.drawn);
        const theirs = this.answered();
        const slope = now.slope(now.at);
        const by = theirs?.measured ?? measured(now.value, now.at);
        return { now, theirs, slope, measured: by, left: left(slope, this.drawn.n), n: this.drawn.n };
    }

    words() {
        const { now, slope, measured: by, left: remains } = this.here();
        return told(this.drawn, { at: now.at, value: now.value(now.at), slope, measured: by, left: remains });
    }

    draw() {
        const here = this.here();
        const { loss } = here.now;
        this.picture.draw(here.now, here.theirs, here);
        this.picture.describe(`${this.words()} Arrow keys move it.`);
        for (const [name, each] of Object.entries(this.buttons)) {
            each.setAttribute("aria-pressed", String(name === this.drawn.name));
        }
        for (const key of ["z", "n"]) this.sliders[key].element.hidden = loss;
        for (const key of ["a", "target"]) this.sliders[key].element.hidden = !loss;
        for (const [key, control] of Object.entries(this.sliders)) {
            control.describe(`${number(this.drawn[key])}, slope ${number(here.slope)}`);
        }
        this.verdict.replaceChildren(...this.saidOfTheirs().map(verdict));
        this.frame.refresh();
    }

    tabulate() {
        const { now, theirs } = this.here();
        const variable = now.loss ? "a" : "z";
        const columns = [theirs?.values && "your value", theirs?.slopes && "your slope"].filter(Boolean);
        const rows = ROWS[variable].map((x) => {
            const i = now.xs.findIndex((each) => Math.abs(each - x) < 1e-9);
            const yours = [theirs?.values, theirs?.slopes].filter(Boolean).map((each) => number(each[i]));
            return [number(x), number(now.value(x)), number(now.slope(x)), ...yours];
        });
        const target = now.loss ? `, target ${number(this.drawn.target)}` : "";
        return table(`${this.drawn.name}${target}`, [variable, "value", "slope", ...columns], rows);
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new ActivationExplorer(model, el);
        return () => view.close();
    },
};
