// What goes to Python and comes back.

import { unique } from "./elements.js";

/**
 * Asks Python: `ask(what, values)` promises what `_answer_<what>` of the widget returns, or null where a newer
 * question of the same view took its place. One question is on its way at a time and only the newest waits, so that
 * a fast drag is never more than one behind. `again()` is called when the student has changed a function: what was
 * answered before holds no longer.
 */
export function asker(model, again) {
    const view = unique();
    let waiting = null;
    let underway = null;
    let count = 0;
    const send = (question) => {
        underway = question;
        count += 1;
        question.id = `${view}-${count}`;
        model.send({ ask: question.what, values: question.values, id: question.id });
    };
    const answered = (message) => {
        if (message.changed) again();
        if (!underway || message.id !== underway.id) return;
        underway.resolve(message.answer);
        underway = null;
        if (waiting) send(waiting);
        waiting = null;
    };
    model.on("msg:custom", answered);
    return {
        ask: (what, values) =>
            new Promise((resolve) => {
                waiting?.resolve(null);
                waiting = null;
                if (underway) waiting = { what, values, resolve };
                else send({ what, values, resolve });
            }),
        close: () => model.off("msg:custom", answered),
    };
}

/**
 * Keeps a view in step with the student's functions.
 *
 * `asked()` is the present state, which `_answer_<what>` is asked about, and `took(answer)` draws what it answers.
 * Asks anew when the student has changed a function. Returns { follow(), close() }: call `follow` at each movement.
 */
export function following(model, what, { asked, took }) {
    const follow = () => ask(what, asked()).then((answer) => answer && took(answer));
    const { ask, close } = asker(model, follow);
    return { follow, close };
}

/**
 * Tells Python where a movement has ended: 0.8 seconds after the last call of `moved()` the trait `name` becomes
 * `value()`, and then `after()` is called. Returns { moved(), close() }.
 */
export function settled(model, name, value, after = () => {}) {
    let timer;
    const moved = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
            model.set(name, value());
            model.save_changes();
            after();
        }, 800);
    };
    return { moved, close: () => clearTimeout(timer) };
}
