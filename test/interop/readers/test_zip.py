"""Reads every entry of a zip to its end and prints name and size of each: test_zip.py FILE."""
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as archive:
    bad = archive.testzip()
    if bad is not None:
        sys.exit(f"{bad} is damaged")
    for entry in archive.infolist():
        print(entry.filename, entry.file_size)
