# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Reductions and the process they run in: threads, memory, interruption, fork, import."""

import glob
import os
import threading

import wyvern
from conftest import assert_same


def test_reductions_side_by_side(kinds, products, tmp_path):
    """Four threads with different data give what one after the other gives."""
    jobs = [(kinds["darks"], {}, "dark"), (kinds["flats"], {}, "flat"),
            (kinds["science"], {"processed_dark": products["dark"],
                                "processed_flat": products["flat"]}, "image"),
            (kinds["darks"], {}, "dark")]
    made = [None] * len(jobs)

    def work(k):
        files, ucals, _ = jobs[k]
        made[k] = wyvern.reduce(files, ucals=ucals, output_dir=tmp_path / str(k), threads=2)[0]

    for k in range(len(jobs)):
        (tmp_path / str(k)).mkdir()
    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, (_, _, kind) in enumerate(jobs):
        assert_same(made[k], products[kind])


MEMORY = """
import os, sys, logging
import wyvern
wyvern.logs.config(mode='quiet')
count, threads = int(sys.argv[1]), int(sys.argv[2])
def resident():
    return int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
def kind(word):
    return [name for name in sys.argv[3:] if word in wyvern.open(name).tags]
darks, flats = kind('DARK'), kind('FLAT')
science = [name for name in sys.argv[3:] if name not in darks + flats]
made = {}
for k in range(count):
    if k % 3 == 0:
        made['processed_dark'], = wyvern.reduce(darks, threads=threads)
    elif k % 3 == 1:
        made['processed_flat'], = wyvern.reduce(flats, threads=threads)
    else:
        wyvern.reduce(science, ucals=made, threads=threads)
    if k == 9:
        tenth = resident()
print((resident() - tenth) / 2**20)
"""


def test_many_reductions_take_no_more_memory(python, night, workplace):
    """Dark, flat and science in turn, in one process: with WYVERN_SOAK in the environment 200 of them by two threads, which
    may add 20 MB after the tenth. Else 25 by one thread, which may add 4 MB: the planes that two threads keep at once
    depend on which of them is faster, by three planes or 12 MB here."""
    count, threads, most = (200, 2, 20) if "WYVERN_SOAK" in os.environ else (25, 1, 4)
    grown = float(python(MEMORY, count, threads, *night, timeout=900).stdout)
    print(f"{count} reductions: {grown:+.1f} MB after the tenth")
    assert grown < most


INTERRUPTED = """
import os, signal, sys, threading, time
import wyvern
threading.Thread(target=lambda: (time.sleep(0.3), os.kill(os.getpid(), signal.SIGINT))).start()
began = time.time()
try:
    while time.time() < began + 20:
        wyvern.reduce(sys.argv[1:], output_dir='.')
except KeyboardInterrupt:
    print('interrupted', time.time() - began)
print(wyvern.reduce(sys.argv[1:], output_dir='.'))
"""


def test_ctrl_c(python, kinds, workplace):
    done = python(INTERRUPTED, *kinds["darks"])
    words = done.stdout.splitlines()[0].split()
    assert words[0] == "interrupted" and float(words[1]) < 5
    assert "_dark.fits" in done.stdout.splitlines()[1]


FORKED = """
import os, sys, threading
import wyvern
wyvern.logs.config(mode='quiet')
stop = False
def work():
    while not stop:
        wyvern.reduce(sys.argv[1:], output_dir='.', threads=3)
thread = threading.Thread(target=work)
thread.start()
for k in range(5):
    child = os.fork()
    if child == 0:
        os.mkdir(f'child{k}')
        wyvern.reduce(sys.argv[1:], output_dir=f'child{k}')
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
stop = True
thread.join()
"""


def test_fork_while_threads_run(python, kinds, workplace):
    python(FORKED, *kinds["darks"][:2])
    assert len(glob.glob("child*/*_dark.fits")) == 5


IMPORT = """
import numpy, time
start = time.process_time()
import wyvern
print(time.process_time() - start)
"""


def test_import_is_quick(python):
    """Processor time: what others do on the machine does not count."""
    assert min(float(python(IMPORT).stdout) for _ in range(3)) < 0.1


def test_import_needs_no_astropy(python):
    python("import sys, wyvern; assert not any(m.startswith('astropy') for m in sys.modules)")
