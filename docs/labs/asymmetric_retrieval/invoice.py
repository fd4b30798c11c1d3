"""The story's error, recorded once: a template touches the lines of an invoice after its session is closed.

`lab asymmetric-retrieval record-invoice PYTHON` runs the program with the interpreter PYTHON, which needs SQLAlchemy
and Jinja2, and rewrites data/invoice.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

FILE = Path(__file__).parent / "data" / "invoice.json"  # Python 3.13.0, SQLAlchemy 2.1.9, Jinja2 3.1.6
STORY = "template in a thread"  # the end that the post tells
PROGRAM = """\
from jinja2 import Environment
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool

class Base(DeclarativeBase):
    pass

class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str]
    lines: Mapped[list["Line"]] = relationship()

class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    text: Mapped[str]

engine = create_engine("sqlite://?check_same_thread=false", poolclass=StaticPool)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Invoice(id=1, customer="Acme", lines=[Line(text="chair")]))
    session.commit()

page = Environment().from_string("{{ invoice.customer }}\\n{% for line in invoice.lines %}{{ line.text }}{% endfor %}")

def load(number):
    with Session(engine) as session:
        return session.get(Invoice, number)

"""
ENDS = {
    "template": """\
def bill(invoice):
    return page.render(invoice=invoice)

def after_response(number):
    return bill(load(number))

after_response(1)
""",
    "template in a thread": """\
from concurrent.futures import ThreadPoolExecutor

def bill(number):
    return page.render(invoice=load(number))

with ThreadPoolExecutor() as pool:
    pool.submit(bill, 1).result()
""",
    "no template": """\
def bill(number):
    return [line.text for line in load(number).lines]

bill(1)
""",
}


def read() -> dict[str, str]:
    """The recorded tracebacks, by the end of the program."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def record(python: str) -> None:
    """Run the program with each end and write data/invoice.json; paths are made those of an ordinary installation."""
    where = "import jinja2, pathlib; print(pathlib.Path(jinja2.__file__).parent.parent.parent.parent)"
    library = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    standard = [python, "-c", "import json; print(json.__file__.removesuffix('/python3.13/json/__init__.py'))"]
    standard_library = subprocess.run(standard, capture_output=True, text=True, check=True).stdout.strip()
    environment = {**os.environ, "PYTHONNODEBUGRANGES": "", "PYTHON_COLORS": "0"}
    texts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, end in ENDS.items():
            Path(folder, "app.py").write_text(PROGRAM + end)
            run = subprocess.run([python, f"{folder}/app.py"], capture_output=True, text=True, env=environment)
            text = run.stderr.replace(folder, "/srv/app").replace(library, "/srv/app/.venv/lib")
            texts[name] = text.replace(standard_library, "/usr/lib")
    FILE.write_text(json.dumps(texts, indent=1) + "\n", encoding="utf-8")
