"""The structure of the program: imports point one way, modules are small, each library has one home."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "narrator"
MODULES = sorted(PACKAGE.rglob("*.py"))

# From the ground up; a module imports only from rows below its own, or within its own folder.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"addresses", "units", "text", "files", "web"}),
    frozenset({"audio"}),
    frozenset({"model"}),
    frozenset({"settings", "yamltext"}),
    frozenset({"delivery", "pauses", "prices", "pronunciations", "rumble", "shades"}),
    frozenset({"folders", "keeping", "loudness", "spoken", "voices", "patience"}),
    frozenset({"music"}),
    frozenset(
        {
            "sources",
            "attribution",
            "script",
            "casting",
            "engines",
            "examination",
            "takes",
            "timeline",
            "mixing",
            "workers",
        }
    ),
    frozenset({"performing", "shared_takes", "upkeep", "installing"}),
    frozenset({"batches"}),
    frozenset({"sizes"}),
    frozenset({"recording", "cluster", "encoding", "publish", "serving"}),
    frozenset({"checking"}),
    frozenset({"production"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
STANDARD = frozenset(sys.stdlib_module_names)


def layer_of(name: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if name in names)


def part_of(path: Path) -> str:
    """Return the module or folder directly in the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return the full names of all modules a file imports, late imports too, those for types alone not."""
    found: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "narrator":
                found |= {f"narrator.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "narrator" or len(parts) == 1 or parts[1] in (part, "__version__"):
            continue
        assert layer_of(parts[1]) < layer_of(part), f"{part} may not import {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_each_library_is_imported_in_one_module() -> None:
    homes: dict[str, set[str]] = {}
    for path in MODULES:
        for name in imported(path):
            library = name.split(".")[0]
            if library not in STANDARD | {"narrator", "numpy"}:
                # The commands are one home: each has a module, and all of them are made with click.
                home = "cli" if library == "click" and part_of(path) == "cli" else path.relative_to(PACKAGE)
                homes.setdefault(library, set()).add(str(home))

    assert {library: paths for library, paths in homes.items() if len(paths) > 1} == {}
