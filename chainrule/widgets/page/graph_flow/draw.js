// The picture of a graph. chainrule/layout.py says where everything stands, here as in the picture of a cell.

import { pressing, reachable } from "../shared/controls.js";
import { svg, text, visible, write } from "../shared/elements.js";

const STUB = 84; // as there: from a box to where its edge leaves for the gates that use it

/** A curve through points that is level at each of them. */
function curve([first, ...others]) {
    let path = `M${first[0]} ${first[1]}`;
    let [x, y] = first;
    for (const [right, down] of others) {
        const middle = (x + right) / 2;
        path += `C${middle} ${y} ${middle} ${down} ${right} ${down}`;
        [x, y] = [right, down];
    }
    return svg("path", { class: "chainrule-edge", d: path });
}

const tip = ([x, y]) => svg("path", { class: "chainrule-tip", d: `M${x} ${y}l-8 -4v8z` });

/** An input or a gate, with room for its numbers: what changes with the numbers, and its elements. */
function box(name, gate, { x, y, width }, choose) {
    const start = x + width / 2;
    const label = (kind, lift, words = "") => text({ class: `chainrule-${kind}`, x: start + 6, y: y + lift }, words);
    const part = {
        gate,
        name: label("edge-name", -23, gate ? name : ""),
        value: label("value", -6),
        gradient: label("gradient", 17),
        wrong: label("wrong", 34),
        mark: svg("rect", {
            class: "chainrule-mark",
            x: start + 2,
            y: y - 38,
            width: STUB - 2,
            height: 76,
            rx: 4,
            visibility: "hidden",
        }),
        button: svg(
            "g",
            {
                class: "chainrule-gate",
                ...reachable(name),
                "aria-pressed": "false",
                onclick: () => choose(name),
                onkeydown: pressing(() => choose(name)),
            },
            svg("rect", {
                class: gate ? "chainrule-box" : "chainrule-box chainrule-input",
                x: x - width / 2,
                y: y - 17,
                width,
                height: 34,
                rx: gate ? 17 : 0,
            }),
            text({ x, y: y + 5, "text-anchor": "middle" }, gate ? gate.symbol : name),
        ),
    };
    const numbers = svg("g", { "aria-hidden": "true" }, part.mark, part.name, part.value, part.gradient, part.wrong);
    const edge = svg("path", { class: "chainrule-edge", d: `M${start} ${y}h${STUB}` });
    return { part, elements: [edge, part.button, numbers] };
}

/** The picture: { element, parts } where parts[name] holds what changes with the numbers. */
export function picture(graph, { width, height, boxes, edges }, choose) {
    const element = svg("svg", {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: "group",
        "aria-label": "The graph",
        style: `min-width: ${0.7 * width}px`,
    });
    const parts = {};
    element.append(...edges.flatMap((points) => [curve(points), tip(points.at(-1))]));
    for (const [name, place] of Object.entries(boxes)) {
        const gate = graph.gates.find((each) => each.output === name);
        const { part, elements } = box(name, gate, place, choose);
        parts[name] = part;
        element.append(...elements);
    }
    const { x, y, width: wide } = boxes[graph.gates.at(-1).output];
    element.append(tip([x + wide / 2 + STUB + 6, y]));
    return { element, parts };
}

/** Write the numbers of an edge, as texts, and how it stands: is it the `first` wrong one, its step `now`, `chosen`? */
export function show(name, part, { value, gradient, wrong }, { first, now, chosen }) {
    write(part.value, value && `→ ${value}`);
    write(part.gradient, gradient && `← ${gradient}`);
    write(part.wrong, wrong.length ? wrong[0].replace(/^.* is|^measured/, "✗") : "");
    visible(part.mark, first && wrong.length > 0);
    part.button.classList.toggle("chainrule-now", now);
    part.button.setAttribute("aria-pressed", String(chosen));
    const { symbol, inputs } = part.gate ?? {};
    const kind = part.gate ? `Gate ${symbol} takes ${inputs.join(" and ")} and gives ${name}` : `Input ${name}`;
    const words = [
        value && `value ${value}`,
        gradient && `gradient ${gradient}`,
        ...wrong.map((each) => `wrong, ${each}`),
    ]
        .filter(Boolean)
        .join(", ");
    part.button.setAttribute("aria-label", words ? `${kind}: ${words}` : kind);
}
