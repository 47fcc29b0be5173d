// Descent: see descent.py. The costs are those of its class Cost; a test compares values and gradients.

/** Per kind: a sample's loss, its derivative by z, and its second derivative by z. */
const LOSSES = {
    linear: [(z, y) => (z - y) ** 2 / 2, (z, y) => z - y, () => 1],
    logistic: [
        (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z,
        (z, y) => sigmoid(z) - y,
        (z) => sigmoid(z) * sigmoid(-z),
    ],
    squared: [
        (z, y) => (sigmoid(z) - y) ** 2 / 2,
        (z, y) => (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z),
        (z, y) => {
            const a = sigmoid(z);
            return a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a));
        },
    ],
};
const FAR = 1e9; // as in descent.py

/** The cost of a neuron with one feature: value, gradient and matrix of second derivatives at a place [θ0, θ1]. */
export function costOf(kind, { x, y }, lam = 0) {
    const [loss, slope, bend] = LOSSES[kind];
    const m = x.length;
    const mean = (term) => x.reduce((sum, _, i) => sum + term(i), 0) / m;
    return {
        value: ([bias, weight]) => mean((i) => loss(bias + weight * x[i], y[i])) + lam / (2 * m) * weight ** 2,
        gradient: ([bias, weight]) => {
            const delta = (i) => slope(bias + weight * x[i], y[i]);
            return [mean(delta), mean((i) => delta(i) * x[i]) + lam / m * weight];
        },
        bends: ([bias, weight]) => {
            const of = (i) => bend(bias + weight * x[i], y[i]);
            return [mean(of), mean((i) => of(i) * x[i]), mean((i) => of(i) * x[i] ** 2) + lam / m];
        },
    };
}

/** Steps against the gradient. */
export function downhill(cost, start, eta, steps) {
    const path = [start];
    while (path.length <= steps && Math.max(...path.at(-1).map(Math.abs)) <= FAR) {
        const [g0, g1] = cost.gradient(path.at(-1));
        path.push([path.at(-1)[0] - eta * g0, path.at(-1)[1] - eta * g1]);
    }
    return path;
}

const length = ([a, b]) => Math.hypot(a, b);

const clean = (value) => (Math.abs(value) < 1e-9 ? 0 : value);

/** The lowest place, searched from a place near it by Newton's steps; null where the cost goes on falling. */
export function lowest(cost, near, reach) {
    let place = near;
    for (let tries = 0; tries < 100; tries += 1) {
        const g = cost.gradient(place);
        if (length(g) < 1e-10) return place.map(clean);
        const [p, q, r] = cost.bends(place);
        const det = p * r - q * q;
        const curved = p > 0 && det > 1e-12 * p * r;
        let step = curved ? [(r * g[0] - q * g[1]) / det, (p * g[1] - q * g[0]) / det] : g;
        let next;
        let halvings = 0;
        do {
            next = [place[0] - step[0], place[1] - step[1]];
            step = [step[0] / 2, step[1] / 2];
            halvings += 1;
        } while (cost.value(next) > cost.value(place) && halvings < 40);
        if (halvings === 40) return length(g) < 1e-6 ? place.map(clean) : null;
        place = next;
        if (Math.max(...place.map(Math.abs)) > 3 * reach) return null;
    }
    return length(cost.gradient(place)) < 1e-6 ? place.map(clean) : null;
}

/** The largest curvature, in any direction. */
function steepest([p, q, r]) {
    return (p + r) / 2 + Math.hypot((p - r) / 2, q);
}

const SIZE = 400; // of the plot, in the units of the drawing
const LEFT = 46;
const TOP = 10;
const CELLS = 64;
const LEVELS = 12;

/** The cost on a grid over the picture, and its lowest place there. */
function surveyed(cost, reach) {
    const at = (i) => (2 * i / CELLS - 1) * reach;
    const grid = [];
    let best = null;
    for (let row = 0; row <= CELLS; row += 1) {
        for (let column = 0; column <= CELLS; column += 1) {
            const place = [at(column), at(row)];
            const value = cost.value(place);
            grid.push(value);
            if (best === null || value < best.value) best = { place, value };
        }
    }
    return { grid, best };
}

/**
 * The lines on which a grid has a level, as one path: each cell is cut into two triangles, which a level
 * crosses in one straight piece or not at all.
 */
function contour(grid, level) {
    const width = CELLS + 1;
    const step = SIZE / CELLS;
    let path = "";
    const crossing = (a, b) => {
        const share = (level - grid[a]) / (grid[b] - grid[a]);
        const along = (i) => [i % width, Math.floor(i / width)];
        const [[x, y], [u, v]] = [along(a), along(b)];
        const right = LEFT + step * (x + share * (u - x));
        const down = TOP + SIZE - step * (y + share * (v - y));
        return `${right.toFixed(1)} ${down.toFixed(1)}`;
    };
    const triangle = (a, b, c) => {
        const [A, B, C] = [grid[a] > level, grid[b] > level, grid[c] > level];
        if (A === B && B === C) return;
        const [alone, one, other] = A === B ? [c, a, b] : A === C ? [b, a, c] : [a, b, c];
        path += `M${crossing(alone, one)}L${crossing(alone, other)}`;
    };
    for (let row = 0; row < CELLS; row += 1) {
        for (let column = 0; column < CELLS; column += 1) {
            const corner = row * width + column;
            triangle(corner, corner + 1, corner + width);
            triangle(corner + 1, corner + width, corner + width + 1);
        }
    }
    return path;
}

const pair = ([a, b]) => `(${number(a)}, ${number(b)})`;

const inOrder = ({ start, eta, lam, steps }) => ({ start, eta, lam, steps });

function render({ model, el }) {
    const [samples, kind, reach, asks] = ["samples", "kind", "reach", "asks"].map((name) => model.get(name));
    const given = model.get("state");
    const penalised = given.lam !== null;
    const state = { ...given, result: model.get("result") };
    let drawn = inOrder(given); // with a function of the student's, what its last answer belongs to
    const { ask, close } = asker(model, follow);
    const across = (value) => LEFT + SIZE * (value / reach + 1) / 2;
    const up = (value) => TOP + SIZE * (1 - value / reach) / 2;
    const spot = (place) => `${across(place[0]).toFixed(1)} ${up(place[1]).toFixed(1)}`;

    const reset = button("Reset", () => moved(given), { key: "r", title: "As it was at first (key r)" });
    const { element, bar, picture: place, below, toggle, say, refresh } = frame({
        label: `Gradient descent: ${model.get("title")}`, keys: { r: reset }, tabulate,
    });

    const clip = `chainrule-${crypto.randomUUID()}`;
    const lines = Array.from({ length: LEVELS }, () => svg("path", { class: "chainrule-contour" }));
    const own = svg("path", { class: "chainrule-path chainrule-expected" });
    const walked = svg("path", { class: "chainrule-path" });
    const dots = svg("g", {});
    const cross = svg("path", { class: "chainrule-minimum", d: "M-9 0H9M0 -9V9" });
    const crossName = svg("text", {});
    crossName.textContent = "minimum";
    const startName = svg("text", { x: 13, y: -9, "aria-hidden": "true" });
    startName.textContent = "start";
    const end = svg("rect", { class: "chainrule-end", width: 9, height: 9 });
    const fault = svg("circle", { class: "chainrule-mark", r: 11 });
    const marker = svg("g", { class: "chainrule-gate", ...reachable("Start"), onkeydown: steered },
        svg("circle", { class: "chainrule-box", r: 9 }), startName);
    const ticks = [-reach, -reach / 2, 0, reach / 2, reach].flatMap((value) => {
        const texts = [
            svg("text", { x: across(value), y: TOP + SIZE + 18, "text-anchor": "middle" }),
            svg("text", { x: LEFT - 6, y: up(value) + 5, "text-anchor": "end" }),
        ];
        for (const text of texts) text.textContent = number(value);
        return texts;
    });
    const names = [
        svg("text", { class: "chainrule-edge-name", x: across(0), y: TOP + SIZE + 36, "text-anchor": "middle" }),
        svg("text", { class: "chainrule-edge-name", x: 12, y: up(reach * 0.75) }),
    ];
    names.forEach((text, i) => { text.textContent = `θ${i}`; });
    const drawing = svg("svg", {
        viewBox: `0 0 ${LEFT + SIZE + 14} ${TOP + SIZE + 42}`, width: LEFT + SIZE + 14, height: TOP + SIZE + 42,
        role: "group", "aria-label": "Contours of the cost, and the path", class: "chainrule-plane",
        onpointerdown: grabbed,
    },
    svg("clipPath", { id: clip }, svg("rect", { x: LEFT, y: TOP, width: SIZE, height: SIZE })),
    svg("rect", { class: "chainrule-field", x: LEFT, y: TOP, width: SIZE, height: SIZE }),
    svg("g", { "clip-path": `url(#${clip})`, "aria-hidden": "true" }, ...lines, own, walked, dots, end, cross, crossName, fault),
    svg("g", { "aria-hidden": "true" }, ...ticks, ...names), marker);

    const controls = {
        eta: slider({ name: "η", value: given.eta, min: 0, max: 4 * given.eta, step: given.eta / 20, oninput: (eta) => moved({ eta }) }),
        ...(penalised && {
            lam: slider({
                name: "λ", value: given.lam, min: 0, max: Math.max(10, 4 * given.lam), step: 0.1,
                oninput: (lam) => moved({ lam: Math.max(0, lam) }),
            }),
        }),
        steps: slider({
            name: "steps", value: given.steps, min: 0, max: 100, step: 1,
            oninput: (steps) => moved({ steps: Math.min(200, Math.max(0, Math.round(steps))) }),
        }),
        ...Object.fromEntries([0, 1].map((i) => [`start${i}`, slider({
            name: `start θ${i}`, value: given.start[i], min: -reach, max: reach, step: 0.1,
            oninput: (value) => moved({ start: state.start.map((each, k) => (k === i ? value : each)) }),
        })])),
    };
    const verdict = html("div");
    bar.append(reset, toggle);
    place.append(drawing);
    below.append(...Object.values(controls).map((control) => control.element));
    element.insertBefore(verdict, element.querySelector(".chainrule-line"));
    el.append(element);

    /** Everything but the student's path, which follows from the state. */
    let ground = null;
    function calculated() {
        if (ground?.lam !== drawn.lam) {
            const cost = costOf(kind, samples, drawn.lam ?? 0);
            const { grid, best } = surveyed(cost, reach);
            ground = { lam: drawn.lam, cost, grid, best, bottom: lowest(cost, best.place, reach), drawn: false };
        }
        const path = downhill(ground.cost, drawn.start, drawn.eta, drawn.steps);
        const theirs = asks && current() && state.result.path.length > 1 ? state.result.path : null;
        return { ...ground, own: path, path: theirs ?? path, theirs };
    }
    const asked = () => inOrder(state);
    const current = () => JSON.stringify(drawn) === JSON.stringify(inOrder(state.result.state));

    let settled;
    function moved(change) {
        Object.assign(state, inOrder({ ...state, ...change }));
        for (const name of ["eta", "lam", "steps"]) if (name in change) controls[name]?.set(state[name]);
        if ("start" in change) state.start.forEach((value, i) => controls[`start${i}`].set(round(value)));
        if (asks) follow();
        else show(asked());
        clearTimeout(settled);
        settled = setTimeout(() => {
            model.set("state", asked());
            model.save_changes();
            if (JSON.stringify(drawn) !== JSON.stringify(asked())) {
                show(asked());
                say("Your code has not answered yet; this path is against the gradient.");
            }
        }, 800);
    }
    function show(what) {
        drawn = what;
        draw();
        say("", told());
    }
    const round = (value) => Math.round(1000 * value) / 1000;

    function took(result) {
        state.result = result;
        show(inOrder(result.state));
    }
    function follow() {
        ask("run", asked()).then((result) => result && took(result));
    }

    const within = (value) => Math.min(reach, Math.max(-reach, value));
    function pointed(event) {
        const box = drawing.getBoundingClientRect();
        const scale = (LEFT + SIZE + 14) / box.width;
        const right = ((event.clientX - box.left) * scale - LEFT) / SIZE;
        const down = ((event.clientY - box.top) * scale - TOP) / SIZE;
        moved({ start: [within((2 * right - 1) * reach), within((1 - 2 * down) * reach)].map(round) });
    }
    function grabbed(event) {
        drawing.setPointerCapture(event.pointerId);
        pointed(event);
        drawing.addEventListener("pointermove", pointed);
        const released = () => drawing.removeEventListener("pointermove", pointed);
        drawing.addEventListener("pointerup", released, { once: true });
        drawing.addEventListener("pointercancel", released, { once: true });
    }
    function steered(event) {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!way) return;
        event.preventDefault();
        moved({ start: state.start.map((value, i) => round(within(value + way[i] * 0.1))) });
    }

    function draw() {
        const now = calculated();
        if (!ground.drawn) {
            const top = Math.max(...now.grid);
            lines.forEach((line, i) => {
                const share = ((i + 1) / (LEVELS + 1)) ** 2;
                line.setAttribute("d", contour(now.grid, now.best.value + (top - now.best.value) * share));
            });
            ground.drawn = true;
        }
        visible(cross, now.bottom !== null && within(now.bottom[0]) === now.bottom[0] && within(now.bottom[1]) === now.bottom[1]);
        visible(crossName, cross.getAttribute("visibility") === "visible");
        if (now.bottom) {
            cross.setAttribute("transform", `translate(${spot(now.bottom)})`);
            crossName.setAttribute("x", across(now.bottom[0]) + 12);
            crossName.setAttribute("y", up(now.bottom[1]) - 10);
        }
        own.setAttribute("d", now.theirs ? trail(now.own) : "");
        walked.setAttribute("d", trail(now.path));
        dots.replaceChildren(...now.path.slice(1, -1).filter(near).map((each) =>
            svg("circle", { class: "chainrule-dot", r: 2.5, cx: across(each[0]), cy: up(each[1]) })));
        const last = now.path.at(-1);
        visible(end, now.path.length > 1 && near(last));
        if (near(last)) {
            end.setAttribute("x", across(last[0]) - 4.5);
            end.setAttribute("y", up(last[1]) - 4.5);
        }
        const wrong = now.theirs && state.result.wrong;
        visible(fault, Boolean(wrong) && near(now.path[wrong]));
        if (wrong && near(now.path[wrong])) fault.setAttribute("transform", `translate(${spot(now.path[wrong])})`);
        marker.setAttribute("transform", `translate(${spot(drawn.start)})`);
        marker.setAttribute("aria-label", `Start at ${pair(drawn.start)}; arrow keys move it`);
        for (const [name, control] of Object.entries(controls)) {
            const value = name.startsWith("start") ? drawn.start[Number(name.at(-1))] : drawn[name];
            control.describe(`${number(value)}, cost goes from ${number(now.cost.value(now.path[0]))} to ${number(now.cost.value(last))}`);
        }
        verdict.replaceChildren(...[
            asks && current() && state.result.said && said(state.result.said, Boolean(state.result.wrong)),
            said(verdictOn(now), false),
        ].filter(Boolean));
        refresh();
    }
    const visible = (node, yes) => node.setAttribute("visibility", yes ? "visible" : "hidden");
    const near = (each) => Math.max(...each.map(Math.abs)) < 50 * reach; // farther points are outside by far
    const trail = (path) => path.filter(near).map((each, i) => `${i ? "L" : "M"}${spot(each)}`).join("");
    const said = (text, wrong) => html("div", { class: wrong ? "chainrule-verdict chainrule-at-fault" : "chainrule-verdict" },
        html("p", {}, `${wrong ? "✗ " : ""}${text}`));

    /** How the cost goes along the path, and why. */
    function verdictOn({ cost, path, bottom }) {
        const costs = path.map(cost.value);
        const [first, last] = [costs[0], costs.at(-1)];
        const rise = costs.findIndex((each, i) => i > 0 && each > costs[i - 1] * (1 + 1e-12) + 1e-15);
        const where = bottom ? ` The minimum is at ${pair(bottom)}, with the cost ${number(cost.value(bottom))}.`
            : " No minimum in or near the picture: outwards the cost goes on falling, ever more slowly.";
        if (costs.length === 1) return `No step yet: the cost is ${number(first)}.${where}`;
        if (last > first) {
            const bend = steepest(cost.bends(bottom ?? drawn.start));
            const penalty = (drawn.lam ?? 0) / samples.x.length;
            const part = penalty > bend / 2 ? `, most of it from the penalty: λ/m = ${number(penalty)}` : "";
            const why = drawn.eta > 2 / bend
                ? `η is too large: the valley's curvature is ${number(bend)}${part}, and beyond η = 2/${number(bend)} = `
                    + `${number(2 / bend)} every step across it leads farther up the other side`
                : `and not because of η alone, which is below 2/${number(bend)} = ${number(2 / bend)} (2 over the `
                    + "curvature at the minimum)";
            return `Diverges: the cost rises from ${number(first)} to ${number(last)}; ${why}.${where}`;
        }
        if (rise > 0) {
            return `Overshoots: at step ${rise} the cost rises, from ${number(costs[rise - 1])} to ${number(costs[rise])}. `
                + `In all it goes from ${number(first)} to ${number(last)}. A smaller η would not jump across the valley.${where}`;
        }
        const least = bottom ? cost.value(bottom) : 0;
        const steepness = length(cost.gradient(path[0]));
        if (first - last < 0.05 * (first - least) && steepness < 0.05) {
            return `Hardly moves: the cost goes from ${number(first)} to ${number(last)}. It is nearly flat at the start; `
                + `its gradient there is ${number(steepness)} long.${where}`;
        }
        return `The cost falls at each step, from ${number(first)} to ${number(last)}.${where}`;
    }
    function told() {
        const theirs = asks && current() ? `${state.result.said} ` : "";
        return `${theirs}${verdictOn(calculated())}`;
    }

    function tabulate() {
        const { cost, path, own } = calculated();
        const heads = ["step", "θ0", "θ1", "cost", ...(asks ? ["against the gradient"] : [])];
        const rows = path.map((each, i) => [
            String(i), number(each[0]), number(each[1]), number(cost.value(each)),
            ...(asks ? [own[i] ? pair(own[i]) : ""] : []),
        ]);
        return table(`The path over the ${model.get("title")}`, heads, rows);
    }

    draw();
    if (asks && !current()) follow();
    return () => {
        close();
        clearTimeout(settled);
    };
}

export default { render };
