"""Two courses for beginners: one that asks for input and plays, one that shows errors on purpose."""

# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

from tests.autograder.course.courses.made import Book, Question, Taught

CALCULATING = Book(
    "Lab 1",
    (
        "%reload_ext no_such_tutor",
        "%%no_such_magic -h 500\nname = 'Ada'\nprint(name)",
        "name = input('What is your name? ')\nprint('Hello,', name)",
        "number = int(input('A number: '))\nprint(number ** 2)",
        "from ipywidgets import interact\n@interact(n=(1, 10))\ndef show(n=3):\n    print('*' * n)",
        "import math\nmath?",
        "for i in range(3):\n    print(i, end=' ')\nelse:\n    print('done')",
        Question(
            "hypotenuse",
            "def hypotenuse(a, b):\n    return math.sqrt(a * a + b * b)",
            ("assert hypotenuse(3, 4) == 5\nassert math.isclose(hypotenuse(1, 1), 2 ** 0.5)\nhypotenuse(6, 8)",),
            hidden="import random\nfor _ in range(5):\n    a, b = random.random(), random.random()\n"
            "    assert math.isclose(hypotenuse(a, b), math.hypot(a, b))",
            wrong="def hypotenuse(a, b):\n    return a + b",
            other="hypotenuse = math.hypot",
            points=5,
        ),
        Question(
            "greeting",
            "def greet():\n    name = input('Your name: ')\n    print(f'Hello, {name}!')",
            (
                "import builtins, io\nfrom contextlib import redirect_stdout\n\ndef run_with(function, *typed):\n"
                "    lines, old, out = iter(typed), builtins.input, io.StringIO()\n"
                "    builtins.input = lambda prompt='': next(lines)\n    try:\n        with redirect_stdout(out):\n"
                "            function()\n    finally:\n        builtins.input = old\n    return out.getvalue()\n\n"
                "assert run_with(greet, 'Ada') == 'Hello, Ada!\\n'",
                "assert run_with(greet, 'Bo').strip().endswith('Bo!')",
            ),
            wrong="def greet():\n    print('Hello, Ada!')",
            other="def greet():\n    print('Hello, ', input(), '!', sep='')",
        ),
        Question(
            "guess",
            "def guess(secret):\n    tries = 0\n    while True:\n        tries += 1\n        n = int(input('Guess: '))\n"
            "        if n == secret:\n            return tries\n        print('too', 'low' if n < secret else 'high')",
            (
                "tries = []\ndef play():\n    tries.append(guess(7))\n"
                "said = run_with(play, '3', '9', '7')\nassert tries == [3] and said.split() == ['too', 'low', 'too', 'high']",
            ),
            wrong="def guess(secret):\n    return 1 if int(input()) == secret else 0",
            points=10,
        ),
        Question(
            "expression",
            "x = 7 % 4 ** 2 // 2\ny = not x or x > 1",
            ("assert x == 3 and type(x) is int", "assert y is True"),
            wrong="x = (7 % 4) ** 2 // 2\ny = 'True'",
        ),
        Question(
            "collatz",
            "def collatz(n):\n    found = [n]\n    while n != 1:\n        n = n // 2 if n % 2 == 0 else 3 * n + 1\n"
            "        found.append(n)\n    return found",
            (
                "# tests\ndef check_collatz(n, wanted):\n    return collatz(n) == wanted\n"
                "assert check_collatz(6, [6, 3, 10, 5, 16, 8, 4, 2, 1])",
            ),
            hidden="assert check_collatz(1, [1])\nassert len(collatz(27)) == 112",
            wrong="def collatz(n):\n    return [n, n // 2]",
        ),
        Question(
            "binary",
            "def to_binary(n):\n    return to_binary(n // 2) + str(n % 2) if n > 1 else str(n)",
            (
                "import numpy\nassert isinstance(to_binary(4), str)\nsucceeded = 0\nfor n in range(8):\n"
                "    succeeded += to_binary(n) == bin(n)[2:]\nsucceeded / 8 * 2",
            ),
            wrong="def to_binary(n):\n    return '1' if n else '0'",
            other="def to_binary(n):\n    return format(n, 'b')",
        ),
        Question(
            "vowels",
            "vowels = lambda text: sum(c in 'aeiou' for c in text.lower())",
            ("%%timeit -n1 -r1\nassert vowels('Education') == 5",),
            wrong="def vowels(text):\n    return len(text)",
        ),
        Question(
            "plays",
            "def toss(rng):\n    return 'heads' if rng.random() < 0.5 else 'tails'",
            ("import random\nassert {toss(random.Random(i)) for i in range(20)} == {'heads', 'tails'}",),
            wrong="def toss(rng):\n    return 'heads'",
        ),
        ("written", "reflect"),
    ),
)
TEXT = Book(
    "Week 2 strings",
    (
        "for i in range(3)\n    print(i)",  # a SyntaxError to be looked at
        "print('it's')",
        "'1' + 1",
        "print(undefined_name)",
        "word = 'banana'\nword[10]",
        "def broken():\nreturn 1",
        "int('seven')",
        "assert 1 == 2, 'shown on purpose'",
        "import this_is_missing",
        ("loaded", "import string\nfrom collections import Counter\nWORDS = 'the cat and the dog'.split()"),
        Question(
            "q1",
            "answer_1 = 'b'",
            ("assert answer_1 in list('abcd'), 'choose one of a, b, c, d'",),
            hidden="assert answer_1.lower() == 'b'",
            wrong="answer_1 = 'c'",
            points=1,
        ),
        Question(
            "q2",
            "first, *rest = WORDS\nlast = rest[-1]\nn_words = len(WORDS)",
            ("assert first == 'the'\nassert last == 'dog' and n_words == 5\nassert isinstance(rest, list)",),
            wrong="first = WORDS\nrest = ()\nlast = WORDS[-1]\nn_words = 5",
            other="first = WORDS[0]\nrest = list(WORDS[1:])\nlast = WORDS[len(WORDS) - 1]\nn_words = sum(1 for _ in WORDS)",
        ),
        Question(
            "q3",
            "for word in WORDS:\n    print(word.upper())",
            ("assert True",),
            wrong="print(WORDS)",
            points=1,
        ),
        Question(
            "q4",
            "def is_palindrome(text):\n    letters = [c for c in text.lower() if c.isalpha()]\n    return letters == letters[::-1]",
            (
                "assert is_palindrome('Anna') is True\nassert not is_palindrome('Annb')",
                "assert is_palindrome('A man, a plan, a canal: Panama')\nassert type(is_palindrome('x')) == bool",
            ),
            hidden="assert is_palindrome('')",
            wrong="def is_palindrome(text):\n    return text == text[::-1]",
        ),
        Question(
            "q5",
            "def count_words(text):\n    counts = {}\n    for word in text.lower().split():\n"
            "        counts[word] = counts.get(word, 0) + 1\n    return counts",
            (
                "result = count_words('a b A')\nassert isinstance(result, dict), 'give a dictionary'\nassert result == {'a': 2, 'b': 1}\n"
                "assert 'c' not in result and result.get('c') is None and sorted(result) == ['a', 'b']",
            ),
            hidden="assert sum(count_words(' '.join(WORDS)).values()) == len(WORDS)",
            wrong="def count_words(text):\n    return len(text.split())",
            other="def count_words(text):\n    return dict(Counter(text.lower().split()))",
        ),
        Question(
            "q6",
            "def shout(text, times=1, *, end='!'):\n    '''Say it loud.'''\n    print((text.upper() + end) * times)",
            (
                "import io, sys\ncaptured = io.StringIO()\nsys.stdout = captured\nshout('hi', 2)\nsys.stdout = sys.__stdout__\n"
                "assert captured.getvalue().strip() == 'HI!HI!'",
                "assert shout.__doc__, 'write a docstring'\nassert shout('x') is None",
            ),
            wrong="def shout(text, times=1):\n    return text.upper() * times",
        ),
        Question(
            "q7",
            "class Dog:\n    kind = 'canine'\n    def __init__(self, name, age=0):\n        self.name, self.age, self.tricks = name, age, []\n"
            "    def birthday(self):\n        self.age += 1\n    def learn(self, trick):\n        self.tricks.append(trick)\n"
            "    def __str__(self):\n        return f'{self.name} ({self.age})'",
            (
                "rex, fido = Dog('Rex', 3), Dog('Fido')\nrex.birthday()\nassert rex.age == 4 and str(rex) == 'Rex (4)'\n"
                "rex.learn('roll')\nassert rex.tricks == ['roll'] and fido.tricks == []",
                "assert hasattr(fido, 'tricks') and Dog.kind == fido.kind == 'canine'\nassert isinstance(rex, Dog)",
            ),
            wrong="class Dog:\n    kind = 'canine'\n    tricks = []\n    def __init__(self, name, age=0):\n        self.name, self.age = name, age\n"
            "    def birthday(self):\n        self.age + 1\n    def learn(self, trick):\n        self.tricks.append(trick)",
        ),
        Question(
            "q8",
            "def read_numbers(path):\n    with open(path) as file:\n        return [float(line) for line in file if line.strip()]",
            ("assert read_numbers('data/numbers.txt') == [1.5, 2.0, -3.0]",),
            hidden="with open('other.txt', 'w') as file:\n    file.write('4\\n\\n5')\nassert read_numbers('other.txt') == [4, 5]",
            wrong="def read_numbers(path):\n    return open(path).read().split()",
        ),
        Question(
            "q9",
            "def divide(a, b):\n    try:\n        return a / b\n    except ZeroDivisionError:\n        print('cannot divide by zero')\n"
            "    except TypeError as error:\n        raise ValueError('numbers, please') from error",
            (
                "assert divide(1, 2) == 0.5 and divide(1, 0) is None\ntry:\n    divide('a', 1)\n    assert False, 'no error'\n"
                "except ValueError as error:\n    assert 'numbers' in str(error)",
            ),
            wrong="def divide(a, b):\n    return a / b if b else None",
        ),
        Question(
            "q10",
            "squares = [n ** 2 for n in range(10) if n % 2]\nunique = set('banana')\nlookup = dict(zip('abc', range(3)))\n"
            "pairs = tuple(lookup.items())\nnested = {'a': [1, (2, 3)], 'b': {'c': None}}",
            (
                "assert squares == [1, 9, 25, 49, 81] and unique == {'a', 'b', 'n'} and lookup['c'] == 2",
                "assert pairs[0] == ('a', 0) and nested['a'][1][0] == 2 and nested['b']['c'] is None\nnested['a'].append(4)\n"
                "assert nested['a'] == [1, (2, 3), 4]",
            ),
            wrong="squares = [n ** 2 for n in range(10)]\nunique = list('banana')\nlookup = {}\npairs = ()\nnested = {}",
        ),
        Question(
            "q11",
            "def primes(limit):\n    for n in range(2, limit):\n        if all(n % d for d in range(2, int(n ** 0.5) + 1)):\n            yield n",
            (
                "assert list(primes(12)) == [2, 3, 5, 7, 11]\nassert next(iter(primes(3))) == 2\nassert len(list(primes(100))) == 25",
            ),
            wrong="def primes(limit):\n    yield from range(2, limit)",
            other="def primes(limit):\n    return (n for n in range(2, limit) if not any(n % d == 0 for d in range(2, n)))",
        ),
        Question(
            "q12",
            "total = 0\nfor n in range(100):\n    if n % 7 == 0:\n        continue\n    if total > 50:\n        break\n    total += n",
            ("assert total == 59 or total == 53, total",),
            wrong="total = sum(range(100))",
        ),
        ("written", "explain_slices"),
    ),
)
PLAYS = Taught((CALCULATING,), apart=8)
ERRORS = Taught((TEXT,), {"data/numbers.txt": "1.5\n2\n\n-3\n"}, apart=12)
