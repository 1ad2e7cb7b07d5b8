"""``python deploy/audit.py PIP_AUDIT LOCK ...``: known faults of the packages that locks pin.

Ends with 0 where the service was asked about every package and knows of no fault, 1 where it knows
of some, 2 where a package could not be asked about.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Ask for each lock and say what is known."""
    tool, *locks = arguments
    worst = 0
    for lock in locks:
        done = subprocess.run(
            [tool, "--requirement", lock, "--no-deps", "--disable-pip", "--format", "json",
             "--progress-spinner", "off", "--timeout", "15"],
            capture_output=True, text=True, check=False)
        try:
            packages = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError, TypeError):
            reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
            print(f"{lock}: NOT audited, the service was not reached ({reason}).")
            worst = max(worst, 2)
            continue
        known = [(one["name"], one["version"], fault["id"], ", ".join(fault["fix_versions"]))
                 for one in packages for fault in one.get("vulns", ())]
        # The tool leaves out what the service says nothing of, and counts that as a pass.
        left_out = [one["name"] for one in packages if "skip_reason" in one]
        print(f"{lock}: {len(packages) - len(left_out)} packages audited, {len(known)} known "
              f"faults.")
        if left_out or not packages:
            named = ", ".join(left_out[:5]) + (" ..." if len(left_out) > 5 else "")
            print(f"  NOT audited, the service knows nothing of them: {len(left_out)} ({named}).")
            worst = 2
        for name, version, fault, fixed in known:
            print(f"  {name} {version}: {fault}, fixed in {fixed or 'no version yet'}")
        if known:
            worst = worst if worst == 2 else 1
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
