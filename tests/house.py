"""The house rules that a machine can read, each a function that says where its rule is broken."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("config", "catalogue", "marketplace", "storefront")
FORKS = {"catalogue", "address", "basket", "checkout", "dashboard", "order", "partner", "payment", "search", "shipping"}
HOUSE = {
    "__init__", "models", "queries", "actions", "notices", "forms", "gateway", "gateways", "tasks",
    "views", "api", "webhook", "urls", "admin", "apps",
}  # fmt: skip
FOLDERS = {"migrations", "management", "templatetags", "data", "static", "templates", "standin", "demonstration"}
NEVER = {"utils", "helpers", "services", "signals", "managers", "handlers", "common", "misc"}
OSCARS = {
    "abstract_models", "applicator", "availability", "calculators", "exceptions", "formsets", "managers", "methods",
    "middleware", "mixins", "prices", "processing", "repository", "scales", "search_indexes", "session", "signals",
    "strategy", "utils",
}  # fmt: skip
ADAPTER_LINES = 150
WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update"}
LISTENERS = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "receiver"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "ParentalKey"}


@dataclass(frozen=True)
class Module:
    """One file of Python, and its path from the root."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def names(self) -> list[str]:
        return self.path.removesuffix(".py").split("/")

    @property
    def kind(self) -> str:
        """What it is in its app: `actions` for actions.py and for actions/ledger.py alike."""
        inside = self.names[2 if self.names[0] == "marketplace" else 1 :]
        return next((name for name in inside if name in HOUSE - {"__init__"}), self.names[-1])

    def at(self, node: ast.AST | int, said: str) -> str:
        return f"{self.path}:{node if isinstance(node, int) else getattr(node, 'lineno', 1)} {said}"


def modules(*folders: str) -> list[Module]:
    """Every module of ours but migrations, which Django writes."""
    found = sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    )
    return [Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found]


def functions(module: Module) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Each function with the number of lines in its body, docstring aside."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node, (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the last name of what is called."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "attr", getattr(node.func, "id", ""))


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each absolute import with the full name of what is imported."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


# --- Python ----------------------------------------------------------------------------------------------------------


def long_files(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > 300 and module.path != "config/settings.py":  # one file of settings is a rule of its own
        yield module.at(301, f"is line 301 of {lines}; a file has 300 at most.")


def long_functions(module: Module) -> Iterator[str]:
    view = module.kind in {"views", "api", "webhook"} and "standin" not in module.names
    for node, lines in functions(module):
        if lines > (limit := 10 if view else 30):
            yield module.at(
                node, f"{node.name} has {lines} lines; a {'view' if view else 'function'} has {limit} at most."
            )


def strange_names(module: Module) -> Iterator[str]:
    """House names, Oscar's in forks while thin, and modules that calculate: those write nothing to the database."""
    fork = bool(FORKS & set(module.names[:2]))
    if module.names[0] == "config" or FOLDERS & set(module.names):
        return
    if module.names[-1] in NEVER and not (fork and module.names[-1] in OSCARS):
        yield module.at(1, f"is named {module.names[-1]}, which says nothing of what it does.")
    elif fork and module.names[-1] in OSCARS:
        if (lines := module.text.count("\n")) > ADAPTER_LINES:
            yield module.at(
                1, f"has {lines} lines; an adapter to Oscar has {ADAPTER_LINES} at most and calls our actions."
            )
    elif module.kind not in HOUSE:
        for node, name in calls(module):
            if (
                name in WRITES and isinstance(node.func, ast.Attribute) and not node.args
            ):  # a picture is saved to somewhere
                yield module.at(node, f"writes ({name}) outside actions; {module.names[-1]}.py may only calculate.")


def imports_out_of_place(module: Module) -> Iterator[str]:
    for node, name in imports(module):
        first = name.split(".")[0]
        if first == "stripe" and module.path != "marketplace/payment/gateways/stripe.py":
            yield module.at(node, "imports stripe outside its gateway.")
        if first in {"celery", "kombu"} and module.kind != "tasks" and module.names[0] != "config":
            yield module.at(node, f"imports {first} outside tasks.py and config.")
        if name.startswith("marketplace.stock.models") and not module.path.startswith("marketplace/stock/"):
            yield module.at(node, "imports the ledger's tables outside stock.")
        if "payment.standin" in name and not module.path.startswith("marketplace/payment/standin/"):
            yield module.at(node, "imports the stand-in Stripe.")


def listeners(module: Module) -> Iterator[str]:
    for node, name in imports(module):
        if name.startswith("django.") and name.rsplit(".", 1)[-1] in LISTENERS:
            yield module.at(node, f"listens ({name.rsplit('.', 1)[-1]}); an action says what follows from it.")


def delays_in_the_queue(module: Module) -> Iterator[str]:
    for node, _ in calls(module):
        for keyword in node.keywords:
            if keyword.arg in {"countdown", "eta"}:
                yield module.at(node, f"delays by {keyword.arg}; a retry is a next_try_at on its row.")


def whole_saves(module: Module) -> Iterator[str]:
    if module.kind != "actions":
        return
    for node, name in calls(module):
        if name == "save" and not any(keyword.arg == "update_fields" for keyword in node.keywords):
            yield module.at(node, "saves every field; name what changed in update_fields, or create().")


def positional_actions(module: Module) -> Iterator[str]:
    """Public actions take their words by name and say in a docstring what becomes true."""
    if module.kind != "actions":
        return
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if (node.args.args or node.args.posonlyargs) and node.name not in {
                "lock",
                "note",
            }:  # they name their one object
                yield module.at(node, f"{node.name} takes words by position; actions take them by name.")
            if not ast.get_docstring(node):
                yield module.at(node, f"{node.name} does not say what becomes true.")


def relations_upward(module: Module) -> Iterator[str]:
    """A foreign key named by a string counts as an import, and imports point down."""
    if module.kind != "models" or (here := _layer(module.path)) is None:
        return
    for node, name in calls(module):
        to = node.args[0] if name in RELATIONS and node.args else None
        if isinstance(to, ast.Constant) and isinstance(to.value, str) and "." in to.value:
            there = _layer(f"marketplace/{to.value.split('.')[0]}/") or _layer(f"{to.value.split('.')[0]}/")
            if there is not None and there < here:
                yield module.at(node, f"refers up to {to.value}.")


def _layer(path: str) -> int | None:
    """The layer a file belongs to, counted from the top of the picture in pyproject.toml."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    for number, layer in enumerate(contract["layers"]):
        for name in re.findall(r"[\w.]+", layer):
            if path.startswith(name.replace(".", "/") + "/"):
                return number
    return None


PYTHON_RULES = (
    long_functions, strange_names, imports_out_of_place, listeners, delays_in_the_queue, whole_saves,
    positional_actions, relations_upward,
)  # fmt: skip

# --- Pages -----------------------------------------------------------------------------------------------------------

STOREFRONT = ROOT / "storefront"
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(|:\s*(?:white|black|red|green|blue|gr[ae]y)\b"
)
INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)[^>]*>|\sstyle=|\son\w+=[\"']"
)
FOREIGN = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']https?://")


def _found(pattern: re.Pattern[str], path: str, text: str, said: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := pattern.search(line):
            yield f"{path}:{number} {said}: {match.group().strip()}"


def raw_colours(path: str, text: str) -> Iterator[str]:
    without_comments = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.S)
    yield from _found(COLOUR, path, without_comments, "a raw colour outside tokens.css")


def inline_code(path: str, text: str) -> Iterator[str]:
    yield from _found(INLINE, path, text, "inline code, which the security policy blocks")
    yield from _found(FOREIGN, path, text, "a file from another host")


def unpaired(templates: set[str], sheets: set[str]) -> Iterator[str]:
    """A component is a template and a sheet of one name."""
    yield from (f"components/{name}.html has no css/components/{name}.css" for name in sorted(templates - sheets))
    yield from (f"css/components/{name}.css has no components/{name}.html" for name in sorted(sheets - templates))
