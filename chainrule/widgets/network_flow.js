// NetworkFlow: see network_flow.py, whose function `passes` computes the same; a test compares them.

/** Both passes of every sample k: A[l][k][j], and delta[l][k][i] without 1/m; delta is null without Y. */
export function passes(thetas, X, Y) {
    const A = [X];
    for (const Theta of thetas) {
        A.push(A.at(-1).map((a) => Theta.map((row) => {
            let z = row[0];
            for (let j = 0; j < a.length; j += 1) z += row[j + 1] * a[j];
            return sigmoid(z);
        })));
    }
    if (Y === null) return { A, delta: null };
    const delta = A.map(() => null);
    delta[thetas.length] = A.at(-1).map((a, k) => a.map((each, i) => each - Y[k][i]));
    for (let l = thetas.length - 1; l > 0; l -= 1) {
        delta[l] = delta[l + 1].map((ahead, k) => A[l][k].map((a, j) =>
            a * (1 - a) * ahead.reduce((sum, each, i) => sum + each * thetas[l][i][j + 1], 0)));
    }
    return { A, delta };
}

/** Per sample δ_i a_j of a weight into layer l; j = 0 is the bias, whose a is the constant 1. */
export const products = ({ A, delta }, l, i, j) =>
    delta[l].map((each, k) => each[i - 1] * (j ? A[l - 1][k][j - 1] : 1));

export const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanRow = (rows) => rows[0].map((_, j) => meanOf(rows.map((row) => row[j])));

const HEAD = 46; // above the units: the layer's name, and what a heat map says
const between = (low, value, high) => Math.min(high, Math.max(low, value));

/** Where everything stands: { width, height, layers, weights }. */
function layout(sizes, limit, backward) {
    const layers = sizes.map((n, l) => {
        const large = n > limit;
        const bias = l < sizes.length - 1;
        const row = between(23, 560 / (n + bias), 62);
        const side = Math.ceil(Math.sqrt(n));
        const cell = between(6, 176 / side, 22);
        const dense = row < 40;
        const grid = cell * Math.ceil(n / side); // the height of a heat map
        const two = large && backward && l > 0; // one of activations, one of δ
        return {
            n, large, bias, row, side, cell, dense,
            radius: dense ? 9 : 16,
            tall: large ? 40 + grid + (two ? grid + 30 : 0) : row * (n + bias),
            stub: dense ? 142 : 92,
            grid, two,
        };
    });
    const middle = HEAD + Math.max(...layers.map(({ tall }) => tall)) / 2;
    const height = 2 * middle - HEAD + 8;
    const weights = [null];
    let x = 12;
    layers.forEach((layer, l) => {
        if (l > 0) {
            const below = layers[l - 1];
            if (layer.large || below.large) {
                const cell = between(4, 460 / (below.n + 1), 9);
                const row = layer.large ? between(4, 300 / layer.n, 8) : layer.row;
                const top = layer.large ? middle - row * layer.n / 2 : middle - layer.tall / 2 + (layer.bias ? row : 0);
                weights.push({ matrix: true, x: x + 14, y: top, cell, row, columns: below.n + 1, rows: layer.n });
                x += Math.max(190, cell * (below.n + 1) + 5 + 32);
            } else {
                weights.push({ matrix: false });
                x += 120;
            }
        }
        const left = x;
        layer.x = left;
        layer.top = middle - layer.tall / 2;
        const first = layer.top + (layer.bias ? layer.row : 0);
        layer.spot = layer.large
            ? (j) => ({ x: left + ((j - 1) % layer.side + 0.5) * layer.cell,
                y: layer.top + 40 + (Math.floor((j - 1) / layer.side) + 0.5) * layer.cell })
            : (j) => ({ x: left + layer.radius, y: first + (j - 0.5) * layer.row });
        if (layer.large) layer.biasSpot = { x: x + 10, y: layer.top + 14 };
        else layer.biasSpot = { x: x + layer.radius, y: layer.top + layer.row / 2 };
        x += layer.large ? layer.side * layer.cell : 2 * layer.radius + layer.stub;
        layer.out = x;
    });
    return { width: x + (backward ? 62 : 12), height, layers, weights };
}

const tenths = (value) => Math.round(10 * value) / 10; // to text in half the time of toFixed

/** Squares or bars, the fuller the larger the number: filled where positive, hollow where negative. */
function heat(values, place, largest) {
    const paths = { filled: "", hollow: "" };
    values.forEach((value, index) => {
        const { x, y, w, h } = place(index, largest ? Math.abs(value) / largest : 0);
        if (w > 0.3 && h > 0.3) {
            const path = `M${tenths(x - w / 2)} ${tenths(y - h / 2)}h${tenths(w)}v${tenths(h)}h${tenths(-w)}z`;
            paths[value < 0 ? "hollow" : "filled"] += path;
        }
    });
    return paths;
}

const text = (attributes, words) => {
    const node = svg("text", attributes);
    node.textContent = words;
    return node;
};
const upper = (name, lower, layer) => math("msubsup", {}, math("mi", {}, name), math("mn", {}, lower),
    math("mrow", {}, math("mo", {}, "("), math("mn", {}, String(layer)), math("mo", {}, ")")));
const times = (a, b) => [a, "·", ...(b < 0 ? ["(", b, ")"] : [b])];
const largestOf = (values) => values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]) ? at : best), 0);

function render({ model, el }) {
    const [thetas, X, Y, limit] = ["thetas", "X", "Y", "drawn"].map((name) => model.get(name));
    const flow = passes(thetas, X, Y);
    const L = thetas.length;
    const m = X.length;
    const sizes = [X[0].length, ...thetas.map((Theta) => Theta.length)];
    const backward = Y !== null;
    const last = backward ? 2 * L : L; // the input, each layer forward, each δ backward
    const { edge: begun, ...kept } = model.get("state");
    const state = { ...kept, edge: begun ?? null, step: last };
    const means = flow.A.map(meanRow);
    const meanDelta = flow.delta?.map((rows) => rows && meanRow(rows));
    const gradientSign = () => (state.mean ? "J" : "L");

    const back = button("◀ Back", () => go(state.step - 1), { key: "b", title: "One layer back (key b)" });
    const step = button("Step ▶", () => go(state.step + 1), { key: "s", title: "One layer on (key s)" });
    const reset = button("Reset", () => go(0), { key: "r", title: "The input only (key r)" });
    const all = button("All", () => go(last), { key: "a", title: "All layers at once (key a)" });
    const batch = button("Mean over the batch", () => changed({ mean: !state.mean }), { key: "m", title: "One sample, or all (key m)" });
    const { element, bar, picture: place, below, toggle, say, refresh } = frame({
        label: `Network of ${sizes.join("-")} units`,
        keys: { b: back, s: step, r: reset, a: all, ...(m > 1 && { m: batch }) },
        tabulate,
    });
    const sample = slider({
        name: "sample", value: state.sample, min: 0, max: m - 1, step: 1,
        oninput: (value) => changed({ sample: between(0, Math.round(value), m - 1), mean: false }),
    });
    const { width, height, layers, weights } = layout(sizes, limit, backward);
    const drawing = svg("svg", {
        viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "The network",
        style: `min-width: ${Math.min(0.7 * width, 620)}px`,
        onclick: ({ target }) => target.dataset.edge && choose(target.dataset.edge.split(" ").map(Number)),
    });
    const handles = weights.map((each, l) => l && weightsInto(l));
    const units = layers.map(drawLayer);
    drawing.append(...handles.slice(1).map(({ group }) => group), ...units.map(({ group }) => group));
    const detail = html("div");
    bar.append(reset, back, step, all, ...(m > 1 ? [batch] : []), toggle);
    place.append(drawing);
    if (m > 1) below.append(sample.element);
    element.insertBefore(detail, element.querySelector(".chainrule-line"));
    el.append(element);

    function drawLayer(layer, l) {
        const group = svg("g", { "aria-hidden": "true" });
        const kind = l === 0 ? ": input" : l === L ? ": output" : "";
        group.append(text({ class: "chainrule-edge-name", x: layer.x, y: 14 }, `layer ${l}${kind}`));
        const parts = { group, boxes: [null], a: [null], d: [null], y: [] };
        if (layer.bias) {
            const { x, y } = layer.biasSpot;
            const size = Math.min(layer.radius, 12);
            parts.boxes[0] = svg("rect", { class: "chainrule-box chainrule-input", x: x - size, y: y - size, width: 2 * size, height: 2 * size });
            group.append(parts.boxes[0], text({ class: "chainrule-small", x, y: y + 4, "text-anchor": "middle" }, "+1"));
            if (!layer.large && !layer.dense) {
                group.append(svg("path", { class: "chainrule-edge", d: `M${x + size} ${y}H${layer.out}` }));
            }
            if (backward && l > 0) {
                const [right, down] = layer.large || layer.dense ? [14, 4] : [layer.radius + 5, 16];
                group.append(text({ class: "chainrule-gradient chainrule-small", x: x + right, y: y + down }, "no δ"));
            }
        }
        if (layer.large) {
            const { x, y } = layer.spot(1);
            const field = (lift) => svg("rect", {
                class: "chainrule-field", x: x - layer.cell / 2, y: y - layer.cell / 2 + lift,
                width: layer.side * layer.cell, height: layer.grid,
            });
            const map = (lift, kind) => ({
                filled: svg("path", { class: "chainrule-filled", transform: `translate(0 ${lift})` }),
                hollow: svg("path", { class: "chainrule-hollow", transform: `translate(0 ${lift})` }),
                named: text({ class: `${kind} chainrule-small`, x: layer.x, y: y - layer.cell / 2 + lift - 6 }, ""),
                lift,
            });
            parts.maps = [map(0, "chainrule-value"), ...(layer.two ? [map(layer.grid + 30, "chainrule-gradient")] : [])];
            parts.chosen = svg("rect", { class: "chainrule-ring", width: layer.cell, height: layer.cell, visibility: "hidden" });
            for (const each of parts.maps) group.append(field(each.lift), each.filled, each.hollow, each.named);
            group.append(parts.chosen);
            return parts;
        }
        for (let j = 1; j <= layer.n; j += 1) {
            const { x, y } = layer.spot(j);
            const start = x + layer.radius + 5;
            parts.boxes.push(svg("circle", { class: "chainrule-box", cx: x, cy: y, r: layer.radius }));
            const small = layer.dense ? " chainrule-small" : "";
            parts.a.push(text({ class: `chainrule-value${small}`, x: start, y: y + (layer.dense ? 4 : -5) }, ""));
            parts.d.push(text({ class: `chainrule-gradient${small}`, x: start + (layer.dense ? 68 : 0), y: y + (layer.dense ? 4 : 16) }, ""));
            if (!layer.dense) group.append(svg("path", { class: "chainrule-edge", d: `M${start - 5} ${y}h${layer.stub}` }));
            group.append(parts.boxes[j], text({ class: "chainrule-small", x, y: y + 4, "text-anchor": "middle" }, String(j)), parts.a[j], parts.d[j]);
            if (l === L && backward) {
                parts.y.push(text({ class: "chainrule-small", x: layer.out + 4, y: y + 4 }, ""));
                group.append(parts.y.at(-1));
            }
        }
        return parts;
    }

    /** The weights into a layer: lines, or a heat map; one stop of the tab key, in which the arrow keys move. */
    function weightsInto(l) {
        const place = weights[l];
        const cursor = { i: 1, j: 0 };
        const group = svg("g", {
            class: "chainrule-weights", ...reachable(""),
            onfocus: () => described(),
            onkeydown: (event) => {
                const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
                if (way) {
                    event.preventDefault();
                    cursor.i = (cursor.i - 1 + way[0] + sizes[l]) % sizes[l] + 1;
                    cursor.j = (cursor.j + way[1] + sizes[l - 1] + 1) % (sizes[l - 1] + 1);
                    described();
                    say(numbersOf([l, cursor.i, cursor.j]));
                } else if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    choose([l, cursor.i, cursor.j]);
                }
            },
        });
        const path = ({ i, j }) => {
            if (place.matrix) {
                const { x, y } = cellOf(place, i, j);
                return `M${x - place.cell / 2} ${y - place.row / 2}h${place.cell}v${place.row}h${-place.cell}z`;
            }
            const from = j ? layers[l - 1].spot(j).y : layers[l - 1].biasSpot.y;
            const to = layers[l].spot(i);
            return `M${layers[l - 1].out} ${from}L${to.x - layers[l].radius} ${to.y}`;
        };
        const chosen = svg("path", { class: "chainrule-chosen" });
        const now = svg("path", { class: "chainrule-cursor" });
        const parts = { group, chosen, path };
        const largest = Math.max(...thetas[l - 1].flat().map(Math.abs));
        const thick = sizes[l] * sizes[l - 1] > 60 ? 1.2 : 2.5;
        if (place.matrix) {
            parts.filled = svg("path", { class: "chainrule-filled" });
            parts.hollow = svg("path", { class: "chainrule-hollow" });
            parts.named = text({ class: "chainrule-small", x: place.x, y: 30, "aria-hidden": "true" }, "");
            const what = backward ? "gradient of Θ" : "Θ";
            group.append(text({ class: "chainrule-edge-name", x: place.x, y: 14, "aria-hidden": "true" }, `${what}, layer ${l}`));
            group.append(svg("rect", {
                class: "chainrule-field", x: place.x - 2, y: place.y - 2,
                width: place.cell * place.columns + 9, height: place.row * place.rows + 4,
                onclick: (event) => choose(pointedAt(event, l)),
            }), parts.filled, parts.hollow, parts.named);
        } else {
            for (let i = 1; i <= sizes[l]; i += 1) {
                for (let j = 0; j <= sizes[l - 1]; j += 1) {
                    const weight = thetas[l - 1][i - 1][j];
                    const d = path({ i, j });
                    const hit = svg("path", { class: "chainrule-hit", d, "data-edge": `${l} ${i} ${j}` });
                    group.append(svg("path", {
                        class: weight < 0 ? "chainrule-edge chainrule-negative" : "chainrule-edge", d,
                        style: `stroke-width: ${(0.4 + thick * Math.abs(weight) / (largest || 1)).toFixed(2)}`,
                    }), hit);
                }
            }
        }
        group.append(chosen, now);
        const described = () => {
            now.setAttribute("d", path(cursor));
            group.setAttribute("aria-label", `Weights into layer ${l}. ${numbersOf([l, cursor.i, cursor.j])}. `
                + "Arrow keys: up and down change where the weight comes from, left and right where it leads. Enter shows its gradient.");
        };
        parts.described = described;
        return parts;
    }
    const cellOf = (place, i, j) => ({ x: place.x + (j + 0.5) * place.cell + (j ? 5 : 0), y: place.y + (i - 0.5) * place.row });
    function pointedAt(event, l) {
        const box = drawing.getBoundingClientRect();
        const scale = width / box.width;
        const { x, y, cell, row, columns, rows } = weights[l];
        const across = (event.clientX - box.left) * scale - x;
        const j = across < cell + 2.5 ? 0 : Math.floor((across - 5) / cell);
        const i = Math.floor(((event.clientY - box.top) * scale - y) / row) + 1;
        return [l, between(1, i, rows), between(0, j, columns - 1)];
    }

    let settled;
    function changed(change) {
        Object.assign(state, change);
        if ("sample" in change) sample.set(state.sample);
        batch.setAttribute("aria-pressed", String(state.mean));
        draw();
        const whose = state.mean ? `Means over ${m} samples` : `Sample ${state.sample}`;
        say(`${whose}. ${state.edge ? numbersOf(state.edge) : outputs()}`);
        clearTimeout(settled);
        settled = setTimeout(() => {
            model.set("state", { sample: state.sample, mean: state.mean, edge: state.edge });
            model.save_changes();
        }, 800);
    }
    const outputs = () => `Outputs ${value(L).map(number).join(", ")}`;
    const choose = (edge) => changed({ edge: String(edge) === String(state.edge) ? null : edge });
    function go(to) {
        state.step = between(0, to, last);
        draw();
        say(told());
    }

    const value = (l) => (state.mean ? means[l] : flow.A[l][state.sample]);
    const error = (l) => (state.mean ? meanDelta[l] : flow.delta[l][state.sample]);
    const valuesShown = (l) => state.step >= l;
    const errorsShown = (l) => backward && l > 0 && state.step >= 2 * L + 1 - l;
    const gradientOf = ([l, i, j]) => (state.mean ? meanOf(products(flow, l, i, j))
        : flow.delta[l][state.sample][i - 1] * (j ? flow.A[l - 1][state.sample][j - 1] : 1));
    /** All numbers of a matrix: of its gradient, or of the weights where there is none. */
    function matrixOf(l) {
        if (!backward) return thetas[l - 1].flat();
        const found = [];
        for (let i = 1; i <= sizes[l]; i += 1) for (let j = 0; j <= sizes[l - 1]; j += 1) found.push(gradientOf([l, i, j]));
        return found;
    }

    function draw() {
        layers.forEach((layer, l) => {
            const parts = units[l];
            const [a, d] = [value(l), backward && l > 0 ? error(l) : null];
            if (layer.large) {
                const shown = [valuesShown(l) ? a : [], errorsShown(l) ? d : []];
                parts.maps.forEach((each, which) => drawMap(each, layer, shown[which], "→←"[which]));
            } else {
                for (let j = 1; j <= layer.n; j += 1) {
                    write(parts.a[j], valuesShown(l) ? `→ ${number(a[j - 1])}` : "");
                    write(parts.d[j], errorsShown(l) ? `← ${number(d[j - 1])}` : "");
                }
            }
            const active = state.step > 0 && state.step < last && l === (state.step <= L ? state.step : 2 * L + 1 - state.step);
            parts.boxes.forEach((box, j) => {
                const ends = state.edge && ((l === state.edge[0] && j === state.edge[1]) || (l === state.edge[0] - 1 && j === state.edge[2]));
                box?.classList.toggle("chainrule-ring", Boolean(ends || (active && j)));
            });
            if (layer.large) {
                const j = state.edge && (l === state.edge[0] ? state.edge[1] : l === state.edge[0] - 1 ? state.edge[2] : 0);
                parts.chosen.setAttribute("visibility", j ? "visible" : "hidden");
                if (j) {
                    parts.chosen.setAttribute("x", layer.spot(j).x - layer.cell / 2);
                    parts.chosen.setAttribute("y", layer.spot(j).y - layer.cell / 2);
                }
            }
        });
        units[L].y.forEach((node, i) => write(node, `y = ${number(state.mean ? meanOf(Y.map((row) => row[i])) : Y[state.sample][i])}`));
        handles.forEach((handle, l) => {
            if (!handle) return;
            if (weights[l].matrix) drawMatrix(handle, l);
            handle.chosen.setAttribute("d", state.edge?.[0] === l ? handle.path({ i: state.edge[1], j: state.edge[2] }) : "");
            handle.described();
        });
        sample.describe(`sample ${state.sample}, ${outputs()}`);
        explain();
        refresh();
    }
    function drawMap({ filled, hollow, named }, layer, values, arrow) {
        const top = values.length ? largestOf(values) : 0;
        const paths = heat(values, (index, share) => {
            const size = Math.sqrt(share) * (layer.cell - 1);
            return { ...layer.spot(index + 1), w: size, h: size };
        }, Math.abs(values[top] ?? 0));
        filled.setAttribute("d", paths.filled);
        hollow.setAttribute("d", paths.hollow);
        write(named, values.length ? `${arrow} largest: ${number(values[top])}, unit ${top + 1}` : "");
    }
    const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };

    function drawMatrix(handle, l) {
        const place = weights[l];
        const ready = !backward || errorsShown(l);
        const numbersIn = ready ? matrixOf(l) : [];
        const top = ready ? largestOf(numbersIn) : 0;
        const spot = (index) => [Math.floor(index / place.columns) + 1, index % place.columns];
        const paths = heat(numbersIn, (index, share) => ({
            ...cellOf(place, ...spot(index)), w: place.cell - 1, h: share * (place.row - 2),
        }), Math.abs(numbersIn[top] ?? 0));
        handle.filled.setAttribute("d", paths.filled);
        handle.hollow.setAttribute("d", paths.hollow);
        const [i, j] = spot(top);
        write(handle.named, ready ? `largest: ${number(numbersIn[top])}, to ${i} from ${j}` : "");
    }

    const nameOf = ([l, i, j]) => (j ? `Weight from unit ${j} of layer ${l - 1} to unit ${i} of layer ${l}`
        : `Bias of unit ${i} of layer ${l}`);
    function numbersOf(edge) {
        const [l, i, j] = edge;
        const weight = `${nameOf(edge)}: ${number(thetas[l - 1][i - 1][j])}`;
        return backward ? `${weight}, gradient ${number(gradientOf(edge))}` : weight;
    }

    function explain() {
        if (!state.edge) {
            const what = backward ? "its gradient comes from" : "it adds";
            detail.replaceChildren(html("p", { class: "chainrule-line" }, `Click a weight, or reach it with Tab and press Enter, to see what ${what}.`));
            return;
        }
        const [l, i, j] = state.edge;
        const a = j ? value(l - 1)[j - 1] : 1;
        const named = j ? upper("a", String(j), l - 1) : "1";
        const head = html("p", {}, html("strong", {}, nameOf(state.edge)),
            ", ", html("code", {}, `thetas[${l - 1}][${i - 1}, ${j}]`), ` = ${number(thetas[l - 1][i - 1][j])}`);
        detail.replaceChildren(html("div", { class: "chainrule-verdict" }, head,
            ...(!backward ? forwardOnly(l, i, j, a, named) : state.mean ? ofBatch(l, i, j, named) : ofSample(l, i, j, a, named))));
    }
    const weightName = (l, i, j) => upper("Θ", `${i},${j}`, l);
    const partial = (l, i, j) => math("mfrac", {},
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, gradientSign())),
        math("mrow", {}, math("mo", {}, "∂"), weightName(l, i, j)));

    function forwardOnly(l, i, j, a, named) {
        const weight = thetas[l - 1][i - 1][j];
        const words = state.mean ? ", in the mean over the batch" : "";
        return [html("p", {}, "It adds ", formula(weightName(l, i, j), "·", named, "=", ...times(weight, a), "=", weight * a),
            " to the weighted sum ", formula(upper("z", String(i), l)), `${words}.`)];
    }
    function ofSample(l, i, j, a, named) {
        const d = error(l)[i - 1];
        const why = j ? null : html("p", {}, "A bias has a gradient, its unit's δ times 1. The 1 itself gets no δ: it depends on nothing.");
        return [html("p", {}, formula(partial(l, i, j), "=", upper("δ", String(i), l), "·", named, "=", ...times(d, a), "=", d * a),
            `, where L is the loss of sample ${state.sample}`), why].filter(Boolean);
    }
    function ofBatch(l, i, j, named) {
        const each = products(flow, l, i, j);
        const listed = each.slice(0, 6).flatMap((term, k) => [...(k ? [term < 0 ? "−" : "+"] : []), k ? Math.abs(term) : term]);
        const sum = math("mfrac", {}, math("mrow", {}, ...formula(...listed, ...(m > 6 ? ["+", "…"] : [])).childNodes),
            math("mn", {}, String(m)));
        const ofMeans = meanDelta[l][i - 1] * (j ? means[l - 1][j - 1] : 1);
        const contrast = j
            ? ["The product of the means would be ", formula(...times(meanDelta[l][i - 1], means[l - 1][j - 1]), "=", ofMeans),
                number(ofMeans) === number(meanOf(each)) ? ": here the two differ only in digits that are not shown."
                    : ": another number, for first come the products, then their mean."]
            : ["Here the mean of the products is the mean of δ, since the 1 is the same in every sample."];
        return [
            html("p", {}, formula(partial(l, i, j), "=", math("mfrac", {}, math("mn", {}, "1"), math("mi", {}, "m")),
                "∑", upper("δ", String(i), l), "·", named, "=", sum, "=", meanOf(each))),
            html("p", {}, ...contrast),
        ];
    }

    /** The present step in words. */
    function told() {
        if (state.step === 0) return "The input. Step goes forward, layer by layer.";
        if (state.step === last) return backward ? "Every activation and every δ." : "Every activation.";
        if (state.step <= L) return `Forward: the ${sizes[state.step]} units of layer ${state.step} take the activations of layer ${state.step - 1}.`;
        const l = 2 * L + 1 - state.step;
        if (l === L) return "Backward begins: at the output δ is a − y.";
        return `Backward: δ of layer ${l + 1} goes through the weights into it, without the biases, and through the slopes of layer ${l}.`;
    }

    function tabulate() {
        const rows = layers.flatMap((layer, l) => [
            ...(layer.bias ? [[`layer ${l}, the constant 1`, "1", l && backward ? "none" : ""]] : []),
            ...value(l).map((a, j) => [`layer ${l}, unit ${j + 1}`, valuesShown(l) ? number(a) : "",
                errorsShown(l) ? number(error(l)[j]) : ""]),
        ]);
        const whose = state.mean ? `means over ${m} samples` : `sample ${state.sample}`;
        const what = backward ? `∂${gradientSign()}/∂Θ` : "Θ";
        const matrices = thetas.map((Theta, index) => index + 1).filter((l) => sizes[l] * (sizes[l - 1] + 1) <= 300).map((l) => {
            const found = matrixOf(l);
            const columns = sizes[l - 1] + 1;
            return table(`${what} of layer ${l}, ${backward ? whose : "the weights"}: a row for each unit that a weight leads to`,
                ["to", "bias", ...Array.from({ length: columns - 1 }, (_, j) => `from ${j + 1}`)],
                Array.from({ length: sizes[l] }, (_, i) => [`unit ${i + 1}`, ...found.slice(i * columns, (i + 1) * columns).map(number)]));
        });
        const heads = backward ? ["unit", "→ a", "← δ"] : ["unit", "→ a"];
        return html("div", {}, table(`Activations${backward ? " and δ" : ""}, ${whose}`, heads,
            rows.map((row) => row.slice(0, heads.length))), ...matrices);
    }

    batch.setAttribute("aria-pressed", String(state.mean));
    draw();
    return () => clearTimeout(settled);
}

export default { render };
