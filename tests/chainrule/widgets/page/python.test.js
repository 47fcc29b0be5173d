// What goes to Python: one question at a time, the newest of those that wait, and where a movement has ended.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { asker, following, settled } from "../../../../chainrule/widgets/page/shared/python.js";

/** A widget's model that notes what is sent, and answers when it is told to. */
function model() {
    const sent = [];
    const traits = {};
    let listener = () => {};
    return {
        sent,
        traits,
        send: (message) => sent.push(message),
        on: (_, handler) => {
            listener = handler;
        },
        off: () => {
            listener = () => {};
        },
        set: (name, value) => {
            traits[name] = value;
        },
        save_changes: () => {},
        answer: (text) => listener({ id: sent.at(-1).id, answer: text }),
        change: () => listener({ changed: true }),
    };
}

test("a question waits for the one before it, and of those that wait only the newest is asked", async () => {
    const widget = model();
    const { ask } = asker(widget, () => {});
    const answers = [1, 2, 3].map((value) => ask("run", value));
    assert.deepEqual(
        widget.sent.map(({ values }) => values),
        [1],
    );
    widget.answer("one");
    assert.deepEqual(
        widget.sent.map(({ values }) => values),
        [1, 3],
    );
    widget.answer("three");
    assert.deepEqual(await Promise.all(answers), ["one", null, "three"]);
});

test("an answer to another view's question is left alone", async () => {
    const widget = model();
    const { ask } = asker(widget, () => {});
    const answer = ask("run", 1);
    const { id } = widget.sent[0];
    widget.sent.push({ id: "another-1" });
    widget.answer("theirs");
    widget.sent.push({ id });
    widget.answer("ours");
    assert.equal(await answer, "ours");
});

test("when the student has changed a function the present state is asked about anew", () => {
    const widget = model();
    let state = "before";
    following(widget, "run", { asked: () => state, took: () => {} });
    state = "after";
    widget.change();
    assert.deepEqual(
        widget.sent.map(({ ask, values }) => [ask, values]),
        [["run", "after"]],
    );
});

test("a movement that has ended is told once, with what it ended at", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const widget = model();
    const after = mock.fn();
    let state = 1;
    const { moved } = settled(widget, "state", () => state, after);
    moved();
    mock.timers.tick(700);
    state = 2;
    moved();
    mock.timers.tick(700);
    assert.deepEqual(widget.traits, {});
    mock.timers.tick(100);
    assert.deepEqual(widget.traits, { state: 2 });
    assert.equal(after.mock.callCount(), 1);
    mock.timers.reset();
});
