"""What a database needs: run once, again when its inputs change, and remembered by the database itself."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from config import messages, prepare
from config.prepare import Step
from tests import database


@pytest.fixture
def url() -> Iterator[str]:
    """An empty database beside this process's own."""
    name = database.own_name() + "_empty"
    with database.server() as connection:
        database.drop_named(connection, name)
        connection.execute(f"CREATE DATABASE {name}")
        yield database.url_of(name)
        database.drop_named(connection, name)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The commands that were run, in a root of their own."""
    commands: list[str] = []
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "manage", lambda command, **options: commands.append(command))
    (tmp_path / "a.csv").write_text("1")
    return commands


def test_a_step_runs_once_and_again_when_its_input_changes(url: str, ran: list[str], tmp_path: Path) -> None:
    steps = (Step("first", ("a.csv",)), Step("second", ("b.csv",)))
    prepare.prepare(url, steps)
    prepare.prepare(url, steps)
    assert ran == ["first", "second"]
    (tmp_path / "a.csv").write_text("2")
    prepare.prepare(url, steps)
    assert ran == ["first", "second", "first"]


def test_a_step_that_fails_is_not_remembered(url: str, ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: str, **options: object) -> None:
        raise SystemExit("no")

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(prepare, "manage", fail)
        prepare.prepare(url, (Step("first", ("a.csv",)),))
    with psycopg.connect(url) as connection:
        assert prepare.record(connection, connection.info.dbname) == {}
    prepare.prepare(url, (Step("first", ("a.csv",)),))
    assert ran == ["first"]


def test_a_comment_of_somebody_elses_is_no_memory(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"COMMENT ON DATABASE {connection.info.dbname} IS 'ours'")
        assert prepare.record(connection, connection.info.dbname) == {}


def test_a_command_that_fails_ends_with_its_own_words(url: str) -> None:
    with pytest.raises(SystemExit, match=r"(?s)Unknown command.*manage.py no_such_command failed"):
        prepare.manage("no_such_command", url=url, quiet=True)


def test_every_step_names_inputs_that_exist() -> None:
    assert [step.command for step in prepare.STEPS if not step.fingerprint()] == []


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_models_without_a_migration_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from marketplace.places.models import Province

    monkeypatch.setattr(Province._meta.get_field("name"), "max_length", 7)
    with pytest.raises(SystemExit):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_catalogues_are_compiled_when_they_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    source = messages.catalogue("vi")
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "Basket"\nmsgstr "Giỏ hàng"\n'
    )
    messages.compile_all()
    first = source.with_suffix(".mo").read_bytes()
    assert "Giỏ hàng".encode() in first
    source.write_text(source.read_text().replace("Giỏ hàng", "Giỏ"))
    messages.compile_all()
    assert source.with_suffix(".mo").read_bytes() != first


def test_what_is_said_and_not_told_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "REWORDED", {})  # what libraries say
    monkeypatch.setattr(messages, "LEFT_EMPTY", ())
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue/forms.py").write_text('_("Add to basket")\nngettext("%(n)s good", "%(n)s goods", 2)\n')
    page = '<p>\n  {% translate "Pay" %}</p>\n{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}'
    (tmp_path / "catalogue/page.html").write_text(page)
    assert len(messages.untold("vi")) == 4
    messages.update()
    path = messages.catalogue("vi")
    path.write_text(path.read_text().replace('msgid "Pay"\nmsgstr ""', 'msgid "Pay"\nmsgstr "Trả tiền"'))
    told = messages.untold("vi")
    assert len(told) == 3 and not any("Pay" in line for line in told)
    path.write_text(
        path.read_text().replace('msgid "Hello %(a)s"\nmsgstr ""', 'msgid "Hello %(a)s"\nmsgstr "Chào %(b)s"')
    )
    assert any("Hello" in line for line in messages.untold("vi"))
