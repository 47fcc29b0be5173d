// OptimiserRace: see optimiser_race.py.

import { surveyed } from "../descent/model.js";
import { button, slider, table } from "../shared/controls.js";
import { html, write } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number, pair } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Strip, Track } from "./draw.js";
import { LIMIT, RULES, raced, strides, valleyOf } from "./model.js";

const NAMES = Object.keys(RULES);
const ordered = (etas) => Object.fromEntries(NAMES.map((name) => [name, etas[name]]));
const inOrder = ({ rule, angle, k, steps, start, etas }) => ({ rule, angle, k, steps, start, etas: ordered(etas) });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const counted = (needed) => (needed === null ? `not in ${LIMIT}` : String(needed));

class OptimiserRace {
    constructor(model, el) {
        this.reach = model.get("reach");
        this.theirs = model.get("theirs");
        this.given = inOrder(model.get("state"));
        this.state = this.given;
        this.result = model.get("result");
        this.drawn = this.given; // with steps of the student's, what their last answer belongs to
        this.python = following(model, "run", { asked: () => this.state, took: (result) => this.took(result) });
        this.settled = settled(
            model,
            "state",
            () => this.state,
            () => this.waited(),
        );
        this.build();
        el.append(this.frame.element);
        this.draw();
        if (this.theirs.length && !this.current()) this.python.follow();
    }

    build() {
        const turn = () => this.moved({ rule: NAMES[(NAMES.indexOf(this.state.rule) + 1) % NAMES.length] });
        const next = button("Next ▶", turn, { key: "n", title: "The next rule (key n)" });
        const reset = button("Reset", () => this.moved(this.given), { key: "r", title: "As it was at first (key r)" });
        this.frame = frame({
            label: "Five rules in a valley",
            keys: { n: next, r: reset },
            tabulate: () => this.tabulate(),
        });
        this.buttons = Object.fromEntries(NAMES.map((rule) => [rule, button(rule, () => this.moved({ rule }))]));
        const rules = html("div", { class: "chainrule-bar chainrule-choice", role: "group", "aria-label": "Rules" });
        rules.append(...Object.values(this.buttons));
        this.track = new Track(this.reach, { start: () => this.state.start, move: (start) => this.moved({ start }) });
        this.strip = new Strip();
        const control = (name, key, [min, max, step]) =>
            slider({ name, value: this.state[key], min, max, step, oninput: (value) => this.moved({ [key]: value }) });
        this.sliders = {
            angle: control("angle", "angle", [0, 90, 1]),
            k: control("k", "k", [1, 100, 1]),
            eta: slider({
                name: "η",
                value: this.state.etas[this.state.rule],
                min: 0.001,
                max: 0.2,
                step: 0.001,
                oninput: (value) => this.moved({ etas: { ...this.state.etas, [this.state.rule]: value } }),
            }),
            steps: control("steps", "steps", [1, 200, 1]),
        };
        this.verdict = html("div");
        this.frame.bar.append(reset, next, this.frame.toggle);
        this.frame.bar.after(rules);
        this.frame.picture.append(this.track.element, this.strip.element);
        this.frame.below.append(...Object.values(this.sliders).map(({ element }) => element));
        this.frame.tell(this.verdict);
    }

    moved(change) {
        const next = { ...this.state, ...change };
        const etas = Object.entries(next.etas).map(([rule, eta]) => [rule, between(1e-6, eta, 100)]);
        this.state = inOrder({
            ...next,
            angle: between(-360, next.angle, 360),
            k: between(0.01, next.k, 10000),
            steps: between(1, Math.round(next.steps), LIMIT),
            etas: Object.fromEntries(etas),
        });
        for (const key of ["angle", "k", "steps"]) if (key in change) this.sliders[key].set(this.state[key]);
        this.sliders.eta.set(this.state.etas[this.state.rule]);
        if (this.theirs.length) this.python.follow();
        else this.show(this.state);
        this.settled.moved();
    }

    current() {
        return same(this.drawn, inOrder(this.result.state));
    }

    took(result) {
        this.result = result;
        this.show(inOrder(result.state));
    }

    waited() {
        if (same(this.drawn, this.state)) return;
        this.show(this.state);
        this.frame.say("Your code has not answered yet; these paths are the rules' own.");
    }

    show(state) {
        this.drawn = state;
        this.draw();
    }

    /** By rule: the path that is drawn, the rule's own where it is the student's, and the steps needed. */
    runs() {
        const { steps } = this.drawn;
        const found = {};
        for (const rule of NAMES) {
            const own = raced(rule, this.drawn);
            const path = own.path.slice(0, steps + 1);
            const answer = this.current() ? this.result.runs[rule] : undefined;
            const drawn = answer?.path.length ? answer : null;
            found[rule] = {
                path: drawn?.path ?? path,
                own: drawn && path,
                needed: drawn ? drawn.needed : own.needed,
                said: answer?.said ?? "",
                wrong: answer?.wrong ?? null,
            };
        }
        return found;
    }

    draw() {
        const { rule, start, etas } = this.drawn;
        const runs = this.runs();
        this.track.drawGround({ ...surveyed(valleyOf(this.drawn), this.reach), bottom: [0, 0] });
        const others = Object.entries(runs).filter(([name]) => name !== rule);
        this.track.drawOthers(Object.fromEntries(others.map(([name, { path }]) => [name, path])));
        this.track.drawPath(runs[rule].path, runs[rule].own, runs[rule].wrong);
        this.track.drawStart(start);
        const lengths = strides(runs[rule].path, etas[rule]);
        this.strip.draw(lengths);
        for (const [name, each] of Object.entries(this.buttons)) {
            each.setAttribute("aria-pressed", String(name === rule));
            write(each, `${name}: ${counted(runs[name].needed)}`);
        }
        const words =
            `Steps until the bottom is within 0.001: ${NAMES.map((name) => `${name} ${counted(runs[name].needed)}`).join(", ")}. ` +
            `${rule}'s first step goes ${number(lengths[0] ?? 0)} η in the coordinate that changes most.`;
        const said = Object.values(runs).filter((run) => run.said && (run.wrong || run === runs[rule]));
        this.verdict.replaceChildren(
            ...said.map((run) => verdict({ text: run.said, wrong: run.wrong !== null })),
            verdict({ text: words, wrong: false }),
        );
        for (const control of Object.values(this.sliders)) control.describe(words);
        this.frame.refresh();
    }

    tabulate() {
        const { steps } = this.drawn;
        const runs = this.runs();
        const row = (t) => NAMES.map((name) => (runs[name].path[t] ? pair(runs[name].path[t]) : ""));
        const rows = Array.from({ length: steps + 1 }, (_, t) => [String(t), ...row(t)]);
        rows.unshift(["needed", ...NAMES.map((name) => counted(runs[name].needed))]);
        return table("The places of each rule, step by step", ["step", ...NAMES], rows);
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new OptimiserRace(model, el);
        return () => view.close();
    },
};
