// What the widgets say, from numbers alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf, downhill, lowest } from "../../../../chainrule/widgets/page/descent/model.js";
import { verdictOn } from "../../../../chainrule/widgets/page/descent/words.js";
import { shade } from "../../../../chainrule/widgets/page/gradient_check/model.js";
import { backward, forward } from "../../../../chainrule/widgets/page/graph_flow/model.js";
import { told } from "../../../../chainrule/widgets/page/graph_flow/steps.js";
import { cellOf, heat, layout, weightAt } from "../../../../chainrule/widgets/page/network_flow/layout.js";
import { scientific } from "../../../../chainrule/widgets/page/shared/numbers.js";

const PRODUCT = {
    inputs: ["x", "y", "z"],
    gates: [
        { output: "sum", operation: "add", inputs: ["x", "y"], constant: null, symbol: "+" },
        { output: "f", operation: "multiply", inputs: ["sum", "z"], constant: null, symbol: "×" },
    ],
};

test("a graph is told gate by gate, forward and back", () => {
    const values = forward(PRODUCT, { x: -2, y: 5, z: -4 });
    const { gradients } = backward(PRODUCT, values);
    const steps = [0, 1, 2, 3, 4, 5].map((step) => told(PRODUCT, step, values, gradients));
    assert.deepEqual(steps, [
        "The inputs. Step goes forward, gate by gate.",
        "Forward: gate + takes x = −2 and y = 5 and gives sum = 3.",
        "Forward: gate × takes sum = 3 and z = −4 and gives f = −12.",
        "Backward begins: the gradient of f by itself is 1.",
        "Backward through ×: sum gets 1 × −4 = −4; z gets 1 × 3 = 3.",
        "Every value and every gradient.",
    ]);
});

function descent(eta, steps = 20, start = [3, -3]) {
    const samples = { x: [-1, 0, 1], y: [0, 0.5, 1] };
    const cost = costOf("linear", samples);
    const bottom = lowest(cost, [0, 0], 6);
    return verdictOn({ cost, path: downhill(cost, start, eta, steps), bottom, start, eta, lam: null, m: 3 });
}

test("how the cost goes is said with its reason", () => {
    assert.match(descent(0.1), /^The cost falls at each step, from .* The minimum is at \(0\.50, 0\.50\)/);
    assert.match(descent(2.1), /^Diverges: .* η is too large: the valley's curvature is 1, and beyond η = 2\/1 = 2/);
    assert.match(descent(0.1, 0), /^No step yet/);
});

test("what is told with a power of ten is written as a card writes it", () => {
    assert.deepEqual([0, 1.23e-7, 4e5, Number.NaN, Number.POSITIVE_INFINITY].map(scientific), [
        "0",
        "1.2e−07",
        "4.0e+05",
        "nan",
        "inf",
    ]);
});

test("the larger an error, the darker its square", () => {
    assert.deepEqual(
        [1e-9, 1e-7, 1e-5, 1e-2, 0.5, Number.POSITIVE_INFINITY].map(shade),
        [0, 0.12, 0.35, 0.6, 0.85, 0.85],
    );
});

test("a click on a heat map of weights finds the weight whose square is there", () => {
    const { weights } = layout([64, 30, 10], 25, true);
    for (const [i, j] of [
        [1, 0],
        [1, 1],
        [30, 64],
        [17, 5],
    ]) {
        const { x, y } = cellOf(weights[1], i, j);
        assert.deepEqual(weightAt(weights[1], x, y), [i, j]);
    }
});

test("what is positive is filled, what is negative is hollow, what is tiny is left out", () => {
    const place = (index, share) => ({ x: 10 * index, y: 0, w: 8, h: 8 * share });
    const { filled, hollow } = heat([1, -0.5, 0.001], place, 1);
    assert.equal(filled.match(/M/g).length, 1);
    assert.equal(hollow.match(/M/g).length, 1);
});
