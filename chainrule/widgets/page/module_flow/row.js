// The row of modules: boxes, and on the arrows between them the shapes, forward above and back below.

import { pressing, reachable } from "../shared/controls.js";
import { svg, text, visible, write } from "../shared/elements.js";
import { backwardShown, forwardShown, shape } from "./model.js";

const WIDE = 150; // a box
const ARROW = 110;
const TOP = 44; // the middle line
const HEIGHT = 104;
const MARGIN = 12;

const tip = (x, y, way) => `M${x} ${y}l${-8 * way} -4v8z`;

/** The drawing; `choose(i)` is called for a module that is clicked, or reached by Tab and entered. */
export class Row {
    constructor(modules, choose) {
        this.count = modules.length;
        const width = 2 * MARGIN + ARROW + this.count * (WIDE + ARROW);
        this.element = svg("svg", {
            viewBox: `0 0 ${width} ${HEIGHT}`,
            width,
            height: HEIGHT,
            role: "group",
            "aria-label": "The modules",
            style: `min-width: ${0.7 * width}px`,
        });
        this.arrows = Array.from({ length: this.count + 1 }, (_, i) => this.arrow(i));
        this.boxes = modules.map((module, i) => this.box(module, i, choose));
        this.element.append(
            svg("g", { "aria-hidden": "true" }, ...this.arrows.map(({ group }) => group)),
            ...this.boxes.map(({ group }) => group),
        );
    }

    left(i) {
        return MARGIN + ARROW + i * (WIDE + ARROW);
    }

    /** The arrow into module i, or out of the last, with both shapes and a plug for one that doesn't fit. */
    arrow(i) {
        const end = this.left(i);
        const middle = end - ARROW / 2;
        const label = (kind, y) => text({ class: `chainrule-${kind}`, x: middle, y, "text-anchor": "middle" }, "");
        const parts = {
            out: label("value", TOP - 12),
            back: label("gradient", TOP + 30),
            wrong: label("wrong", TOP + 48),
            plug: svg("path", {
                class: "chainrule-mark",
                visibility: "hidden",
                d: `M${end} ${TOP + 4}h-12v16h12M${end - 18} ${TOP + 6}h-14v12h14z`,
            }),
        };
        const forward = svg("path", { class: "chainrule-edge", d: `M${end - ARROW} ${TOP - 6}H${end}` });
        const back = svg("path", { class: "chainrule-edge", d: `M${end - ARROW} ${TOP + 12}H${end}` });
        const tips = svg("path", { class: "chainrule-tip", d: tip(end, TOP - 6, 1) + tip(end - ARROW, TOP + 12, -1) });
        const group = svg("g", {}, forward, back, tips, parts.plug, parts.out, parts.back, parts.wrong);
        return { group, ...parts };
    }

    box({ name }, i, choose) {
        const x = this.left(i);
        const mark = svg("rect", {
            class: "chainrule-mark",
            x: x - 5,
            y: TOP - 31,
            width: WIDE + 10,
            height: 68,
            rx: 10,
            visibility: "hidden",
        });
        const label = text({ x: x + WIDE / 2, y: TOP + 1, "text-anchor": "middle" }, name.split(" ")[0]);
        const below = text({ class: "chainrule-small", x: x + WIDE / 2, y: TOP + 19, "text-anchor": "middle" }, "");
        if (name.length > 20) label.setAttribute("textLength", String(WIDE - 12));
        const shapes = svg("rect", { class: "chainrule-box", x, y: TOP - 26, width: WIDE, height: 58, rx: 6 });
        const button = svg(
            "g",
            {
                class: "chainrule-gate",
                ...reachable(name),
                "aria-pressed": "false",
                onclick: () => choose(i),
                onkeydown: pressing(() => choose(i)),
            },
            shapes,
            label,
            below,
        );
        return { group: svg("g", {}, mark, button), mark, below, button };
    }

    /** Draw a step; `chosen` is the module whose Jacobians are shown, `first` the first wrong one or null. */
    draw(modules, { step, chosen, first, now }) {
        const { count } = this;
        modules.forEach((module, i) => {
            const { mark, below, button } = this.boxes[i];
            const back = backwardShown(i, step, count);
            const wrong = module.stopped || module.wrong.length > 0;
            visible(mark, back && i === first);
            write(below, !back ? "" : wrong ? "✗ wrong" : module.by_bprop ? "✓ Jacobian" : "");
            button.classList.toggle("chainrule-now", i === now);
            button.setAttribute("aria-pressed", String(i === chosen));
            button.setAttribute("aria-label", this.words(module, i, step));
        });
        for (const [i, arrow] of this.arrows.entries()) this.drawArrow(arrow, modules[i], modules[i - 1], i, step);
    }

    drawArrow({ out, back, wrong, plug }, after, before, i, step) {
        const { count } = this;
        const carried = i === 0 ? after.given : before.loss ? null : before.out;
        write(out, (i === 0 || forwardShown(i - 1, step)) && carried ? `→ ${shape(carried)}` : "");
        if (before?.loss) write(out, forwardShown(i - 1, step) && before.value !== null ? "→ loss" : "");
        const returned = i < count && backwardShown(i, step, count) ? after.back : null;
        const begun = i === count && step > count && before.out; // what goes back begins with 1, or with ones
        write(back, returned ? `← ${shape(returned)}` : begun ? (before.loss ? "← 1" : "← ones") : "");
        const unfit = returned && !after.fits;
        visible(plug, Boolean(unfit));
        write(wrong, unfit ? `✗ into ${shape(after.given)}` : "");
    }

    words({ name, given, out, back, loss, fits, wrong, stopped, by_bprop }, i, step) {
        const forward =
            forwardShown(i, step) && out && `takes ${shape(given)}, gives ${loss ? "the loss" : shape(out)}`;
        const shown = backwardShown(i, step, this.count);
        const backward = shown && back && `passes back ${shape(back)}${fits ? "" : ", which does not fit"}`;
        const judged = shown && (stopped || wrong.length ? "wrong" : by_bprop && "its Jacobian is right");
        return [name, forward, backward, judged].filter(Boolean).join(", ");
    }
}
