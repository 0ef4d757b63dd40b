"""Make the working environment from nothing but Python and make: .venv, the project, its tools, and the system's missing parts.

Runs under the system's own Python before anything is installed, so it uses the standard library alone.
Run again it does nothing in a fraction of a second: a stamp in .venv names everything it depends on.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "storefloor-setup"
EXTRAS = "beacon,central,test,tools"
OLDEST = (3, 11)


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def can_apt() -> bool:
    """Whether this machine lets us install system packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages; False when apt could not."""
    say(f"setup: installing {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(["apt-get", "update", "-qq"], env=environment, stdout=subprocess.DEVNULL, check=False)
    return subprocess.run(install, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def wanted_stamp() -> str:
    """Everything the environment depends on: where the tree is, which Python made it, and what is declared."""
    declared = b"".join(
        (ROOT / name).read_bytes() for name in ("pyproject.toml", "hatch_build.py", "scripts/set_up.py")
    )
    return f"{ROOT}\n{sys.version}\n{hashlib.sha256(declared).hexdigest()}\n"


def is_fresh() -> bool:
    """Whether .venv was made for exactly this tree."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted_stamp()


def make_venv() -> None:
    """Create .venv; Debian keeps the venv module in a package of its own."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        return
    if can_apt() and apt_install(["python3-venv", f"python3.{sys.version_info.minor}-venv"]):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        return
    sys.exit(
        "setup: this Python cannot make a virtual environment; install your system's python3-venv, then run make again."
    )


def venv_belongs_here() -> bool:
    """Whether .venv runs, and was made at this path: its scripts carry absolute paths."""
    if not PYTHON.exists():
        return False
    probe = [
        str(PYTHON),
        "-c",
        "import pip, sys; print(sys.prefix, sys.version_info[:2] == " + str(sys.version_info[:2]) + ")",
    ]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False).stdout.strip()
    pip = VENV / "bin" / "pip"
    return answer == f"{VENV} True" and pip.exists() and str(VENV) in pip.read_text(encoding="utf-8", errors="replace")


def install_project() -> None:
    """Install the project editable with all extras."""
    say("setup: installing the project and its tools into .venv (a few minutes the first time)")
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--editable",
        f".[{EXTRAS}]",
    ]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit("setup: pip could not install the project; its last lines above say why.")


def browser() -> "str | None":
    """The Chromium the browser tests will use, if there is one."""
    named = os.environ.get("CHROMIUM")
    return named if named and Path(named).exists() else shutil.which("chromium") or shutil.which("chromium-browser")


def system_parts_missing() -> list[str]:
    """Debian packages that the tests need and this machine lacks: a browser and its parts, a C compiler."""
    missing = [] if browser() else ["chromium"]
    if not shutil.which("cc"):
        missing += ["gcc", "libc6-dev"]
    libraries = (
        subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False)
        if shutil.which("ldconfig")
        else None
    )
    if libraries is not None and "libatomic.so.1" not in libraries.stdout:
        missing.append("libatomic1")
    fonts = ("/usr/share/fonts", "/usr/local/share/fonts")
    if not any(next(Path(folder).glob("**/*CJK*"), None) for folder in fonts):
        missing.append("fonts-noto-cjk")
    return missing


def install_system_parts() -> None:
    """Bring what `system_parts_missing` names; without the right to, say in one sentence what will be left out."""
    missing = system_parts_missing()
    if not missing or (can_apt() and apt_install(missing)):
        return
    say(
        f"setup: missing {', '.join(missing)}; tests that need them (a browser, which CHROMIUM may name; a C compiler for"
        " power cuts and wrong clocks) are left out until your system has them."
    )


def compile_catalogues() -> None:
    """Bring the compiled translations up to date with their sources."""
    subprocess.run([str(PYTHON), "-m", "scripts.catalogues"], cwd=ROOT, check=True)


def main() -> None:
    """Bring the environment up to date, doing only what is missing."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"setup: Storefloor needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11"
        )
    if not is_fresh():
        if not venv_belongs_here():
            make_venv()
        install_project()
        install_system_parts()
        STAMP.write_text(wanted_stamp(), encoding="utf-8")
    compile_catalogues()


if __name__ == "__main__":
    main()
