// GradientCheck: see gradient_check.py.

const AGREES = 1e-6;
const EXPONENTS = Array.from({ length: 29 }, (_, i) => -15 + i / 2);
const nameOf = ([l, i, j]) => `Θ(${l + 1})[${i}, ${j}]`;
const power = (exponent) => `1e${exponent < 0 ? "−" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

/** Small errors as the card writes them: two digits and a power of ten. */
export function scientific(value) {
    if (!Number.isFinite(value) || value === 0) return number(value);
    const [digits, exponent] = value.toExponential(1).split("e");
    return `${digits}${power(Number(exponent)).slice(1)}`;
}

// Darker with each of these that an error exceeds; those that are wrong have a cross as well.
const SHADES = [[1e-8, 0.12], [AGREES, 0.35], [1e-3, 0.6], [1e-1, 0.85]];
const shade = (error) => SHADES.reduce((found, [from, opacity]) => (error > from ? opacity : found), 0);

/**
 * A matrix of errors, its bias column set apart. `move(i, j)` is called for the square that is chosen; `show(errors)`
 * writes only what has changed, so that little has to be painted anew.
 */
function heatMap(l, rows, columns, move) {
    const side = columns > 30 || rows > 30 ? 9 : 24;
    const x = (j) => j * side + (j ? 8 : 0);
    const each = Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns]);
    const squares = each.map(([i, j]) => svg("rect", {
        x: x(j), y: i * side, width: side - 1, height: side - 1, class: "chainrule-square", onclick: () => move(i, j),
    }, svg("title")));
    const crosses = side < 20 ? [] : each.map(([i, j]) => svg("text", {
        x: x(j) + side / 2, y: i * side + 17, "text-anchor": "middle", "pointer-events": "none",
    }));
    const shown = [];
    const show = (errors) => each.forEach(([i, j], at) => {
        const error = errors[i][j];
        if (shown[at] === error) return;
        shown[at] = error;
        squares[at].setAttribute("fill-opacity", shade(error));
        squares[at].firstChild.textContent = `${nameOf([l, i, j])}: relative error ${scientific(error)}`;
        if (!crosses.length) return;
        const mark = error <= AGREES ? "·" : "✗";
        if (crosses[at].textContent !== mark) crosses[at].textContent = mark;
        crosses[at].classList.toggle("chainrule-on-dark", shade(error) > 0.5);
    });
    const cursor = svg("rect", { class: "chainrule-cursor", width: side - 1, height: side - 1, visibility: "hidden" });
    const worst = svg("circle", { class: "chainrule-mark", r: side * 0.62, visibility: "hidden" });
    const [width, height] = [x(columns), rows * side];
    const group = svg("g", { ...reachable(`Θ(${l + 1})`), class: "chainrule-map" },
        ...squares, svg("g", { "aria-hidden": "true" }, ...crosses), worst, cursor);
    const element = html("figure", { class: "chainrule-matrix" },
        html("figcaption", {}, `Θ(${l + 1}), column 0 apart: the biases`),
        svg("svg", { viewBox: `-8 -8 ${width + 16} ${height + 16}`, width: width + 16, height: height + 16 }, group));
    const at = (node, i, j) => {
        node.setAttribute("visibility", i === undefined ? "hidden" : "visible");
        if (i === undefined) return;
        if (node === worst) {
            node.setAttribute("cx", x(j) + side / 2 - 0.5);
            node.setAttribute("cy", (i + 0.5) * side - 0.5);
        } else {
            node.setAttribute("x", x(j));
            node.setAttribute("y", i * side);
        }
    };
    return { element, group, show, cursorAt: (i, j) => at(cursor, i, j), worstAt: (i, j) => at(worst, i, j) };
}

const PLOT = { width: 460, height: 250, left: 52, top: 14, right: 10, bottom: 40 };

/**
 * One entry's error against the step, both axes logarithmic, with what makes it grow at either end.
 * Returns { element, at(exponent) }: the step that is looked at.
 */
function plot(curve, entry) {
    const low = -14;
    const high = 1;
    const x = (e) => PLOT.left + ((e + 15) / 14) * (PLOT.width - PLOT.left - PLOT.right);
    const y = (error) => {
        const e = Math.min(high, Math.max(low, Math.log10(Math.max(error, 1e-14))));
        return PLOT.top + ((high - e) / (high - low)) * (PLOT.height - PLOT.top - PLOT.bottom);
    };
    const text = (words, at, anchor = "middle") => {
        const node = svg("text", { ...at, "text-anchor": anchor });
        node.textContent = words;
        return node;
    };
    const line = curve.map((error, i) => `${i ? "L" : "M"}${x(EXPONENTS[i])} ${y(error)}`).join("");
    const bottom = PLOT.height - PLOT.bottom;
    const smallest = curve.indexOf(Math.min(...curve));
    const words = `Relative error of ${nameOf(entry)} against the step. It is smallest, ${scientific(curve[smallest])}, `
        + `at the step ${scientific(10 ** EXPONENTS[smallest])}. Round-off makes it grow to the left, truncation to the right.`;
    const now = svg("path", { class: "chainrule-now-h" });
    const element = svg("svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, width: PLOT.width, height: PLOT.height, role: "img", "aria-label": words },
        svg("path", { class: "chainrule-edge", d: `M${PLOT.left} ${PLOT.top}V${bottom}H${PLOT.width - PLOT.right}` }),
        ...[-15, -12, -9, -6, -3].map((e) => text(power(e), { x: x(e), y: bottom + 16 })),
        ...[-12, -9, -6, -3, 0].map((e) => text(power(e), { x: PLOT.left - 4, y: y(10 ** e) + 4 }, "end")),
        text("step h", { x: PLOT.width / 2, y: PLOT.height - 4 }),
        text("round-off: ε |J| / h", { x: PLOT.left + 8, y: bottom - 8 }, "start"),
        text("truncation: h²", { x: PLOT.width - PLOT.right - 4, y: bottom - 8 }, "end"),
        svg("path", { class: "chainrule-agrees", d: `M${PLOT.left} ${y(AGREES)}H${PLOT.width - PLOT.right}` }),
        text("below this line: the same", { x: PLOT.left + 8, y: y(AGREES) - 4 }, "start"),
        svg("path", { class: "chainrule-curve", d: line }), now);
    return { element, at: (exponent) => now.setAttribute("d", `M${x(exponent)} ${PLOT.top}V${bottom}`) };
}

function render({ model, el }) {
    const state = { look: model.get("look"), result: model.get("result") };
    const { ask, close } = asker(model, follow);
    const worst = button("Worst entry", () => look({ entry: null }), { key: "w", title: "The largest error (key w)" });
    const { element, bar, picture: place, below, toggle, say, refresh } = frame({
        label: "Gradient check", keys: { w: worst }, tabulate,
    });
    const step = slider({
        name: "log10 h", value: state.look.exponent, min: -12, max: -1, step: 0.5,
        oninput: (exponent) => look({ exponent }),
    });
    bar.append(worst, toggle);
    below.append(step.element);
    el.append(element);
    let maps = [];
    let shapes = null;
    const plotted = html("figure", { class: "chainrule-matrix", hidden: "" });
    let curve = null;

    let settled;
    function look(change) {
        state.look = { ...state.look, ...change };
        follow();
        clearTimeout(settled);
        settled = setTimeout(() => {
            model.set("look", state.look);
            model.save_changes();
        }, 800);
    }
    function follow() {
        ask("look", state.look).then((result) => result && took(result));
    }
    function took(result) {
        state.result = result;
        draw();
    }

    const error = ([l, i, j]) => Number(state.result.errors[l][i][j]);
    const told = (entry) => {
        const [l, i, j] = entry;
        const { found, measured } = state.result;
        const judged = error(entry) <= AGREES ? "the same" : "wrong";
        return `${nameOf(entry)}${j ? "" : ", a bias"}: backward ${digits(found[l][i][j])}, `
            + `measured ${digits(measured[l][i][j])}, relative error ${scientific(error(entry))}, ${judged}.`;
    };
    const digits = (value) => String(Number(Number(value).toPrecision(6))).replace("-", "−");

    function draw() {
        const { result } = state;
        step.describe(`h is ${scientific(10 ** state.look.exponent)}`);
        const now = JSON.stringify(result.errors.map((errors) => [errors.length, errors[0].length]));
        if (now !== shapes) {
            shapes = now;
            maps = result.errors.map((errors, l) =>
                heatMap(l, errors.length, errors[0].length, (i, j) => look({ entry: [l, i, j] })));
            maps.forEach(({ group }, l) => group.addEventListener("keydown", (event) => keyed(event, l)));
            place.replaceChildren(html("div", { class: "chainrule-maps" }, ...maps.map(({ element: map }) => map), plotted));
        }
        maps.forEach(({ show }, l) => show(result.errors[l].map((row) => row.map(Number))));
        plotted.hidden = !result.entry;
        if (result.entry) {
            const [l, i, j] = result.entry;
            maps.forEach(({ cursorAt, worstAt }, at) => {
                cursorAt(...(at === l ? [i, j] : []));
                worstAt(...(at === result.worst[0] ? result.worst.slice(1) : []));
            });
            maps.forEach(({ group }, at) => group.setAttribute("aria-label",
                `Errors of Θ(${at + 1}). ${at === l ? told(result.entry) : ""} Arrow keys move from entry to entry.`));
            const of = JSON.stringify([result.entry, result.curve]);
            if (of !== curve?.of) {
                curve = { of, ...plot(result.curve.map(Number), result.entry) };
                plotted.replaceChildren(
                    html("figcaption", {}, `${nameOf(result.entry)}: its error against the step`), curve.element);
            }
            curve.at(state.look.exponent);
        }
        say(result.entry ? `${result.wrong ? "✗ " : "✓ "}${result.text} ${told(result.entry)}` : result.text);
        refresh();
    }

    const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    function keyed(event, l) {
        const by = MOVES[event.key];
        if (!by) return;
        event.preventDefault();
        const errors = state.result.errors[l];
        const here = state.look.entry ?? state.result.entry;
        const [, i, j] = here[0] === l ? here : [l, 0, 0];
        const within = (value, count) => Math.min(count - 1, Math.max(0, value));
        look({ entry: [l, within(i + by[0], errors.length), within(j + by[1], errors[0].length)] });
    }

    function tabulate() {
        const entries = state.result.errors.flatMap((rows, l) => rows.flatMap((row, i) => row.map((_, j) => [l, i, j])));
        entries.sort((a, b) => error(b) - error(a));
        const shown = entries.slice(0, 200);
        const rows = shown.map((entry) => {
            const [l, i, j] = entry;
            const { found, measured } = state.result;
            return [nameOf(entry), digits(found[l][i][j]), digits(measured[l][i][j]), scientific(error(entry)),
                error(entry) <= AGREES ? "✓" : "✗"];
        });
        const all = shown.length === entries.length ? "" : `; the first ${shown.length} of ${entries.length}`;
        return table(`Entries, the largest error first${all}`, ["entry", "backward", "measured", "relative error", "right?"], rows);
    }

    draw();
    if (JSON.stringify(state.result.look) !== JSON.stringify(state.look)) follow();
    return close;
}

export default { render };
