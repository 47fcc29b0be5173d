// GraphFlow: see graph_flow.py.

import { button, slider, table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number, numbers } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { picture, show } from "./draw.js";
import { explained } from "./formulas.js";
import { backward, forward, uses } from "./model.js";
import { told } from "./steps.js";

class GraphFlow {
    constructor(model, el) {
        this.graph = model.get("graph");
        this.asks = model.get("asks");
        this.count = this.graph.gates.length;
        this.output = this.graph.gates.at(-1).output;
        this.last = 2 * this.count + 1; // inputs only, each gate forward, the output's 1, each gate backward
        this.uses = uses(this.graph);
        this.inputs = numbers(model.get("inputs"));
        this.result = model.get("result");
        this.late = false; // has the student's code not answered in time?
        this.step = this.last;
        this.chosen = null;
        this.timer = null;
        this.python = following(model, "run", {
            asked: () => this.inputs,
            took: (result) => this.took(result),
        });
        this.settled = settled(
            model,
            "inputs",
            () => this.inputs,
            () => this.waited(),
        );
        this.build(model.get("places"));
        el.append(this.frame.element);
        this.draw();
        if (this.asks && !this.current()) this.python.follow();
    }

    build(layout) {
        const back = button("◀ Back", () => this.move(-1), { key: "b", title: "One gate back (key b)" });
        const step = button("Step ▶", () => this.move(1), { key: "s", title: "One gate on (key s)" });
        const reset = button("Reset", () => this.go(0), { key: "r", title: "Inputs only (key r)" });
        const all = button("All", () => this.go(this.last), {
            key: "a",
            title: "Forward and backward at once (key a)",
        });
        this.play = button("Play", () => this.playing(!this.timer), { key: "p", title: "Gate by gate (key p)" });
        this.play.setAttribute("aria-pressed", "false");
        this.frame = frame({
            label: `Computational graph with output ${this.output}`,
            keys: { b: back, s: step, p: this.play, r: reset, a: all },
            tabulate: () => this.tabulate(),
        });
        const { element, parts } = picture(this.graph, layout, (name) => this.choose(name));
        this.parts = parts;
        this.sliders = Object.fromEntries(
            this.graph.inputs.map((name) => [
                name,
                slider({
                    name,
                    value: this.inputs[name],
                    min: -5,
                    max: 5,
                    step: 0.1,
                    oninput: (value) => this.moved(name, value),
                }),
            ]),
        );
        this.verdict = html("div");
        this.detail = html("div");
        this.frame.bar.append(reset, back, step, this.play, all, this.frame.toggle);
        this.frame.picture.append(element);
        this.frame.below.append(...this.graph.inputs.map((name) => this.sliders[name].element));
        this.frame.tell(this.verdict, this.detail);
    }

    playing(on) {
        clearInterval(this.timer);
        const next = () => (this.step < this.last ? this.move(1) : this.playing(false));
        this.timer = on ? setInterval(next, 1000) : null;
        this.play.setAttribute("aria-pressed", String(on));
        if (on && this.step === this.last) this.go(0);
    }

    go(to) {
        this.step = to;
        this.draw();
        this.frame.say(this.told());
    }

    move(by) {
        this.go(between(0, this.step + by, this.last));
    }

    choose(name) {
        this.chosen = this.chosen === name ? null : name;
        this.draw();
        this.frame.say(this.chosen ? this.numbersOf(name) : "");
    }

    moved(name, value) {
        this.inputs = { ...this.inputs, [name]: value };
        if (this.asks) this.python.follow();
        else this.draw();
        this.settled.moved();
        const line = this.step === this.last ? "" : this.told();
        this.frame.say(line, `${name} = ${number(value)}. ${this.numbersOf(this.output)}`);
    }

    waited() {
        if (!this.asks || this.current()) return;
        this.late = true;
        this.draw();
        this.frame.say("Your code has not answered yet; these are the graph's own numbers.");
    }

    took(result) {
        this.result = result;
        this.late = false;
        this.draw();
    }

    current() {
        const answered = numbers(this.result.inputs);
        return this.graph.inputs.every((name) => answered[name] === this.inputs[name]);
    }

    /**
     * What stands on the edges. With functions of the student's it is their last answer, in a fast drag one frame
     * behind the sliders; the graph's own numbers where they don't answer.
     */
    now() {
        const theirs = this.asks && !this.late ? this.result : null;
        const values = forward(this.graph, theirs ? numbers(theirs.inputs) : this.inputs);
        const done = Math.max(0, this.step - this.count - 1);
        const { gradients, missing } = backward(this.graph, values, done);
        return { values, gradients, missing, whole: backward(this.graph, values).gradients, theirs };
    }

    /** The two numbers of an edge as texts, and what is wrong with them; empty before their time. */
    texts(name, { values, gradients, missing, theirs }) {
        const arrived = this.step > this.graph.gates.findIndex((each) => each.output === name);
        const begun = this.step > this.count && (name === this.output || missing[name] < this.uses[name]);
        const open = begun && missing[name] > 0;
        const shown = (about, own) => {
            if (!theirs?.said.some((each) => each.about === about)) return number(own);
            return name in theirs[about] ? number(Number(theirs[about][name])) : "?";
        };
        const gradient = open ? `${number(gradients[name])} + …` : shown("gradients", gradients[name]);
        const wrong = [
            arrived && theirs?.wrong.values.includes(name) && `right is → ${number(values[name])}`,
            begun &&
                !open &&
                theirs?.wrong.gradients.includes(name) &&
                `measured ← ${number(Number(theirs.measured[name]))}`,
        ].filter(Boolean);
        return { value: arrived ? shown("values", values[name]) : "", gradient: begun ? gradient : "", wrong };
    }

    draw() {
        const now = this.now();
        const said = now.theirs?.said ?? [];
        const firsts = said.map((each) => each.edge);
        for (const [name, part] of Object.entries(this.parts)) {
            const texts = this.texts(name, now);
            const state = {
                first: firsts.includes(name),
                now: part.gate !== undefined && part.gate === this.active(),
                chosen: this.chosen === name,
            };
            show(name, part, texts, state);
            this.sliders[name]?.describe(
                [`${name} ${number(this.inputs[name])}`, texts.gradient && `gradient ${texts.gradient}`]
                    .filter(Boolean)
                    .join(", "),
            );
        }
        this.verdict.replaceChildren(...said.map((each) => verdict({ ...each, wrong: each.edge !== null })));
        this.detail.replaceChildren(
            ...(this.chosen ? [explained(this.graph, this.chosen, now.values, now.whole)] : []),
        );
        this.frame.refresh();
    }

    /** The gate of the present step, if it is one of a gate. */
    active() {
        if (this.step === 0 || this.step === this.last) return null;
        const { count, step } = this;
        return this.graph.gates[step <= count ? step - 1 : count - Math.max(1, step - count - 1)];
    }

    numbersOf(name) {
        const { value, gradient } = this.texts(name, this.now());
        return [value && `${name} is ${value}`, gradient && `gradient of ${name} is ${gradient}`]
            .filter(Boolean)
            .join(", ");
    }

    told() {
        const { values, whole } = this.now();
        return told(this.graph, this.step, values, whole);
    }

    tabulate() {
        const now = this.now();
        const heads = ["edge", "→ value", "← gradient", ...(this.asks ? ["measured", "right?"] : [])];
        const rows = Object.keys(this.parts).map((name) => {
            const { value, gradient, wrong } = this.texts(name, now);
            const judged = now.theirs && gradient;
            const right = wrong.length ? `✗ ${wrong.join(", ")}` : gradient === "?" ? "?" : "✓";
            const measured = judged ? [number(Number(now.theirs.measured[name])), right] : ["", ""];
            return [name, value, gradient, ...(this.asks ? measured : [])];
        });
        return table(`Values and gradients of the graph with output ${this.output}`, heads, rows);
    }

    close() {
        this.playing(false);
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new GraphFlow(model, el);
        return () => view.close();
    },
};
