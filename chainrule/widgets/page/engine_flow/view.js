// EngineFlow: see engine_flow.py.

import { picture } from "../graph_flow/draw.js";
import { button, slider, table } from "../shared/controls.js";
import { html, visible, write } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number, numbers } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { firstWrong, node, past, sideBySide, status, told } from "./model.js";

class EngineFlow {
    constructor(model, el) {
        this.inputs = numbers(model.get("inputs"));
        this.result = model.get("result");
        this.chosen = 0; // which order
        this.step = this.last();
        this.timer = null;
        this.drawn = "";
        this.python = following(model, "run", { asked: () => this.inputs, took: (result) => this.took(result) });
        this.settled = settled(model, "inputs", () => this.inputs);
        this.build();
        el.append(this.frame.element);
        this.draw();
        const answered = numbers(this.result.inputs);
        if (Object.keys(this.inputs).some((name) => answered[name] !== this.inputs[name])) this.python.follow();
    }

    /** The order that is shown; without one there is nothing to step through. */
    way() {
        return this.result.ways[Math.min(this.chosen, this.result.ways.length - 1)];
    }

    last() {
        return this.way()?.events.length ?? 0;
    }

    build() {
        const back = button("◀ Back", () => this.go(this.step - 1), { key: "b", title: "One firing back (key b)" });
        const step = button("Step ▶", () => this.go(this.step + 1), { key: "s", title: "The next fires (key s)" });
        const reset = button("Reset", () => this.go(0), { key: "r", title: "Only the root's 1 (key r)" });
        const all = button("All", () => this.go(this.last()), { key: "a", title: "All have fired (key a)" });
        const wrong = button("First wrong", () => this.go(this.way() ? firstWrong(this.way()) : 0), {
            key: "w",
            title: "The first that fires too early, or again (key w)",
        });
        this.next = button("Next order", () => this.choose((this.chosen + 1) % this.result.ways.length), {
            key: "o",
            title: "The next of the orders (key o)",
        });
        this.play = button("Play", () => this.playing(!this.timer), { key: "p", title: "One by one (key p)" });
        this.play.setAttribute("aria-pressed", "false");
        this.frame = frame({
            label: "Nodes that fire",
            keys: { b: back, s: step, p: this.play, r: reset, a: all, w: wrong, o: this.next },
            tabulate: () => this.tabulate(),
        });
        this.sliders = Object.entries(this.inputs).map(([name, value]) =>
            slider({ name, value, min: -5, max: 5, step: 0.1, oninput: (to) => this.moved(name, to) }),
        );
        this.place = html("div");
        this.orders = html("div", { class: "chainrule-bar", role: "group", "aria-label": "Orders" });
        this.compared = html("div", { class: "chainrule-tabular" });
        this.verdict = html("div");
        this.frame.bar.append(reset, back, step, this.play, all, wrong, this.frame.toggle);
        this.frame.picture.append(this.place);
        this.frame.below.append(...this.sliders.map(({ element }) => element), this.orders);
        this.frame.tell(this.verdict, this.compared);
    }

    moved(name, value) {
        this.inputs = { ...this.inputs, [name]: value };
        this.python.follow();
        this.settled.moved();
        this.frame.say("", `${name} = ${number(value)}`);
    }

    took(result) {
        const whole = this.step === this.last();
        this.result = result;
        this.step = whole ? this.last() : Math.min(this.step, this.last());
        this.draw();
        this.frame.say(this.told(), result.said.map(({ text }) => text).join(" "));
    }

    playing(on) {
        clearInterval(this.timer);
        const next = () => (this.step < this.last() ? this.go(this.step + 1) : this.playing(false));
        this.timer = on ? setInterval(next, 1000) : null;
        this.play.setAttribute("aria-pressed", String(on));
        if (on && this.step === this.last()) this.go(0);
    }

    go(to) {
        this.step = between(0, to, this.last());
        this.draw();
        this.frame.say(this.told());
    }

    choose(order) {
        this.chosen = order || 0;
        this.step = this.last();
        this.draw();
        if (this.way()) this.frame.say(`Order: ${this.way().name}. ${this.told()}`);
    }

    told() {
        return this.way() ? told(this.result.graph, this.way(), this.step) : "There is nothing to fire.";
    }

    draw() {
        this.drawPicture();
        this.drawOrders();
        this.verdict.replaceChildren(...this.result.said.map(verdict));
        this.frame.refresh();
    }

    /** The graph is drawn anew where the student has changed the expression. */
    drawPicture() {
        const { graph, places } = this.result;
        const shape = JSON.stringify(graph);
        if (shape !== this.drawn) {
            this.drawn = shape;
            const made = graph && picture(graph, places, (name) => this.frame.say(this.words(name)));
            this.parts = made ? made.parts : {};
            this.place.replaceChildren(...(made ? [made.element] : []));
        }
        if (!graph) return;
        const { now } = past(this.way(), this.step);
        for (const [name, part] of Object.entries(this.parts)) {
            const at = node(graph, this.way(), this.step, name);
            const bad = at.state === "early" || at.state === "again";
            write(part.value, `→ ${this.result.values[name]}`);
            write(part.gradient, at.gradient && `← ${at.gradient}${at.open ? " + …" : ""}`);
            write(part.wrong, part.gate || at.waits ? status(at) : "");
            part.wrong.setAttribute("class", bad ? "chainrule-wrong" : "chainrule-small");
            visible(part.mark, bad);
            part.button.classList.toggle("chainrule-now", now?.node === name);
            part.button.setAttribute("aria-label", this.words(name));
        }
    }

    drawOrders() {
        const { ways, measured } = this.result;
        const buttons = ways.map(({ name }, i) => {
            const made = button(name, () => this.choose(i));
            made.setAttribute("aria-pressed", String(i === this.chosen));
            return made;
        });
        const focused = [...this.orders.children].indexOf(this.orders.querySelector(":focus"));
        this.orders.replaceChildren(...buttons, this.next);
        if (focused >= 0) this.orders.children[Math.min(focused, buttons.length)].focus();
        const leaves = Object.keys(measured);
        const heads = ["order", "fires", "how often", ...leaves.map((leaf) => `← ${leaf}`), "right?"];
        const told = leaves.map((leaf) => `${leaf} ${measured[leaf]}`).join(", ");
        const caption = `Side by side; measured: ${told}`;
        this.compared.replaceChildren(...(ways.length ? [table(caption, heads, sideBySide(ways, leaves))] : []));
    }

    /** A node in words. */
    words(name) {
        const at = node(this.result.graph, this.way(), this.step, name);
        const gate = this.result.graph.gates.find(({ output }) => output === name);
        const kind = gate ? `Node ${name}, ${gate.symbol} of ${gate.inputs.join(" and ")}` : `Leaf ${name}`;
        const gradient = at.gradient && `, gradient ${at.gradient}${at.open ? " so far" : ""}`;
        const what = gate || at.waits ? `, ${status(at)}` : "";
        return `${kind}: value ${this.result.values[name]}${gradient}${what}`;
    }

    tabulate() {
        const { graph, values } = this.result;
        if (!graph) return html("p", {}, "There are no nodes.");
        const names = [...graph.inputs, ...graph.gates.map(({ output }) => output)];
        const nodes = names.map((name) => {
            const at = node(graph, this.way(), this.step, name);
            return [name, values[name], at.gradient + (at.open ? " + …" : ""), String(at.waits), status(at)];
        });
        const firings = this.way().events.map(({ node: name, waited, again }, i) => [
            String(i + 1),
            name,
            waited.length ? `✗ before ${waited.join(", ")}` : again ? "✗ again" : "✓",
        ]);
        const heads = ["node", "→ value", "← gradient", "waits for", "state"];
        return html(
            "div",
            {},
            table(`The nodes after ${this.step} firings, order: ${this.way().name}`, heads, nodes),
            table("The firings", ["number", "node", "in time?"], firings),
        );
    }

    close() {
        this.playing(false);
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new EngineFlow(model, el);
        return () => view.close();
    },
};
