# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Builds the wheel of the Python package with CMake: the build backend (PEP 517) of pyproject.toml.

It needs nothing but CMake and what the C++ build needs (tools/setup.sh build)."""

import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile

TOP = pathlib.Path(__file__).resolve().parents[1]


def version():
    text = (TOP / "CMakeLists.txt").read_text()
    return re.search(r"project\(wyvern VERSION (\S+)", text).group(1)


def metadata():
    return (f"Metadata-Version: 2.1\nName: wyvern\nVersion: {version()}\n"
            "Summary: Reduction of GNIRS keyhole images\nLicense: BSD-3-Clause\n"
            "Requires-Python: >=3.9\nRequires-Dist: numpy\nRequires-Dist: astropy\n"
            "Provides-Extra: dragons\nRequires-Dist: wyvern-dragons; extra == 'dragons'\n")


def tag():
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    return f"{python}-{python}-{platform}"


def built_module(folder):
    """Builds in `folder`, which is configured unless it has been; gives the extension module."""
    jobs = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    if not (pathlib.Path(folder) / "CMakeCache.txt").exists():
        subprocess.run(["cmake", "-S", TOP, "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
                        "-DWYVERN_TESTS=OFF", f"-DPython3_EXECUTABLE={sys.executable}"], check=True)
    subprocess.run(["cmake", "--build", folder, "--parallel", jobs, "--target", "python_package"],
                   check=True)
    modules = list(pathlib.Path(folder).glob("python/wyvern/_core*.so"))
    if len(modules) != 1:
        sys.exit("the extension module was not built: see above what CMake misses")
    return modules[0]


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Writes the wheel and gives its name. $WYVERN_WHEEL_BUILD names a folder to build in that is
    kept, so that the next build is quick; build/release will do."""
    with tempfile.TemporaryDirectory() as temporary:
        module = built_module(os.environ.get("WYVERN_WHEEL_BUILD", temporary))
        files = {f"wyvern/{path.name}": path.read_bytes()
                 for path in sorted((TOP / "python" / "wyvern").iterdir())
                 if path.suffix in (".py", ".pyi", ".typed") or path.name == "py.typed"}
        files[f"wyvern/{module.name}"] = module.read_bytes()
    info = f"wyvern-{version()}.dist-info"
    files[f"{info}/METADATA"] = metadata().encode()
    files[f"{info}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: wyvern\nRoot-Is-Purelib: false\n"
                              f"Tag: {tag()}\n").encode()
    record = "".join(record_line(name, content) for name, content in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    name = f"wyvern-{version()}-{tag()}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
    return name


def build_sdist(sdist_directory, config_settings=None):
    """Writes an archive of all files that git knows and gives its name."""
    root = f"wyvern-{version()}"
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], check=True, capture_output=True)
    with tarfile.open(pathlib.Path(sdist_directory) / f"{root}.tar.gz", "w:gz") as archive:
        for name in filter(None, listed.stdout.decode().split("\0")):
            archive.add(TOP / name, f"{root}/{name}", recursive=False)
        with tempfile.TemporaryDirectory() as folder:
            info = pathlib.Path(folder) / "PKG-INFO"
            info.write_text(metadata())
            archive.add(info, f"{root}/PKG-INFO")
    return f"{root}.tar.gz"
