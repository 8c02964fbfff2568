#!/usr/bin/env python3
"""Generated text for the speed of `reprise prepare`: lines of 5 to 30 words of syllables, drawn by 1/rank.

    python3 bench/text.py 500000 1e9 17 > text.txt      # different words, bytes, seed
"""
import itertools
import math
import random
import sys

CONSONANTS = "b c d f g h j k l m n p r s t v w z br ch cl dr fl gr pl pr sh sl sp st str th tr".split()
VOWELS = "a e i o u ai ea ee ie oo ou".split()
ENDS = ["", "ck", "d", "l", "m", "n", "ng", "r", "s", "t"]


def words(count):
    syllables = ["".join(parts) for parts in itertools.product(CONSONANTS, VOWELS, ENDS)]
    random.shuffle(syllables)
    found, seen = [], set()
    while len(found) < count:
        length = 1 + int(math.log(1 + 3 * len(found)) / math.log(len(syllables)))
        word = "".join(random.choice(syllables) for _ in range(length))
        if word in seen:
            word = "".join(random.choice(syllables) for _ in range(length + 1))
        if word not in seen:
            seen.add(word)
            found.append(word)
    return found


def main(count, size, seed):
    random.seed(seed)
    vocabulary = words(count)
    spread = math.log(count)
    while size > 0:
        lines = (" ".join(vocabulary[int(math.exp(random.random() * spread)) - 1] for _ in range(random.randrange(5, 31)))
                 for _ in range(10_000))
        block = ("\n".join(lines) + "\n").encode()
        sys.stdout.buffer.write(block)
        size -= len(block)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
