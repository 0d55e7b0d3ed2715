#!/usr/bin/env python3
"""usage: many_checkpoints.py REPOSITORY COUNT

Adds COUNT incremental checkpoints to a repository that has one of one kept file, an hour apart. Each has 20 chunks of its own and 20
of the one before, a document and a list: 22 new files in the store. For scripts/bench; docs/format.md describes the files.
"""

import ctypes
import datetime
import glob
import hashlib
import json
import os
import struct
import subprocess
import sys

repository, count = sys.argv[1], int(sys.argv[2])
store = os.path.join(repository, ".git/checkpoints")
raw = os.path.join(store, "raw")
os.mkdir(raw)
hashes = ctypes.CDLL("libxxhash.so.0")
hashes.XXH3_64bits.restype = ctypes.c_uint64
hashes.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def put(content):
    name = hashlib.sha256(content).hexdigest()
    with open(os.path.join(raw, name), "wb") as file:
        file.write(content)
    return name


def git(*words, text=None):
    return subprocess.run(["git", "-C", repository, *words], input=text, check=True, capture_output=True, text=True).stdout


model = json.load(open(glob.glob(store + "/manifests/*.json")[0]))
state = git("rev-parse", f"refs/checkpoints/{model['id']}/state").strip()
del model["git"]["changedFiles"]
model.pop("previous", None)
newest = datetime.datetime.fromisoformat(model["createdAt"].rstrip("Z"))
chunks, refs = [], []
for number in range(count):
    at = newest - datetime.timedelta(hours=count - number)
    model["id"] = at.strftime("incremental_%Y%m%d_%H%M%S")
    model["createdAt"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    chunks = (chunks + [put(b"chunk %d of %d\n" % (n, number) * 3) for n in range(20)])[-40:]
    sizes = [os.path.getsize(os.path.join(raw, chunk)) for chunk in chunks]
    lines = put("".join(f"{chunk} {size} 0:0\n" for chunk, size in zip(chunks, sizes)).encode())
    stream = {"name": ".env", "lines": {"first": 1, "count": len(chunks)}, "byteCount": sum(sizes)}
    document = {"list": lines, "streams": [stream], "files": [{"path": ".env", "permissions": 384}]}
    model["sources"][0]["document"] = put(json.dumps(document).encode())
    with open(f"{store}/manifests/{model['id']}.json", "w") as file:
        json.dump(model, file)
    refs += [f"create refs/checkpoints/{model['id']}/state {state}\n",
             f"create refs/checkpoints/{model['id']}/head {model['git']['head']}\n"]
git("update-ref", "--stdin", text="".join(refs))
git("pack-refs", "--all")

names = os.listdir(raw)
subprocess.run(["zstd", "-q", "--rm", "-1", "-r", raw], check=True)
for name in names:
    directory = os.path.join(store, "chunks", name[:2])
    os.makedirs(directory, mode=0o700, exist_ok=True)
    with open(os.path.join(raw, name + ".zst"), "r+b") as file:
        frame = file.read()
        file.write(struct.pack("<IIQ", 0x184D2A50, 8, hashes.XXH3_64bits(frame, len(frame))))
    os.rename(os.path.join(raw, name + ".zst"), os.path.join(directory, name))
os.rmdir(raw)
