"""Checks the wheel and the source distribution in a folder; prints what they hold, or exits with 1 and what is wrong."""

import sys
from pathlib import Path

from contents import faults, in_tree, metadata_of, of_source, of_wheel
from packaging.metadata import InvalidMetadata, Metadata

ROOT = Path(__file__).parents[2]
LARGEST = 3_000_000  # bytes of either


def main(folder: Path) -> None:
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    tree, wrong = in_tree(ROOT), []
    for path, (held, beside) in ((wheel, of_wheel(wheel)), (source, of_source(source))):
        found = list(faults(held, tree, beside))
        if path.stat().st_size > LARGEST:
            found.append(f"It has {path.stat().st_size:,} bytes, more than {LARGEST:,}.")
        wrong += [f"{path.name}: {one}" for one in found]
        print(f"{path.name}: {len(held)} files, {path.stat().st_size:,} bytes")
    try:
        Metadata.from_email(metadata_of(wheel), validate=True)
    except* InvalidMetadata as invalid:
        wrong += [f"{wheel.name}: {one}" for one in invalid.exceptions]
    if wrong:
        sys.exit("\n".join(wrong))


main(Path(sys.argv[1]))
