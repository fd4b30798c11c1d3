"""Does looking more often keep mistakes out? Run it; then change it."""

import random

WRONG, SPOTTED, STEPS = 1 / 50, 0.95, 60


def mistake_left(every: int) -> bool:
    """Let an agent run, look after `every` steps, undo, go on."""
    done: list[bool] = []  # for each step: is it wrong?
    read = 0
    while read < STEPS:
        while len(done) < min(read + every, STEPS):
            done.append(random.random() < WRONG)
        for i in range(read, len(done)):
            if done[i] and random.random() < SPOTTED:
                del done[i:]  # from here on it is made again
                break
        read = len(done)
    return any(done)


for every in 1, 15, 60:
    tasks = [mistake_left(every) for _ in range(20_000)]
    print(every, round(sum(tasks) / len(tasks), 3))
