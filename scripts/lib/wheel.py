#!/usr/bin/env python3
"""Makes the wheel of scripts/package: the program and what belongs to it, as files that pip puts below its prefix."""

import argparse
import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import time
import zipfile

NAME = "project-checkpoint"

# Debian 12's packages of libraries that are not everywhere.
DEBIAN = {
    "libgit2": "libgit2-1.5",
    "libpq": "libpq5",
    "libzstd": "libzstd1",
    "libxxhash": "libxxhash0",
    "libarchive": "libarchive13",
    "libcrypto": "libssl3",
    "libz": "zlib1g",
}
# They are wherever glibc and a compiler's runtime are.
EVERYWHERE = ("libc.so", "libm.so", "libgcc_s.so", "libstdc++.so", "libpthread.so", "libdl.so", "ld-linux")

GIT_COMMAND = '#!/bin/sh\n# Lets `git checkpoint` work.\nexec "$(dirname "$0")/checkpoint" "$@"\n'


def readelf(option, program):
    command = ["readelf", "--wide", option, str(program)]
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def libraries(program):
    found = re.findall(r"\(NEEDED\).*\[(.+?)\]", readelf("--dynamic", program))
    # And those that are loaded when they are needed.
    found += re.findall(r'"soname":\["(.+?)"\]', readelf("--string-dump=.note.dlopen", program))
    return sorted(name for name in found if not name.startswith(EVERYWHERE))


def platform_tag(program):
    """manylinux with the newest version of glibc that the program asks for."""
    versions = re.findall(r"\bGLIBC_(\d+)\.(\d+)", readelf("--version-info", program))
    if not versions:
        sys.exit("error: the program does not say which glibc it needs")
    major, minor = max((int(a), int(b)) for a, b in versions)
    return f"manylinux_{major}_{minor}_{os.uname().machine}"


def description(needed):
    lines = [
        "# checkpoint",
        "",
        "Records a project at a moment and brings it back: git state, PostgreSQL databases, and the configuration that",
        "git ignores. One command before a risky step, one command back. This wheel carries the program for Linux, the",
        "manual page, and completions for bash, zsh and fish.",
        "",
        "## What it needs",
        "",
        "pip does not install these. They are named as on Debian 12, for which the program was built:",
        "",
        "| library | Debian's package |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | `{DEBIAN.get(name.split('.')[0], '?')}` |" for name in needed]
    packages = sorted({DEBIAN[name.split(".")[0]] for name in needed if name.split(".")[0] in DEBIAN})
    lines += [
        "",
        "and git 2.38 or newer, and `pg_dump` and `pg_restore` (`postgresql-client`) for databases. All of them:",
        "",
        "```sh",
        f"apt-get install git postgresql-client {' '.join(packages)}",
        "```",
        "",
        "`checkpoint --version` says whether all is there; an error names a library that is missing.",
    ]
    return "\n".join(lines) + "\n"


def metadata(version, needed):
    head = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {version}",
        "Summary: Records a project at a moment (git, PostgreSQL, local configuration) and brings it back",
        "License: MIT",
        "Classifier: Environment :: Console",
        "Classifier: License :: OSI Approved :: MIT License",
        "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Topic :: Software Development :: Version Control :: Git",
        "Requires-Python: >=3.7",
        "Description-Content-Type: text/markdown",
    ]
    head += [f"Requires-External: {name}" for name in needed]
    return "\n".join(head) + "\n\n" + description(needed)


class Wheel:
    def __init__(self, path, epoch):
        # Zip knows no time before 1980.
        self.date = time.gmtime(max(int(epoch), 315532800))[:6]
        self.archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.records = []

    def add(self, name, data, mode=0o644):
        entry = zipfile.ZipInfo(name, self.date)
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self.records.append(f"{name},sha256={digest},{len(data)}")

    def close(self, record):
        self.records.append(f"{record},,")
        entry = zipfile.ZipInfo(record, self.date)
        entry.external_attr = 0o100644 << 16
        self.archive.writestr(entry, "\n".join(self.records) + "\n", zipfile.ZIP_DEFLATED)
        self.archive.close()


def main():
    parser = argparse.ArgumentParser()
    for option in ("root", "product", "version", "epoch", "output"):
        parser.add_argument(f"--{option}", required=True)
    options = parser.parse_args()
    product = pathlib.Path(options.product)
    program = product / "bin/checkpoint"
    needed = libraries(program)
    stem = f"{NAME.replace('-', '_')}-{options.version}"
    tag = f"py3-none-{platform_tag(program)}"
    path = pathlib.Path(options.output) / f"{stem}-{tag}.whl"
    # Under another name until it is whole.
    partial = path.with_suffix(".partial")

    wheel = Wheel(partial, options.epoch)
    wheel.add(f"{stem}.data/scripts/checkpoint", program.read_bytes(), 0o755)
    wheel.add(f"{stem}.data/scripts/git-checkpoint", GIT_COMMAND.encode(), 0o755)
    for file in sorted((product / "share").rglob("*")):
        if file.is_file():
            wheel.add(f"{stem}.data/data/{file.relative_to(product)}", file.read_bytes())
    wheel.add(f"{stem}.dist-info/LICENSE", (pathlib.Path(options.root) / "LICENSE").read_bytes())
    wheel.add(f"{stem}.dist-info/METADATA", metadata(options.version, needed).encode())
    wheel.add(
        f"{stem}.dist-info/WHEEL",
        f"Wheel-Version: 1.0\nGenerator: scripts/package\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    )
    wheel.close(f"{stem}.dist-info/RECORD")
    partial.rename(path)
    print(path)


if __name__ == "__main__":
    main()
