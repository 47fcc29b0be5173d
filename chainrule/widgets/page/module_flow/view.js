// ModuleFlow: see module_flow.py.

import { button, slider, table, way } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, digits } from "../shared/numbers.js";
import { following, settled } from "../shared/python.js";
import { Jacobian } from "./jacobian.js";
import { active, entry, looked, shape, steps, told } from "./model.js";
import { Row } from "./row.js";

const MOST = 200; // rows of the table of entries

class ModuleFlow {
    constructor(model, el) {
        this.samples = model.get("samples");
        this.look = model.get("look");
        this.result = model.get("result");
        this.step = steps(this.result.modules);
        this.cursor = [0, 0];
        this.names = null;
        this.python = following(model, "run", { asked: () => this.look, took: (result) => this.took(result) });
        this.settled = settled(model, "look", () => this.look);
        this.build();
        el.append(this.frame.element);
        this.draw();
        this.frame.say(this.words(), "");
        if (this.result.look.sample !== this.look.sample) this.python.follow();
    }

    build() {
        const back = button("◀ Back", () => this.go(this.step - 1), { key: "b", title: "One module back (key b)" });
        const step = button("Step ▶", () => this.go(this.step + 1), { key: "s", title: "One module on (key s)" });
        const reset = button("Reset", () => this.go(0), { key: "r", title: "The input only (key r)" });
        const all = button("All", () => this.go(steps(this.result.modules)), {
            key: "a",
            title: "Forward and back (key a)",
        });
        const wrong = button("First wrong", () => this.choose(null), {
            key: "w",
            title: "The first wrong module (key w)",
        });
        this.frame = frame({
            label: "Modules in a row",
            keys: { b: back, s: step, r: reset, a: all, w: wrong },
            tabulate: () => this.tabulate(),
        });
        this.sample = slider({
            name: "sample",
            value: this.look.sample,
            min: 0,
            max: this.samples - 1,
            step: 1,
            oninput: (value) => this.moved(between(0, Math.round(value), this.samples - 1)),
        });
        this.maps = html("div", { class: "chainrule-maps" });
        this.place = html("div");
        this.verdict = html("div");
        this.frame.bar.append(reset, back, step, all, wrong, this.frame.toggle);
        this.frame.picture.append(this.place, this.maps);
        if (this.samples > 1) this.frame.below.append(this.sample.element);
        this.frame.tell(this.verdict);
    }

    moved(sample) {
        this.look = { ...this.look, sample };
        this.sample.set(sample);
        this.python.follow();
        this.settled.moved();
    }

    took(result) {
        const whole = this.step === steps(this.result.modules);
        this.result = result;
        this.step = whole ? steps(result.modules) : Math.min(this.step, steps(result.modules));
        this.draw();
        this.frame.say(this.words(), [this.words(), ...result.said.map(({ text }) => text)].join(" "));
    }

    go(to) {
        this.step = between(0, to, steps(this.result.modules));
        this.draw();
        this.frame.say(told(this.result.modules, this.step));
    }

    choose(module) {
        this.look = { ...this.look, module };
        this.cursor = this.module()?.wrong[0] ?? [0, 0];
        this.draw();
        this.frame.say(this.words());
        this.settled.moved();
    }

    /** The module whose Jacobians are shown. */
    module() {
        return this.result.modules[looked(this.look.module, this.result)];
    }

    draw() {
        const { modules, first, said } = this.result;
        const names = modules.map(({ name }) => name).join();
        if (names !== this.names) {
            this.names = names;
            this.row = modules.length ? new Row(modules, (i) => this.choose(i)) : null;
            this.place.replaceChildren(...(this.row ? [this.row.element] : []));
        }
        const now = this.step === steps(modules) ? null : active(this.step, modules.length);
        this.row?.draw(modules, { step: this.step, chosen: looked(this.look.module, this.result), first, now });
        this.sample.describe(`sample ${this.look.sample}`);
        this.drawMaps();
        this.verdict.replaceChildren(...said.map(verdict));
        this.frame.refresh();
    }

    drawMaps() {
        const module = this.module();
        if (!module?.by_bprop) {
            this.maps.replaceChildren();
            this.both = [];
            return;
        }
        const handlers = {
            move: (i, j) => this.steerTo(i, j),
            steer: (event) => {
                const by = way(event);
                if (by) this.steerTo(this.cursor[0] + by[1], this.cursor[1] + by[0]);
            },
        };
        const what = module.loss ? "gradient" : "Jacobian";
        const titles = module.loss
            ? [`${module.name}: the ${what}, by bprop`, "measured: entry by entry, by differences"]
            : [`${module.name}: its ${what} by rows, from bprop`, "by columns, from differences of fprop"];
        this.both = [module.by_bprop, module.by_differences].map(
            (rows, i) =>
                new Jacobian(
                    titles[i],
                    rows.map((row) => row.map(Number)),
                    module.wrong,
                    handlers,
                ),
        );
        this.maps.replaceChildren(...this.both.map(({ element }) => element));
        this.drawCursor();
    }

    steerTo(i, j) {
        const { by_bprop: rows } = this.module();
        this.cursor = [between(0, i, rows.length - 1), between(0, j, rows[0].length - 1)];
        this.drawCursor();
        this.frame.say(this.words());
    }

    drawCursor() {
        const { by_bprop: rows } = this.module();
        this.cursor = [Math.min(this.cursor[0], rows.length - 1), Math.min(this.cursor[1], rows[0].length - 1)];
        for (const map of this.both) map.at(...this.cursor, `${this.words()} Arrow keys move from entry to entry.`);
    }

    /** What is at the cursor, in words. */
    words() {
        const module = this.module();
        if (!module) return "There are no modules.";
        if (!module.by_bprop) return `${module.name} has no Jacobian to show.`;
        const [i, j] = this.cursor;
        const { yours, measured, wrong } = entry(module, i, j);
        return `${module.name}, entry [${i}, ${j}]: by bprop ${digits(yours)}, measured ${digits(measured)}, ${wrong ? "✗ wrong" : "✓ the same"}.`;
    }

    tabulate() {
        const { modules } = this.result;
        const rows = modules.map((each) => [
            each.name,
            shape(each.given),
            each.loss ? String(each.value ?? "") : shape(each.out),
            shape(each.back),
            each.stopped || each.wrong.length ? "✗" : each.by_bprop ? "✓" : "",
        ]);
        const module = this.module();
        const entries = module?.by_bprop?.flatMap((row, i) => row.map((_, j) => [i, j])).slice(0, MOST) ?? [];
        const numbers = entries.map(([i, j]) => {
            const { yours, measured, wrong } = entry(module, i, j);
            return [`[${i}, ${j}]`, digits(yours), digits(measured), wrong ? "✗" : "✓"];
        });
        const heads = ["module", "→ takes", "→ gives", "← passes back", "right?"];
        const which = module?.loss ? "gradient" : "Jacobian";
        return html(
            "div",
            {},
            table("The modules, from the input", heads, rows),
            ...(numbers.length
                ? [table(`The ${which} of ${module.name}`, ["entry", "by bprop", "measured", "right?"], numbers)]
                : []),
        );
    }

    close() {
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new ModuleFlow(model, el);
        return () => view.close();
    },
};
