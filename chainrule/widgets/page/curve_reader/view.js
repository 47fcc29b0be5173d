// CurveReader: see curve_reader.py.

import { button, slider, table } from "../shared/controls.js";
import { html } from "../shared/elements.js";
import { frame, verdict } from "../shared/frame.js";
import { between, number } from "../shared/numbers.js";
import { asker, settled } from "../shared/python.js";
import { Curves, cell } from "./draw.js";
import { begun, EPOCHS, epoch, MOST_UNITS, unpacked } from "./model.js";
import { read } from "./words.js";

const LIMITS = { eta: [0, 2], size: [1, 500], units: [1, MOST_UNITS] };
const empty = () => ({ losses: [], misread: [] });
const inOrder = ({ eta, size, units, slips }) => ({ eta, size, units, slips });

class CurveReader {
    constructor(model, el) {
        this.model = model;
        const bytes = { pixels: model.get("pixels"), labels: model.get("labels"), draws: model.get("draws") };
        this.data = unpacked(model.get("shapes"), bytes);
        this.slips = model.get("slips");
        this.asks = model.get("asks");
        this.given = inOrder(model.get("state"));
        this.state = this.given;
        this.curves = empty();
        this.reference = empty();
        this.said = [];
        this.right = null;
        this.waiting = null;
        this.count = 0; // of the runs that were begun: an epoch of an earlier one is let go
        this.python = asker(model, () => this.begin());
        this.settled = settled(model, "state", () => this.state);
        this.build();
        el.append(this.frame.element);
        this.begin();
    }

    build() {
        const again = button("Train again", () => this.begin(), { key: "g", title: "The same once more (key g)" });
        const reset = button("Reset", () => this.moved(this.given), { key: "r", title: "As it was at first (key r)" });
        this.frame = frame({
            label: "Training curves",
            keys: { g: again, r: reset },
            tabulate: () => this.tabulate(),
        });
        this.picture = new Curves(this.data.shapes.tests);
        const control = (name, key, step) => {
            const [min, max] = LIMITS[key];
            const oninput = (value) => this.moved({ [key]: value });
            return slider({ name, value: this.state[key], min, max, step, oninput });
        };
        this.sliders = {
            eta: control("rate", "eta", 0.01),
            size: control("batch", "size", 1),
            units: control("units", "units", 1),
        };
        this.switches = Object.fromEntries(
            Object.entries(this.slips).map(([slip, words]) => [slip, button(words, () => this.plant(slip))]),
        );
        const planted = html("div", {
            class: "chainrule-bar chainrule-choice",
            role: "group",
            "aria-label": "Slips to plant",
        });
        planted.append(...Object.values(this.switches));
        this.verdict = html("div");
        this.frame.bar.append(reset, again, this.frame.toggle);
        this.frame.bar.after(planted);
        this.frame.picture.append(this.picture.element);
        this.frame.below.append(...Object.values(this.sliders).map(({ element }) => element));
        this.frame.tell(this.verdict);
    }

    plant(slip) {
        const { slips } = this.state;
        const planted = slips.includes(slip) ? slips.filter((each) => each !== slip) : [...slips, slip];
        this.moved({ slips: planted });
    }

    moved(change) {
        const next = { ...this.state, ...change };
        next.eta = between(0, next.eta, 100);
        next.size = between(1, Math.round(next.size), this.data.shapes.samples);
        next.units = between(1, Math.round(next.units), MOST_UNITS);
        this.state = inOrder(next);
        for (const [key, control] of Object.entries(this.sliders)) if (key in change) control.set(this.state[key]);
        this.settled.moved();
        this.begin();
    }

    /** Begin a run with the present settings; the one before it is let go. */
    begin() {
        this.count += 1;
        this.curves = empty();
        this.said = [];
        const run = this.count;
        for (const [slip, each] of Object.entries(this.switches)) {
            each.setAttribute("aria-pressed", String(this.state.slips.includes(slip)));
        }
        if (this.asks) this.theirs(run);
        else this.ours(run, begun(this.data, this.state), this.curves);
        if (this.reference.losses.length < EPOCHS) {
            this.right ??= begun(this.data, { ...this.given, slips: [] });
            this.refer();
        }
    }

    /** Train in the page, one epoch at a time, so that the page stays alive. */
    ours(run, training, curves) {
        if (run !== this.count) return;
        const { loss, misread } = epoch(training);
        curves.losses.push(loss);
        curves.misread.push(misread);
        this.draw();
        if (training.epochs < EPOCHS) setTimeout(() => this.ours(run, training, curves));
        else this.keep();
    }

    /** The right run, behind whatever else is going on. */
    refer() {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => {
            const { loss, misread } = epoch(this.right);
            this.reference.losses.push(loss);
            this.reference.misread.push(misread);
            this.draw();
            if (this.reference.losses.length < EPOCHS) this.refer();
        });
    }

    /** Train with the student's function, one epoch a question. */
    async theirs(run) {
        const judged = await this.python.ask("judge", {});
        if (run !== this.count || judged === null) return;
        this.said = [judged];
        for (let number = 0; number < EPOCHS; number += 1) {
            const answer = await this.python.ask("epoch", { ...this.state, epoch: number });
            if (run !== this.count || answer === null) return;
            if (answer.said !== null) {
                if (answer.said !== judged.text) this.said = [judged, { text: answer.said, wrong: false }];
                this.draw();
                return;
            }
            this.curves.losses.push(Number(answer.loss));
            this.curves.misread.push(answer.misread);
            this.draw();
        }
        this.keep();
    }

    /** A run has ended: Python draws it for a page without a kernel. */
    keep() {
        this.model.set("curves", { state: this.state, ...this.curves });
        this.model.save_changes();
    }

    words() {
        const { eta, size, units, slips } = this.state;
        const planted = slips.length ? ` Planted: ${slips.map((slip) => this.slips[slip]).join("; ")}.` : "";
        const run = read(this.curves, this.data.shapes);
        return `Rate ${number(eta)}, batches of ${size}, ${units} units.${planted} ${run}`;
    }

    draw() {
        const words = this.words();
        this.picture.draw(this.curves, this.reference, words);
        for (const [key, control] of Object.entries(this.sliders)) control.describe(number(this.state[key]));
        this.verdict.replaceChildren(...this.said.map(verdict));
        this.frame.say(words, [words, ...this.said.map(({ text }) => text)].join(" "));
        this.frame.refresh();
    }

    tabulate() {
        const { losses, misread } = this.curves;
        const rows = Array.from({ length: Math.max(losses.length, this.reference.losses.length) }, (_, i) => [
            String(i + 1),
            cell(losses[i]),
            cell(misread[i]),
            cell(this.reference.losses[i]),
            cell(this.reference.misread[i]),
        ]);
        const heads = ["epoch", "loss", "misread", "loss, a right run", "misread, a right run"];
        return table(
            `Rate ${number(this.state.eta)}, batches of ${this.state.size}, ${this.state.units} units`,
            heads,
            rows,
        );
    }

    close() {
        this.count += 1;
        clearTimeout(this.waiting);
        this.settled.close();
        this.python.close();
    }
}

export default {
    render({ model, el }) {
        const view = new CurveReader(model, el);
        return () => view.close();
    },
};
