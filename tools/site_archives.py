"""The archives that sites of others install, written into a folder with the sum of each.

python -m tools.site_archives FOLDER
"""

import hashlib
import sys
from pathlib import Path

from frontdesk.web.site_files import DOWNLOADS, archive


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in DOWNLOADS:
        made = archive(name)
        path = folder / f"{DOWNLOADS[name].inside}.zip"
        path.write_bytes(made)
        print(f"{hashlib.sha256(made).hexdigest()}  {path}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
