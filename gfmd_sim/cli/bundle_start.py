"""What a bundle starts with, there as ``start.py``: unpacks the packages once, opens the dashboard.

Standard library only, and no syntax newer than Python 3.6: a wrong Python shall be told so. Its
sentences are in the simulator's catalogues, which lie in the same folder.
"""

import gettext
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WHEELS = os.path.join(HERE, "wheels")
PACKAGES = os.path.join(HERE, "packages")
DONE = os.path.join(PACKAGES, "complete")
MADE_FOR = os.path.join(HERE, "made-for.txt")  # Python, system and machine of the packages


def here() -> str:
    """This Python, system and machine."""
    import platform

    return "{}.{}-{}-{}".format(*sys.version_info[:2], sys.platform, platform.machine())


def language() -> str:
    """The language of ``--lang``, else the system's; English if that is neither French nor Spanish."""
    words = [word for given in sys.argv[1:] for word in given.split("=", 1)]
    asked = words[words.index("--lang") + 1 :][:1] if "--lang" in words else []
    names = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that says something
    for known in (
        asked or [os.environ[name] for name in names if os.environ.get(name)] or _windows()
    ):
        return known[:2] if known[:2] in ("fr", "es") else "en"
    return "en"


def _windows() -> "list[str]":
    """The language of Windows, in a list; an empty one elsewhere."""
    if sys.platform != "win32":
        return []
    import ctypes
    import locale

    return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "en")]


_ = gettext.translation(
    "gfmd_sim", os.path.join(HERE, "gfmd_sim", "locale"), [language()], fallback=True
).gettext


def unpack() -> None:
    """Unpack all packages, saying how far it is."""
    import shutil
    from concurrent.futures import ThreadPoolExecutor, as_completed

    shutil.rmtree(PACKAGES, ignore_errors=True)  # half of them, if the last time was cut short
    paths = [os.path.join(WHEELS, name) for name in os.listdir(WHEELS)]
    paths.sort(key=os.path.getsize, reverse=True)
    whole, done, told = sum(map(os.path.getsize, paths)), 0, 0
    print(_("Unpacking {n} packages, once (no network needed) …").format(n=len(paths)), flush=True)
    with ThreadPoolExecutor() as pool:
        coming = {pool.submit(unpack_wheel, path): path for path in paths}
        for one in as_completed(coming):
            one.result()
            done += os.path.getsize(coming[one])
            if 100 * done // whole >= told + 10:
                told = 100 * done // whole
                print(f"  {told}%", flush=True)
    with open(DONE, "w"):
        pass


def unpack_wheel(path: str) -> None:
    """Unpack one package."""
    import shutil
    import zipfile

    with zipfile.ZipFile(path) as wheel:  # which checks every file's sum
        wheel.extractall(PACKAGES)
    data = os.path.join(PACKAGES, "-".join(os.path.basename(path).split("-")[:2]) + ".data")
    for kind in ("purelib", "platlib"):  # the rest of it is for a whole environment
        part = os.path.join(data, kind)
        if os.path.isdir(part):
            shutil.copytree(part, PACKAGES, dirs_exist_ok=True)
    shutil.rmtree(data, ignore_errors=True)


def arguments() -> "list[str]":
    """What is run: the dashboard, in the reader's language, unless something else is asked for."""
    given = sys.argv[1:]
    if given and not given[0].startswith("-"):
        return given
    said = any(one.split("=")[0] == "--lang" for one in given)
    return ["dashboard", *given, *([] if said else ["--lang", language()])]


def main() -> None:
    """Check, unpack, start."""
    with open(MADE_FOR, encoding="ascii") as text:
        made_for = text.read().strip()
    if here() != made_for:
        told = _("This folder is for Python {made_for}; this is {here}.")
        sys.exit(told.format(made_for=made_for, here=here()))
    if not os.path.exists(DONE):
        try:
            unpack()
        except OSError as error:
            print(
                _("The packages could not be unpacked: {error}").format(error=error),
                file=sys.stderr,
            )
            sys.exit(
                _(
                    "See that this folder can be written to and that 1.5 GB are free, then start it "
                    "again."
                )
            )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([HERE, PACKAGES]))
    code = "from gfmd_sim.cli import main; raise SystemExit(main())"
    line = [sys.executable, "-c", code, *arguments()]
    os.chdir(HERE)
    if os.name != "nt":
        os.execve(line[0], line, environment)
    try:
        sys.exit(subprocess.call(line, env=environment))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
