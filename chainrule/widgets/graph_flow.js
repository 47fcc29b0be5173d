// GraphFlow: see graph_flow.py. The operations are those of chainrule/graph.py; a test compares their gradients.

const squared = (name) => math("msup", {}, math("mi", {}, name), math("mn", {}, "2"));
const over = (above, below) => math("mfrac", {}, above, below);

/** Per operation: its value, its local derivatives, and these written with the names of inputs and output. */
const OPERATIONS = {
    "add": [(x, y) => x + y, () => [1, 1], () => [["1"], ["1"]]],
    "subtract": [(x, y) => x - y, () => [1, -1], () => [["1"], ["−", "1"]]],
    "multiply": [(x, y) => x * y, (x, y) => [y, x], ([x, y]) => [[y], [x]]],
    "max": [
        (x, y) => (x >= y ? x : y), (x, y) => (x >= y ? [1, 0] : [0, 1]), () => [["1 or 0"], ["1 or 0"]],
    ],
    "add-constant": [(x, c) => x + c, () => [1], () => [["1"]]],
    "multiply-constant": [(x, c) => x * c, (x, c) => [c], (_, out, c) => [[c]]],
    "max-constant": [(x, c) => (x > c ? x : c), (x, c) => [x > c ? 1 : 0], () => [["1 or 0"]]],
    "reciprocal": [
        (x) => 1 / x, (x) => [-1 / x ** 2], ([x]) => [["−", over(math("mn", {}, "1"), squared(x))]],
    ],
    "square": [(x) => x * x, (x) => [2 * x], ([x]) => [["2", x]]],
    "exp": [Math.exp, (x) => [Math.exp(x)], ([x]) => [[math("msup", {}, math("mi", {}, "e"), math("mi", {}, x))]]],
    "sigmoid": [sigmoid, (x) => [sigmoid(x) * sigmoid(-x)], (_, out) => [["(", "1", "−", out, ")", out]]],
};

const given = (gate, values) =>
    [...gate.inputs.map((name) => values[name]), ...(gate.constant === null ? [] : [gate.constant])];
const locals = (gate, values) => OPERATIONS[gate.operation][1](...given(gate, values));

/** Every edge's value, in order of computation. */
export function forward(graph, inputs) {
    const values = { ...inputs };
    for (const gate of graph.gates) values[gate.output] = OPERATIONS[gate.operation][0](...given(gate, values));
    return values;
}

/**
 * The gradients after the last `count` gates have passed theirs on, and how many are still to come to each edge.
 */
export function backward(graph, values, count = graph.gates.length) {
    const names = [...graph.inputs, ...graph.gates.map((gate) => gate.output)];
    const gradients = Object.fromEntries(names.map((name) => [name, 0]));
    const missing = Object.fromEntries(names.map((name) => [name, 0]));
    for (const gate of graph.gates) for (const name of gate.inputs) missing[name] += 1;
    gradients[graph.gates.at(-1).output] = 1;
    for (const gate of graph.gates.toReversed().slice(0, count)) {
        locals(gate, values).forEach((derivative, i) => {
            gradients[gate.inputs[i]] += derivative * gradients[gate.output];
            missing[gate.inputs[i]] -= 1;
        });
    }
    return { gradients, missing };
}

const STUB = 84; // from a box to where its edge leaves for the gates that use it; its numbers stand above and below
const HEIGHT = 84;
const COLUMN = STUB + 40;
const boxWidth = (text) => Math.max(34, 9 * text.length + 16);

/** A layout by dagre, with the inputs in their order or in one that avoids more crossings. */
function planned(graph, texts, keepOrder) {
    const plan = new dagre.graphlib.Graph({ multigraph: true });
    plan.setGraph({ rankdir: "LR", nodesep: 8, ranksep: 36, marginx: 10, marginy: 4 });
    for (const [name, text] of Object.entries(texts)) {
        plan.setNode(name, { width: boxWidth(text) + STUB, height: HEIGHT });
    }
    graph.gates.forEach((gate) =>
        gate.inputs.forEach((name, i) => plan.setEdge(name, gate.output, {}, `${gate.output} ${i}`)));
    dagre.layout(plan, { disableOptimalOrderHeuristic: keepOrder });
    return plan;
}

/** How often edges cross. */
function crossings(routes) {
    const segments = routes.flatMap(({ points }) => points.slice(1).map((point, i) => [points[i], point]));
    const side = (a, b, c) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
    const cross = ([a, b], [c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    return segments.flatMap((one, i) => segments.slice(0, i).filter((other) => cross(one, other))).length;
}

/** Where everything stands: { width, height, boxes: {name: {x, y, width, text}}, edges: [{path, end}] }. */
function layout(graph) {
    const texts = Object.fromEntries(graph.inputs.map((name) => [name, name]));
    for (const gate of graph.gates) texts[gate.output] = gate.symbol;
    const [inOrder, reordered] = [true, false].map((keep) => placed(graph, texts, planned(graph, texts, keep)));
    const { size, boxes, routes } = crossings(inOrder.routes) > crossings(reordered.routes) ? reordered : inOrder;
    const edges = routes.map(({ points }) => curve(points));
    return { width: size.width + 24, height: size.height, boxes, edges };
}

/** Boxes with room for numbers, and the points that edges go through. */
function placed(graph, texts, plan) {
    const boxes = {};
    for (const name of plan.nodes()) {
        const { x, y } = plan.node(name);
        boxes[name] = { x: x - STUB / 2, y, width: boxWidth(texts[name]), text: texts[name] };
    }
    const routes = graph.gates.flatMap((gate) => gate.inputs.map((name, i) => {
        const { x, width, y } = boxes[name];
        const start = { x: x + width / 2 + STUB, y };
        return { gate, points: [start, ...past(plan.edge(name, gate.output, `${gate.output} ${i}`).points)] };
    }));
    for (const gate of graph.gates) {
        const { x, width, y } = boxes[gate.output];
        const arriving = routes.filter((route) => route.gate === gate);
        arriving.sort((a, b) => a.points.at(-1).y - b.points.at(-1).y);
        arriving.forEach(({ points }, i) => points.push({ x: x - width / 2, y: y + 14 * (i - (arriving.length - 1) / 2) }));
    }
    return { size: plan.graph(), boxes, routes };
}

/** The way of an edge past the boxes of the columns between its ends. Of the points inside, each second is a column. */
const past = (points) => points.slice(1, -1)
    .filter((_, i) => i % 2)
    .flatMap(({ x, y }) => [{ x: x - COLUMN / 2, y }, { x: x + COLUMN / 2, y }]);

/** A curve through points that is level at each of them. */
function curve([first, ...others]) {
    let path = `M${first.x} ${first.y}`;
    let last = first;
    for (const point of others) {
        const middle = (last.x + point.x) / 2;
        path += `C${middle} ${last.y} ${middle} ${point.y} ${point.x} ${point.y}`;
        last = point;
    }
    return { path, end: last };
}

const tip = ({ x, y }) => svg("path", { class: "chainrule-tip", d: `M${x} ${y}l-8 -4v8z` });

/** The picture: { element, parts } where parts[name] holds what changes with the numbers. */
function picture(graph, choose) {
    const { width, height, boxes, edges } = layout(graph);
    const element = svg("svg", {
        viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "The graph",
        style: `min-width: ${0.7 * width}px`,
    });
    const parts = {};
    element.append(...edges.flatMap(({ path, end }) => [svg("path", { class: "chainrule-edge", d: path }), tip(end)]));
    const output = graph.gates.at(-1).output;
    for (const [name, box] of Object.entries(boxes)) {
        const gate = graph.gates.find((each) => each.output === name);
        const start = box.x + box.width / 2;
        const label = (kind, y) => svg("text", { class: `chainrule-${kind}`, x: start + 6, y: box.y + y });
        const part = parts[name] = {
            gate,
            name: label("edge-name", -23), value: label("value", -6), gradient: label("gradient", 17),
            wrong: label("wrong", 34),
            mark: svg("rect", {
                class: "chainrule-mark", x: start + 2, y: box.y - 38, width: STUB - 2, height: 76, rx: 4, visibility: "hidden",
            }),
        };
        if (gate) part.name.textContent = name;
        const shape = svg("rect", {
            class: gate ? "chainrule-box" : "chainrule-box chainrule-input",
            x: box.x - box.width / 2, y: box.y - 17, width: box.width, height: 34, rx: gate ? 17 : 0,
        });
        const text = svg("text", { x: box.x, y: box.y + 5, "text-anchor": "middle" });
        text.textContent = box.text;
        part.button = svg("g", {
            class: "chainrule-gate", ...reachable(name), "aria-pressed": "false", onclick: () => choose(name),
            onkeydown: (event) => {
                if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    choose(name);
                }
            },
        }, shape, text);
        const line = svg("path", { class: "chainrule-edge", d: `M${start} ${box.y}h${STUB}` });
        element.append(line, part.button, svg("g", { "aria-hidden": "true" },
            part.mark, part.name, part.value, part.gradient, part.wrong));
        if (name === output) element.append(tip({ x: start + STUB + 6, y: box.y }));
    }
    return { element, parts };
}

/** How each input of a gate gets its gradient: upstream × local, typeset. */
function ofGate(gate, output, values, gradients) {
    const upstream = gradients[gate.output];
    const derivatives = locals(gate, values);
    const written = OPERATIONS[gate.operation][2](gate.inputs, gate.output, gate.constant);
    return gate.inputs.map((name, i) => html("p", {},
        `${name} gets by this gate `,
        formula(derivative(output, gate.output), "·", derivative(gate.output, name), "=", upstream, "·",
            ...(derivatives[i] < 0 ? ["(", derivatives[i], ")"] : [derivatives[i]]), "=", upstream * derivatives[i]),
        ", where the local derivative is ",
        formula(derivative(gate.output, name), "=", ...written[i], "=", derivatives[i])));
}

/** The gradients that meet at an edge, one for each use of it. */
function meeting(graph, name, values, gradients) {
    const terms = graph.gates.flatMap((gate) => locals(gate, values)
        .filter((_, i) => gate.inputs[i] === name)
        .map((local) => local * gradients[gate.output]));
    if (terms.length < 2) return null;
    const signed = terms.flatMap((term, i) => [...(i ? [term < 0 ? "−" : "+"] : []), i ? Math.abs(term) : term]);
    return html("p", {}, `${terms.length} gradients meet at ${name} and add up: `,
        formula(...signed, "=", terms.reduce((sum, term) => sum + term, 0)));
}

function render({ model, el }) {
    const graph = model.get("graph");
    const count = graph.gates.length;
    const output = graph.gates.at(-1).output;
    const last = 2 * count + 1; // inputs only, each gate forward, the output's 1, each gate backward
    const state = { inputs: numbers(model.get("inputs")), step: last, chosen: null, result: model.get("result"), late: false };
    const asks = model.get("asks");
    const { ask, close } = asker(model, follow);

    const back = button("◀ Back", () => move(-1), { key: "b", title: "One gate back (key b)" });
    const step = button("Step ▶", () => move(1), { key: "s", title: "One gate on (key s)" });
    const play = button("Play", () => playing(!timer), { key: "p", title: "Gate by gate (key p)" });
    const reset = button("Reset", () => go(0), { key: "r", title: "Inputs only (key r)" });
    const all = button("All", () => go(last), { key: "a", title: "Forward and backward at once (key a)" });
    play.setAttribute("aria-pressed", "false");
    const { element, bar, picture: place, below, toggle, say, refresh } = frame({
        label: `Computational graph with output ${output}`,
        keys: { b: back, s: step, p: play, r: reset, a: all },
        tabulate,
    });
    const { element: drawing, parts } = picture(graph, choose);
    const sliders = Object.fromEntries(graph.inputs.map((name) => [name, slider({
        name, value: state.inputs[name], min: -5, max: 5, step: 0.1, oninput: (value) => moved(name, value),
    })]));
    const verdict = html("div");
    const detail = html("div");
    bar.append(reset, back, step, play, all, toggle);
    place.append(drawing);
    below.append(...graph.inputs.map((name) => sliders[name].element));
    element.insertBefore(verdict, element.querySelector(".chainrule-line"));
    element.insertBefore(detail, element.querySelector(".chainrule-line"));
    el.append(element);

    let timer = null;
    function playing(on) {
        clearInterval(timer);
        timer = on ? setInterval(() => (state.step < last ? move(1) : playing(false)), 1000) : null;
        play.setAttribute("aria-pressed", String(on));
        if (on && state.step === last) go(0);
    }
    function go(to) {
        state.step = to;
        draw();
        say(told());
    }
    const move = (by) => go(Math.min(last, Math.max(0, state.step + by)));

    function choose(name) {
        state.chosen = state.chosen === name ? null : name;
        draw();
        say(state.chosen ? numbersOf(name) : "");
    }

    let settled;
    function moved(name, value) {
        state.inputs = { ...state.inputs, [name]: value };
        if (!asks) draw();
        else follow();
        clearTimeout(settled);
        settled = setTimeout(() => {
            model.set("inputs", state.inputs);
            model.save_changes();
            if (asks && !current()) {
                state.late = true;
                draw();
                say("Your code has not answered yet; these are the graph's own numbers.");
            }
        }, 800);
        say(line(name), `${name} = ${number(value)}. ${numbersOf(output)}`);
    }
    const line = (name) => (state.step === last ? "" : told());

    function took(result) {
        Object.assign(state, { result, late: false });
        draw();
    }
    function follow() {
        ask("run", state.inputs).then((result) => result && took(result));
    }
    const same = (a, b) => graph.inputs.every((name) => a[name] === b[name]);
    const current = () => same(numbers(state.result.inputs), state.inputs);

    /**
     * What stands on the edges. With functions of the student's it is their last answer, in a fast drag one frame behind
     * the sliders; the graph's own numbers where they don't answer.
     */
    function now() {
        const theirs = asks && !state.late ? state.result : null;
        const values = forward(graph, theirs ? numbers(theirs.inputs) : state.inputs);
        const done = Math.max(0, state.step - count - 1);
        const { gradients, missing } = backward(graph, values, done);
        const whole = backward(graph, values).gradients;
        return { values, gradients, missing, whole, theirs };
    }

    /** The two numbers of an edge as texts, and what is wrong with them; empty before their time. */
    function texts(name, { values, gradients, missing, theirs }) {
        const gate = graph.gates.findIndex((each) => each.output === name);
        const value = state.step > gate ? shownNumber(theirs?.values, theirs?.said, "values", name, values[name]) : "";
        const begun = state.step > count && (name === output || missing[name] < uses(name));
        const open = begun && missing[name] > 0;
        const gradient = !begun ? "" : open
            ? `${number(gradients[name])} + …`
            : shownNumber(theirs?.gradients, theirs?.said, "gradients", name, gradients[name]);
        const wrong = [
            state.step > gate && theirs?.wrong.values.includes(name) && `right is → ${number(values[name])}`,
            begun && !open && theirs?.wrong.gradients.includes(name)
                && `measured ← ${number(Number(theirs.measured[name]))}`,
        ].filter(Boolean);
        return { value, gradient, wrong };
    }
    const used = {};
    for (const gate of graph.gates) for (const name of gate.inputs) used[name] = (used[name] ?? 0) + 1;
    const uses = (name) => used[name] ?? 0;
    function shownNumber(theirs, said, about, name, own) {
        if (!theirs || !said.some((each) => each.about === about)) return number(own);
        return name in theirs ? number(Number(theirs[name])) : "?";
    }

    function draw() {
        const numbersNow = now();
        const { theirs } = numbersNow;
        const active = state.step === 0 || state.step === last ? null
            : state.step <= count ? state.step - 1 : count - Math.max(1, state.step - count - 1);
        const firsts = (theirs?.said ?? []).map((each) => each.edge);
        for (const [name, part] of Object.entries(parts)) {
            const { value, gradient, wrong } = texts(name, numbersNow);
            write(part.value, value && `→ ${value}`);
            write(part.gradient, gradient && `← ${gradient}`);
            const first = firsts.includes(name) && wrong.length > 0;
            write(part.wrong, wrong.length ? wrong[0].replace(/^.* is|^measured/, "✗") : "");
            part.mark.setAttribute("visibility", first ? "visible" : "hidden");
            part.button.classList.toggle("chainrule-now", active !== null && part.gate === graph.gates[active]);
            part.button.setAttribute("aria-pressed", String(state.chosen === name));
            const kind = part.gate ? `Gate ${part.gate.symbol}, gives ${name}` : `Input ${name}`;
            const words = [value && `value ${value}`, gradient && `gradient ${gradient}`, ...wrong.map((each) => `wrong, ${each}`)];
            part.button.setAttribute("aria-label", [kind, ...words.filter(Boolean)].join(", "));
            sliders[name]?.describe([`${name} ${number(state.inputs[name])}`, gradient && `gradient ${gradient}`]
                .filter(Boolean).join(", "));
        }
        verdict.replaceChildren(...(theirs?.said ?? []).map(report));
        explain(numbersNow);
        refresh();
    }
    const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

    function report({ text, edge, lines }) {
        const lead = lines.length === 1 ? "The line that sets it:" : "The lines that set it:";
        return html("div", { class: edge ? "chainrule-verdict chainrule-at-fault" : "chainrule-verdict" },
            html("p", {}, `${edge ? "✗ " : ""}${text}`),
            ...(lines.length ? [html("p", {}, lead), html("pre", {}, lines.join("\n"))] : []));
    }

    function explain({ values, whole }) {
        const name = state.chosen;
        const gate = graph.gates.find((each) => each.output === name);
        const heading = gate ? `Gate ${gate.symbol}, gives ${name}` : `Input ${name}`;
        detail.replaceChildren(...(!name ? [] : [html("div", { class: "chainrule-verdict" },
            html("p", {}, html("strong", {}, heading)),
            ...(gate ? ofGate(gate, output, values, whole) : []),
            meeting(graph, name, values, whole),
            gate || uses(name) > 1 ? null : html("p", {}, `${name} gets its gradient from the one gate that uses it.`))]));
    }

    const numbersOf = (name) => {
        const { value, gradient } = texts(name, now());
        return [value && `${name} is ${value}`, gradient && `gradient of ${name} is ${gradient}`].filter(Boolean).join(", ");
    };

    /** The present step in words. */
    function told() {
        const { values, whole } = now();
        if (state.step === 0) return "The inputs. Step goes forward, gate by gate.";
        if (state.step === last) return "Every value and every gradient.";
        if (state.step === count + 1) return `Backward begins: the gradient of ${output} by itself is 1.`;
        const back = state.step > count;
        const gate = graph.gates[back ? 2 * count + 1 - state.step : state.step - 1];
        if (!back) {
            const taken = gate.inputs.map((name) => `${name} = ${number(values[name])}`).join(" and ");
            return `Forward: gate ${gate.symbol} takes ${taken} and gives ${gate.output} = ${number(values[gate.output])}.`;
        }
        const parts = locals(gate, values).map((local, i) => {
            const product = number(local * whole[gate.output]);
            return `${gate.inputs[i]} gets ${number(whole[gate.output])} × ${number(local)} = ${product}`;
        });
        return `Backward through ${gate.symbol}: ${parts.join("; ")}.`;
    }

    function tabulate() {
        const numbersNow = now();
        const heads = ["edge", "→ value", "← gradient", ...(asks ? ["measured", "right?"] : [])];
        const rows = Object.keys(parts).map((name) => {
            const { value, gradient, wrong } = texts(name, numbersNow);
            const { theirs } = numbersNow;
            const judged = !theirs || !gradient ? "" : wrong.length ? `✗ ${wrong.join(", ")}` : gradient === "?" ? "?" : "✓";
            const measured = theirs && gradient ? number(Number(theirs.measured[name])) : "";
            return [name, value, gradient, ...(asks ? [measured, judged] : [])];
        });
        return table(`Values and gradients of the graph with output ${output}`, heads, rows);
    }

    draw();
    if (asks && !current()) follow();
    return () => {
        playing(false);
        close();
    };
}

export default { render };
