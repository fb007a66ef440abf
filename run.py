#!/usr/bin/env python3
"""gfmd-sim's command line: ``python3 run.py demo``, and nothing before it.

Standard library only up to the moment when the packages are there. Where no virtual environment is
active and the packages are missing, it makes ``.venv`` beside this file, installs the versions of
``requirements.lock`` with their hashes, and goes on in it. In an environment of your own it installs
nothing. Kept to the syntax of Python 3.6, so that old Pythons can be told what is wrong.
"""

import os
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "gfmd-sim-installed")  # holds the hash of the lock that was installed
MAKING = os.path.join(VENV, "gfmd-sim-installing")

# What has to be importable; a test holds it against pyproject.toml.
NEEDED = (
    "mesa numpy numba pandas pyarrow scipy pydantic ruamel.yaml typer rich jinja2 babel openpyxl "
    "charset_normalizer networkx plotly duckdb SALib pymoo distributed dash "
    "dash_mantine_components waitress brotli"
)


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(problem, remedy, code=2):
    say(f"{problem}\n  do:      {remedy}")
    raise SystemExit(code)


def lock_hash():
    import hashlib

    with open(LOCK, "rb") as lock:
        return hashlib.sha256(lock.read().replace(b"\r\n", b"\n")).hexdigest()


def missing_here():
    """Names of the packages that this Python cannot import; imports none of them."""
    from importlib.util import find_spec

    def is_there(name):
        try:
            return find_spec(name) is not None
        except ModuleNotFoundError:
            return False

    return [name for name in NEEDED.split() if not is_there(name)]


def venv_python():
    names = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(VENV, *names)


def same(a, b):
    return os.path.realpath(a) == os.path.realpath(b)


def read(path):
    try:
        with open(path, encoding="ascii") as text:
            return text.read().strip()
    except OSError:
        return ""


def in_own_environment():
    """Whether the user has an environment active (venv or conda) that is not ours."""
    if same(sys.prefix, VENV):
        return False
    return sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta"))


def pip_line():
    return f'"{sys.executable}" -m pip install --require-hashes -r "{LOCK}"'


def is_running(process):
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except OSError:
        return False
    return True


def make_environment():
    """Make ``.venv`` with the locked packages; anything half-made is made again."""
    import subprocess
    import time

    if os.path.lexists(VENV) and not (os.path.exists(STAMP) or os.path.exists(MAKING)):
        stop(
            f"{VENV} exists, was not made by run.py, and lacks packages that gfmd-sim needs",
            "remove or rename it, or activate it and install: pip install --require-hashes -r "
            + LOCK,
        )
    if os.name != "nt" and is_running(read(MAKING)):
        stop(
            f"another run.py (process {read(MAKING)}) is installing the packages",
            f"wait for it; if there is none, remove {VENV}",
        )
    say(f"Setting up, once: a virtual environment in {VENV}")
    say(f"and {count_packages()} packages from requirements.lock, each checked by its hash")
    say("(about 1.5 GB on disk; a few minutes with a usual connection).")
    started = time.time()
    try:
        has_pip = make_venv()
        with open(MAKING, "w", encoding="ascii") as mark:
            mark.write(f"{os.getpid()}\n")
        if has_pip:
            pip = [venv_python(), "-m", "pip"]
        else:  # Debian's Python without python3-venv
            pip = [sys.executable, "-m", "pip", "--python", venv_python()]
        install(pip)
        make_importable()
        with open(STAMP + ".new", "w", encoding="ascii") as stamp:
            stamp.write(lock_hash() + "\n")
        os.replace(STAMP + ".new", STAMP)
        os.remove(MAKING)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"the environment could not be made: {error}", "mend this and run it again")
    except KeyboardInterrupt:
        say("\nstopped; run it again and it starts the set-up anew")
        raise SystemExit(130) from None
    say(f"Ready after {time.time() - started:.0f} s.")


def make_venv():
    """An empty ``.venv``; whether it has a pip of its own."""
    import subprocess
    from importlib.util import find_spec

    has_pip = find_spec("ensurepip") is not None
    if not has_pip and find_spec("pip") is None:
        stop(
            "this Python has neither pip nor ensurepip",
            "install pip (on Debian or Ubuntu: apt install python3-pip python3-venv)",
        )
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    if has_pip:
        made = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if made.returncode == 0:
            return True
        if find_spec("pip") is None:
            stop(
                "the environment could not be made: {}".format(
                    made.stdout.decode("utf-8", "replace").strip()
                ),
                "install what it asks for, then run it again",
            )
    subprocess.run([*command, "--without-pip"], check=True)
    return False


def count_packages():
    with open(LOCK, encoding="utf-8") as lock:
        return sum("==" in line and not line.startswith((" ", "#")) for line in lock)


def install(pip):
    """Install the lock with ``pip``, saying how far it is."""
    import subprocess

    command = [*pip, "install", "--require-hashes", "--disable-pip-version-check", "--no-input",
               "--progress-bar", "off", "-r", LOCK]  # fmt: skip
    environment = dict(os.environ, PIP_USER="0", PYTHONIOENCODING="utf-8", NO_COLOR="1")
    environment.pop("PIP_TARGET", None)
    environment.pop("PIP_PREFIX", None)
    total, done, last = count_packages(), 0, []
    on_screen = sys.stderr.isatty()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        encoding="utf-8",
        errors="replace",
    )
    try:
        for line in process.stdout:
            last = [*last[-19:], line.rstrip()]
            if line.startswith("Collecting "):
                done += 1
                if on_screen:
                    sys.stderr.write(f"\r  fetching {done} of about {total} ")
                elif done % 25 == 0:
                    say(f"  fetching {done} of about {total}")
            elif line.startswith("Installing collected"):
                say(("\n" if on_screen else "") + "  unpacking them")
            sys.stderr.flush()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.wait() != 0:
        say("\n".join(["", *last]))
        stop(
            "pip could not install the packages; its last words are above",
            "check the connection and the free disk space, then run it again",
        )


def make_importable():
    """Let the Python of ``.venv`` import the packages of this folder, wherever it is started."""
    import subprocess

    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.check_output([venv_python(), "-c", code], universal_newlines=True)
    with open(os.path.join(found.strip(), "gfmd-sim.pth"), "w", encoding="utf-8") as path:
        path.write(ROOT + "\n")


def environment_is_ready():
    """Whether ``.venv`` can be used: ours and up to date, or the user's own and complete."""
    import subprocess

    if not os.path.exists(venv_python()) or os.path.exists(MAKING):
        return False
    if os.path.exists(STAMP):
        return read(STAMP) == lock_hash()
    here = os.path.abspath(__file__)
    code = f"import runpy, sys; sys.exit(bool(runpy.run_path({here!r})['missing_here']()))"
    check = [venv_python(), "-c", code]
    null = subprocess.DEVNULL
    return subprocess.run(check, stdout=null, stderr=null, check=False).returncode == 0


def go_on_in_venv():
    import subprocess

    command = [venv_python(), os.path.abspath(__file__), *sys.argv[1:]]
    if os.name == "nt":  # exec there returns to the prompt before the program ends
        try:
            raise SystemExit(subprocess.call(command))
        except KeyboardInterrupt:
            raise SystemExit(130) from None
    os.execv(command[0], command)


def main():
    if sys.version_info < OLDEST:
        stop(
            f"gfmd-sim needs Python {'.'.join(map(str, OLDEST))} or newer; "
            f"this is {'.'.join(map(str, sys.version_info[:3]))}",
            "install a newer Python, then: python3.11 run.py",
        )
    sys.path.insert(0, ROOT)
    from gfmd_sim.cli.at_once import is_answered

    if is_answered(sys.argv[1:]):  # needs no packages
        return 0
    if same(sys.prefix, VENV) and not os.path.exists(MAKING):
        if os.path.exists(STAMP) and read(STAMP) != lock_hash():
            say(
                "the packages in .venv are older than requirements.lock; leave .venv (deactivate) and run"
            )
            say("the same command with the system's Python, and they are brought up to date.")
        missing = missing_here()
        if missing:
            stop("packages are missing in .venv: " + ", ".join(missing), pip_line())
    elif in_own_environment():
        missing = missing_here()
        if missing:
            stop(
                "packages are missing in your environment {}: {}; nothing was installed".format(
                    sys.prefix, ", ".join(missing)
                ),
                pip_line(),
            )
    elif environment_is_ready():
        go_on_in_venv()
    elif missing_here():
        make_environment()
        go_on_in_venv()
    from gfmd_sim.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    raise SystemExit(main())
