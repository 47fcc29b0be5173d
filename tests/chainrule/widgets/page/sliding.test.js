// SlidingWindow: uses, sums and words, from numbers alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
    arriving,
    fitting,
    limits,
    shown,
    slid,
    terms,
    uses,
} from "../../../../chainrule/widgets/page/sliding_window/model.js";
import { called, product, stepped, summed, told } from "../../../../chainrule/widgets/page/sliding_window/words.js";

const setup = {
    X: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
    ],
    kernel: [
        [1, 2],
        [3, 4],
    ],
    bias: 5,
};
const look = { stride: 1, p: 0 };
const state = { setup, look };

test("a weight is used once at every place of the output, and so is the bias", () => {
    const all = uses(setup, look);
    const of = (place) => all.filter(({ kernel }) => kernel.join() === place).map(({ output }) => output.join());
    const places = ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"];
    for (const place of ["0,0", "1,1", "2,0"]) assert.deepEqual(of(place), places);
});

test("the sum over the uses is the gradient of a weight, the value of an output, the gradient of an input", () => {
    for (const here of [look, { stride: 2, p: 1 }, { stride: 3, p: 0 }]) {
        const found = slid(setup, here);
        const last = (choice) => terms(setup, here, choice).at(-1)?.sum ?? 0;
        found.dkernel.forEach((row, a) => {
            row.forEach((value, b) => {
                assert.equal(last(["kernel", a, b]), value);
            });
        });
        found.Z.forEach((row, i) => {
            row.forEach((value, j) => {
                assert.equal(last(["output", i, j]), value);
            });
        });
        found.dX.forEach((row, r) => {
            row.forEach((value, c) => {
                assert.equal(last(["input", r, c]), value);
            });
        });
    }
});

test("what no window reaches is counted as never read", () => {
    const { read, across } = slid(setup, { stride: 3, p: 0 });
    assert.equal(across, 1);
    assert.deepEqual(read[0], [1, 1, 0, 0]);
    assert.deepEqual(read[2], [0, 0, 0, 0]);
});

test("nothing that arrives is 0: a use that sends nothing could not be seen", () => {
    for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) assert.notEqual(arriving(i, j), 0);
});

test("places are called as in the notebook, without the border", () => {
    const padded = { setup, look: { stride: 1, p: 1 } };
    assert.equal(called("input", [1, 2], padded), "x[0, 1]");
    assert.equal(called("input", [0, 2], padded), "a 0 of the border");
    assert.equal(called("input", [4, 2], padded), "a 0 of the border");
    assert.equal(called("kernel", [2, 0], padded), "b");
    assert.equal(called("output", [0, 3], padded), "z[0, 3]");
});

test("a use is told with its product and the sum so far", () => {
    const list = terms(setup, look, ["kernel", 0, 1]);
    assert.equal(product("kernel", list[1], state), "dz[0, 1] · x[0, 2] = (−1) · 3 = −3");
    assert.match(stepped(["kernel", 0, 1], list, 2, state), /^Use 2 of 6: .* the sum so far is /);
    assert.match(stepped(["kernel", 0, 1], list, 6, state), /That is all of them\.$/);
    assert.match(summed(list), / = −?\d+$/);
    assert.match(told(["kernel", 0, 1], list, state), /^w\[0, 1\] = 2 is used 6 times;/);
    assert.match(told(["input", 2, 3], [], { setup, look: { stride: 3, p: 0 } }), /never read, and its gradient is 0/);
});

test("a choice stays inside when a grid becomes smaller, and the bias is one place", () => {
    const found = slid(setup, { stride: 3, p: 0 });
    assert.deepEqual(fitting(["output", 1, 2], setup, found), ["output", 0, 0]);
    assert.deepEqual(fitting(["kernel", 9, 1], setup, found), ["kernel", 2, 0]);
    assert.deepEqual(limits(setup), { stride: 3, p: 1 });
});

test("the student's numbers are shown where they are of this look, and the border's are ours", () => {
    const padded = { stride: 1, p: 1 };
    const yours = {
        look: padded,
        Z: null,
        dTheta: [[7, 1, 2, 3, 4]],
        dX: [
            [0, 0, 0, 0],
            [0, 0, 0, 0],
            [0, 0, 0, 9],
        ],
        wrong: { input: [[2, 3]], kernel: [[2, 0]], output: [] },
        first: ["input", 2, 3],
    };
    const found = shown(setup, padded, yours);
    assert.deepEqual(found.dkernel, [[1, 2], [3, 4], [7]]);
    assert.equal(found.dX[3][4], 9);
    assert.deepEqual(found.first, ["input", 3, 4]);
    assert.deepEqual(found.wrong.input, [[3, 4]]);
    assert.deepEqual(found.dX[0], slid(setup, padded).dX[0]);
    assert.deepEqual(shown(setup, look, yours).wrong.input, []);
});
