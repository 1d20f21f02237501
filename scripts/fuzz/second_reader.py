"""Reads archives from its input, each after a line with its length, and answers each with a line of JSON."""

import io
import json
import sys
import zipfile

MAX_BYTES = 20_000_000


def read(data):
    files = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            # Not is_dir(), which goes by the name up to its first NUL.
            if info.orig_filename.endswith("/"):
                continue
            size = 0
            with archive.open(info) as file:
                while chunk := file.read(65536):
                    size += len(chunk)
                    if size > MAX_BYTES:
                        raise ValueError("too large")
            if size != info.file_size:
                raise ValueError("size")
            files.append([size, info.CRC])
    return files


for line in sys.stdin.buffer:
    archive_bytes = sys.stdin.buffer.read(int(line))
    try:
        answer = {"files": read(archive_bytes)}
    except Exception as error:  # whatever it is, it means that the archive is refused
        answer = {"error": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(answer), flush=True)
