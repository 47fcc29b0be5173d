// Descent: see descent.py.

import { button, slider, table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number, pair } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Plane } from "./draw.js";
import { costOf, downhill, lowest, surveyed } from "./model.js";
import { verdictOn } from "./words.js";

const inOrder = ({ start, eta, lam, steps }) => ({ start, eta, lam, steps });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const round = (value) => Math.round(1000 * value) / 1000;

class Descent {
    constructor(model, el) {
        this.samples = model.get("samples");
        this.kind = model.get("kind");
        this.title = model.get("title");
        this.reach = model.get("reach");
        this.asks = model.get("asks");
        const given = model.get("state");
        this.state = inOrder(given);
        this.result = model.get("result");
        this.drawn = inOrder(given); // with a function of the student's, what its last answer belongs to
        this.ground = null;
        this.python = following(model, "run", { asked: () => this.state, took: (result) => this.took(result) });
        this.settled = settled(
            model,
            "state",
            () => this.state,
            () => this.waited(),
        );
        this.build(given);
        el.append(this.frame.element);
        this.draw();
        if (this.asks && !this.current()) this.python.follow();
    }

    build(given) {
        const reset = button("Reset", () => this.moved(given), { key: "r", title: "As it was at first (key r)" });
        this.frame = frame({
            label: `Gradient descent: ${this.title}`,
            keys: { r: reset },
            tabulate: () => this.tabulate(),
        });
        this.plane = new Plane(this.reach, { start: () => this.state.start, move: (start) => this.moved({ start }) });
        this.controls = this.sliders(given);
        this.verdict = html("div");
        this.frame.bar.append(reset, this.frame.toggle);
        this.frame.picture.append(this.plane.element);
        this.frame.below.append(...Object.values(this.controls).map((control) => control.element));
        this.frame.tell(this.verdict);
    }

    sliders({ eta, lam, steps, start }) {
        const { reach } = this;
        const place = (i) =>
            slider({
                name: `start θ${i}`,
                value: start[i],
                min: -reach,
                max: reach,
                step: 0.1,
                oninput: (value) => this.moved({ start: this.state.start.map((each, k) => (k === i ? value : each)) }),
            });
        const penalty =
            lam === null
                ? {}
                : {
                      lam: slider({
                          name: "λ",
                          value: lam,
                          min: 0,
                          max: Math.max(10, 4 * lam),
                          step: 0.1,
                          oninput: (value) => this.moved({ lam: Math.max(0, value) }),
                      }),
                  };
        return {
            eta: slider({
                name: "η",
                value: eta,
                min: 0,
                max: 4 * eta,
                step: eta / 20,
                oninput: (value) => this.moved({ eta: value }),
            }),
            ...penalty,
            steps: slider({
                name: "steps",
                value: steps,
                min: 0,
                max: 100,
                step: 1,
                oninput: (value) => this.moved({ steps: between(0, Math.round(value), 200) }),
            }),
            start0: place(0),
            start1: place(1),
        };
    }

    /** Everything but the student's path, which follows from the state. */
    calculated() {
        const { drawn } = this;
        if (this.ground?.lam !== drawn.lam) {
            const cost = costOf(this.kind, this.samples, drawn.lam ?? 0);
            const { grid, best } = surveyed(cost, this.reach);
            this.ground = {
                lam: drawn.lam,
                cost,
                grid,
                best,
                bottom: lowest(cost, best.place, this.reach),
                drawn: false,
            };
        }
        const own = downhill(this.ground.cost, drawn.start, drawn.eta, drawn.steps);
        const theirs = this.asks && this.current() && this.result.path.length > 1 ? this.result.path : null;
        return { ...this.ground, ...drawn, m: this.samples.x.length, own, path: theirs ?? own, theirs };
    }

    current() {
        return same(this.drawn, inOrder(this.result.state));
    }

    moved(change) {
        this.state = inOrder({ ...this.state, ...change });
        for (const name of ["eta", "lam", "steps"]) if (name in change) this.controls[name]?.set(this.state[name]);
        if ("start" in change) this.state.start.forEach((value, i) => this.controls[`start${i}`].set(round(value)));
        if (this.asks) this.python.follow();
        else this.show(this.state);
        this.settled.moved();
    }

    waited() {
        if (same(this.drawn, this.state)) return;
        this.show(this.state);
        this.frame.say("Your code has not answered yet; this path is against the gradient.");
    }

    show(what) {
        this.drawn = what;
        this.draw();
        const theirs = this.asks && this.current() ? `${this.result.said} ` : "";
        this.frame.say("", `${theirs}${verdictOn(this.calculated())}`);
    }

    took(result) {
        this.result = result;
        this.show(inOrder(result.state));
    }

    draw() {
        const now = this.calculated();
        const wrong = now.theirs && this.result.wrong;
        if (!this.ground.drawn) this.plane.drawGround(now);
        this.ground.drawn = true;
        this.plane.drawPath(now.path, now.theirs && now.own, wrong);
        this.plane.drawStart(this.drawn.start);
        const ends = [now.path[0], now.path.at(-1)].map((each) => number(now.cost.value(each)));
        for (const [name, control] of Object.entries(this.controls)) {
            const value = name.startsWith("start") ? this.drawn.start[Number(name.at(-1))] : this.drawn[name];
            control.describe(`${number(value)}, cost goes from ${ends[0]} to ${ends[1]}`);
        }
        const said = this.asks && this.current() && this.result.said;
        this.verdict.replaceChildren(
            ...(said ? [verdict({ text: said, wrong: Boolean(this.result.wrong) })] : []),
            verdict({ text: verdictOn(now), wrong: false }),
        );
        this.frame.refresh();
    }

    tabulate() {
        const { cost, path, own } = this.calculated();
        const heads = ["step", "θ0", "θ1", "cost", ...(this.asks ? ["against the gradient"] : [])];
        const rows = path.map((each, i) => [
            String(i),
            number(each[0]),
            number(each[1]),
            number(cost.value(each)),
            ...(this.asks ? [own[i] ? pair(own[i]) : ""] : []),
        ]);
        return table(`The path over the ${this.title}`, heads, rows);
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new Descent(model, el);
        return () => view.close();
    },
};
