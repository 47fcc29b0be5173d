// A valley that may be turned, and five rules of stepping down it: those of races.py; a test compares them.

const NEAR = 1e-3;
export const LIMIT = 1000;
const FAR = 1e9;
const SHARE = 0.9;

/** The valley u² + k w², turned by an angle in degrees: value and gradient at a place. */
export function valleyOf({ k, angle }) {
    const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const along = ([x, y]) => [c * x + s * y, c * y - s * x];
    return {
        value: (place) => {
            const [u, w] = along(place);
            return u * u + k * w * w;
        },
        gradient: (place) => {
            const [u, w] = along(place);
            return [2 * (u * c - k * w * s), 2 * (u * s + k * w * c)];
        },
    };
}

const each = (f) => [0, 1].map(f);
const rooted = (g, s) => each((i) => g[i] / (Math.sqrt(s[i]) + 1e-8));
const mixed = (share, old, next) => each((i) => share * old[i] + (1 - share) * next[i]);
const down = (theta, eta, direction) => each((i) => theta[i] - eta * direction[i]);
const velocity = (v, g, eta) => each((i) => SHARE * v[i] - eta * g[i]);
const squared = (g) => g.map((value) => value * value);

/** By rule: how many arrays it remembers, and the next state [place, ...remembered]. */
export const RULES = {
    plain: { remembers: 0, move: ([theta], _, g, eta) => [down(theta, eta, g)] },
    momentum: {
        remembers: 1,
        move: ([theta, v], _, g, eta) => {
            const next = velocity(v, g, eta);
            return [each((i) => theta[i] + next[i]), next];
        },
    },
    Nesterov: {
        remembers: 1,
        move: ([theta, v], _, g, eta) => {
            const next = velocity(v, g, eta);
            return [each((i) => theta[i] - SHARE * v[i] + (1 + SHARE) * next[i]), next];
        },
    },
    RMSProp: {
        remembers: 1,
        move: ([theta, s], _, g, eta) => {
            const next = mixed(SHARE, s, squared(g));
            return [down(theta, eta, rooted(g, next)), next];
        },
    },
    Adam: {
        remembers: 2,
        move: ([theta, v, s], t, g, eta) => {
            const [mean, square] = [mixed(0.9, v, g), mixed(0.999, s, squared(g))];
            const corrected = mean.map((value) => value / (1 - 0.9 ** t));
            const root = square.map((value) => value / (1 - 0.999 ** t));
            return [down(theta, eta, rooted(corrected, root)), mean, square];
        },
    },
};

/** One rule's race: its path from the start on, and the steps it needed, null where it didn't arrive. */
export function raced(rule, { k, angle, start, etas }) {
    const { remembers, move } = RULES[rule];
    const { gradient } = valleyOf({ k, angle });
    let state = [start, ...Array.from({ length: remembers }, () => [0, 0])];
    const path = [start];
    for (let t = 1; t <= LIMIT; t += 1) {
        state = move(state, t, gradient(state[0]), etas[rule]);
        path.push(state[0]);
        const away = Math.hypot(...state[0]);
        if (away < NEAR) return { path, needed: t };
        if (!(away <= FAR)) break;
    }
    return { path, needed: null };
}

/** How far each step of a path goes in the coordinate that changes most, in multiples of eta. */
export const strides = (path, eta) =>
    path.slice(1).map((place, t) => Math.max(...each((i) => Math.abs(place[i] - path[t][i]))) / eta);
