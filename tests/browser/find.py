"""Finds a Chromium or Chrome for the browser tests, or gets one, or says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"  # Chromium without a window: the same pages in half of the time
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HELP = """No Chromium or Chrome was found, and none could be installed. The browser tests are not skipped:
install one (Debian: apt-get install chromium; macOS: brew install --cask chromium; others: google.com/chrome)
or name one: make test CHROMIUM=/path/to/chrome"""


def installed() -> str | None:
    """The path of a browser: CHROMIUM from the environment, one on the PATH, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return named if shutil.which(named) else None
    for name in (*NAMES, *PLACES):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def shell() -> str | None:
    """The path of a Chromium without a window, else what `installed` gives, as where CHROMIUM names one for all."""
    return installed() if os.environ.get("CHROMIUM") else shutil.which(SHELL) or installed()


def get() -> None:
    """Try Debian's packages as root, then Playwright's own download; both may fail."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False, stdout=subprocess.DEVNULL)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for package in ("chromium", SHELL):  # one after the other: not every Debian has the second
            subprocess.run([*command, package], check=False, stdout=subprocess.DEVNULL, env=environment)
    if not installed():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=600)


if __name__ == "__main__":
    if not installed() or (os.environ.get("CI") and not shutil.which(SHELL)):
        get()
    print(f"browser: {installed()}" if installed() else HELP, file=sys.stderr)
    sys.exit(not installed())
