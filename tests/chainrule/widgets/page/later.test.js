// ActivationExplorer, ModuleFlow and CurveReader: what they show, from numbers alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { left, shown } from "../../../../chainrule/widgets/page/activation_explorer/model.js";
import { told } from "../../../../chainrule/widgets/page/activation_explorer/words.js";
import { rate } from "../../../../chainrule/widgets/page/curve_reader/model.js";
import {
    active,
    backwardShown,
    forwardShown,
    looked,
    shape,
} from "../../../../chainrule/widgets/page/module_flow/model.js";

const at = (name, z = 0) => shown({ name, z, a: 0.5, target: 0 });

test("a sigmoid is flat beyond 6 and a tanh beyond 3, a ReLU on the left and a line nowhere", () => {
    assert.deepEqual(at("sigmoid").flat, [
        [-8, -6],
        [6, 8],
    ]);
    assert.deepEqual(at("tanh").flat, [
        [-8, -3],
        [3, 8],
    ]);
    assert.deepEqual(at("ReLU").flat, [[-8, 0]]);
    assert.deepEqual(at("step").flat, [[-8, 8]]);
    assert.deepEqual(at("linear").flat, []);
});

test("behind four sigmoids at their best 0.4 % is left", () => {
    assert.equal(left(at("sigmoid").slope(0), 4), 0.25 ** 4);
});

test("at a kink and at a jump it is said why a difference measures something else", () => {
    const here = { at: 0, value: 0, slope: 0, measured: 0.5, left: 0 };
    assert.match(told({ name: "ReLU", target: 0, n: 1 }, here), /Here is a kink/);
    assert.match(told({ name: "step", target: 0, n: 1 }, { ...here, measured: 5e4 }), /Here is a jump/);
    assert.doesNotMatch(told({ name: "tanh", target: 0, n: 1 }, { ...here, measured: 0 }), /Here is/);
});

test("three slips are a factor at every step", () => {
    const of = (...slips) => rate({ eta: 0.5, size: 20, units: 5, slips });
    assert.deepEqual(
        [of(), of("summed"), of("twice"), of("uphill"), of("summed", "twice", "pairs")],
        [0.5, 10, 0.025, -0.5, 0.5],
    );
});

test("a step of three modules goes forward through each and back through each", () => {
    assert.deepEqual(
        [0, 1, 2, 3, 4, 5, 6].map((step) => active(step, 3)),
        [null, 0, 1, 2, 2, 1, 0],
    );
    assert.deepEqual(
        [1, 2, 3].map((step) => forwardShown(1, step)),
        [false, true, true],
    );
    assert.deepEqual(
        [4, 5, 6].map((step) => backwardShown(1, step, 3)),
        [false, true, true],
    );
});

test("the first wrong module is looked at until another is chosen, and none that is not there", () => {
    const result = { first: 2, modules: [{}, {}, {}] };
    assert.deepEqual([looked(null, result), looked(1, result), looked(7, result)], [2, 1, 2]);
    assert.equal(looked(null, { first: null, modules: [] }), 0);
});

test("shapes are written as Python writes them", () => {
    assert.deepEqual([shape([5, 3]), shape([5]), shape([]), shape(null)], ["(5, 3)", "(5,)", "()", ""]);
});
