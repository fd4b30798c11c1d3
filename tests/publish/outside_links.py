"""Reports links of the built site that lead outside and do not answer. Used weekly; never part of `make test`."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LINK = re.compile(r'<a [^>]*href="(https?://[^"#]+)')


def outside(site: Path) -> dict[str, list[str]]:
    """Each outside address with the pages that link to it."""
    found = defaultdict(list)
    for page in sorted(site.rglob("*.html")):
        for address in sorted(set(LINK.findall(page.read_text(encoding="utf-8")))):
            found[address.replace("&amp;", "&")].append(page.relative_to(site).as_posix())
    return found


def fault(address: str) -> str | None:
    """What is wrong with an address, or None. A refusal to serve programs (401, 403, 429) is no fault."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        with urllib.request.urlopen(request, timeout=30):
            return None
    except urllib.error.HTTPError as error:
        return None if error.code in (401, 403, 429) else str(error.code)
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def main(site: Path) -> int:
    """Print a Markdown list of the faults; 1 if there is one."""
    links = outside(site)
    with ThreadPoolExecutor(8) as pool:
        faults = [(a, f) for a, f in zip(links, pool.map(fault, links), strict=True) if f]
    print(f"{len(links)} outside links, {len(faults)} do not answer.\n")
    for address, reason in faults:
        print(f"- {address}: {reason} (on {', '.join(links[address])})")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
