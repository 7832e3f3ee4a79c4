#!/usr/bin/env python3
"""pixi, as a whole: `pixi lock` of a workspace with the problem's specs, from start to exit."""

import json
import re
import shutil

from adapter import Unsupported, serve
from command_line import CommandLineAdapter

SPEC = re.compile(r"(?P<name>[A-Za-z0-9_.-]+?)\s*(?P<rest>[=<>!~*\d ].*)?")
UNSATISFIABLE = re.compile(r"cannot solve|no candidates|failed to solve|incompatible", re.IGNORECASE)


def _dependency(text):
    """One spec as a line of [dependencies]: pixi's version key takes the text after the name."""
    found = SPEC.fullmatch(text.strip())
    if found is None or "[" in text or "::" in text:
        raise Unsupported(f"no pixi form of the spec {text!r}")
    parts = (found["rest"] or "*").strip().lstrip("=" if (found["rest"] or "").startswith("==") else "").split()
    version = parts[0] if parts else "*"
    if version.startswith("=") and "=" in version[1:]:
        version, build = version[1:].split("=", 1)
        parts = [version, build.lstrip("=")]
    if len(parts) > 1:
        return found["name"], {"version": parts[0], "build": parts[1]}
    return found["name"], version


class Pixi(CommandLineAdapter):
    name = program = "pixi"
    capabilities = ("priority:strict", "priority:disabled")
    how_to_install = "https://pixi.sh/latest/installation"

    def _manifest(self, problem):
        versions = {name: version for name, version, _ in problem["virtual_packages"]}
        dependencies = {}
        for text in problem["specs"]:
            name, value = _dependency(text)
            if dependencies.setdefault(name, value) != value:
                raise Unsupported(f"pixi takes {name} only once")
        lines = ["[workspace]", 'name = "bench"', f"channels = {json.dumps(self.channel_urls())}",
                 f'platforms = ["{self.platform}"]', f'channel-priority = "{problem["channel_priority"]}"',
                 "[system-requirements]"]
        lines += [f'{key} = "{versions[name]}"' for key, name in
                  (("linux", "__linux"), ("libc", "__glibc"), ("cuda", "__cuda"), ("macos", "__osx"))
                  if name in versions]
        lines.append("[dependencies]")
        for name, value in dependencies.items():
            if isinstance(value, dict):
                value = "{" + ", ".join(f"{key} = {json.dumps(text)}" for key, text in value.items()) + "}"
            else:
                value = json.dumps(value)
            lines.append(f"{json.dumps(name)} = {value}")
        return "\n".join(lines) + "\n"

    def solve(self, problem):
        workspace = self.scratch / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        workspace.mkdir()
        (workspace / "pixi.toml").write_text(self._manifest(problem), encoding="utf-8")
        finished = self.run([self.program, "lock", "--manifest-path", str(workspace / "pixi.toml")], problem)
        if finished.returncode == 0:
            text = (workspace / "pixi.lock").read_text(encoding="utf-8")
            return sorted({self.from_place(url) for url in re.findall(r"conda: (\S+)", text)})
        if UNSATISFIABLE.search(finished.stderr):
            return None
        raise RuntimeError(f"exit code {finished.returncode}: {finished.stderr.strip()[-300:]}")


if __name__ == "__main__":
    serve(Pixi())
