#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that source files include only from rooms that their room may use.

A room is a folder of src/. Which rooms it may use is declared where it is built: in
src/CMakeLists.txt by wyvern_room(NAME USES room... ), in src/ROOM/CMakeLists.txt by
target_link_libraries(wyvern_ROOM ... wyvern_other ...). A room that may use another may use all
that the other may use. An outside library that stands behind one room (LIBRARIES) may be
included there only, so that it can be exchanged by editing that room.

usage: check_doors.py [TOP-OF-THE-CHECKOUT]
Exit status: 0, or 1 with one line for each wrong include.
"""

import pathlib
import re
import sys

# header -> the room that hides the library behind it
LIBRARIES = {
    "fitsio.h": "fits",
    "bzlib.h": "fits",
    "zlib.h": "fits",
    "wcslib/": "wcs",
    "erfa.h": "wcs",
    "sep.h": "sources",
    "sqlite3.h": "calibrations",
    "cminpack.h": "kernels",
    "pybind11/": "python",
}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)


def cmake_calls(text, function):
    """The words of each call of a CMake function."""
    text = re.sub(r"#.*", "", text)
    return [call.split() for call in re.findall(rf"\b{function}\s*\(([^()]*)\)", text)]


def declared_rooms(src):
    """Room -> the rooms that it names as used."""
    rooms = {}
    for words in cmake_calls((src / "CMakeLists.txt").read_text(), "wyvern_room"):
        uses = words.index("USES") + 1 if "USES" in words else len(words)
        end = words.index("LIBRARIES") if "LIBRARIES" in words else len(words)
        rooms[words[0]] = set(words[uses:end])
    for path in src.glob("*/CMakeLists.txt"):
        room = path.parent.name
        for words in cmake_calls(path.read_text(), "target_link_libraries"):
            if words[0] == f"wyvern_{room}":
                used = {word.removeprefix("wyvern_") for word in words[1:] if word.startswith("wyvern_")}
                rooms.setdefault(room, set()).update(used - {"flags"})
    return rooms


def reachable(rooms, start):
    """All rooms that a room may use, itself included."""
    found, waiting = set(), [start]
    while waiting:
        room = waiting.pop()
        if room not in found:
            found.add(room)
            waiting.extend(rooms.get(room, ()))
    return found


def circles(rooms):
    """Rooms that may use themselves by way of others."""
    return [room for room in sorted(rooms)
            if any(room in reachable(rooms, used) for used in rooms[room])]


def library_room(header):
    """The room behind which an outside header is hidden, or None."""
    for name, room in LIBRARIES.items():
        if header == name or (name.endswith("/") and header.startswith(name)):
            return room
    return None


def wrong_include(room, allowed, quoted, header):
    """What is wrong with an include in a file of `room`; None when nothing is."""
    if not quoted:
        owner = library_room(header)
        if owner not in (None, room):
            return f"<{header}> belongs to the room {owner}"
        return None
    target = header.split("/")[0]
    if "/" not in header:
        return f'"{header}": write the room too ("{room}/{header}")'
    if target not in allowed:
        return f'"{header}": {room} may not use {target}'
    return None


def check(src):
    """All complaints about the sources below `src`, as lines of text."""
    rooms = declared_rooms(src)
    complaints = [f"{src}: the room {room} uses itself by way of others" for room in circles(rooms)]
    folders = sorted(path for path in src.iterdir() if path.is_dir())
    for folder in folders:
        room = folder.name
        if room not in rooms:
            complaints.append(f"{folder}: the room is not declared in src/CMakeLists.txt")
            continue
        allowed = reachable(rooms, room) | {"wyvern"}
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            text = path.read_text()
            for match in INCLUDE.finditer(text):
                wrong = wrong_include(room, allowed, match[1] == '"', match[2])
                if wrong:
                    line = text.count("\n", 0, match.start(2)) + 1
                    complaints.append(f"{path}:{line}: {wrong}")
    return complaints


def main(arguments):
    top = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parent.parent)
    complaints = check(top / "src")
    for line in complaints:
        print(line)
    if not complaints:
        print(f"doors: {len(declared_rooms(top / 'src'))} rooms, all includes as declared")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
