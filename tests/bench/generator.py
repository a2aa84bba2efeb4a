"""Full-size portal records made up from a seed: Zipf words, 15 kB of pasted HTML, budgets, dates. No real text."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

SYLLABLES = [
    "re", "hy", "dro", "gen", "ci", "cu", "lar", "in", "du", "stry", "lo", "gis", "tic", "smart", "ur", "ban",
    "health", "da", "ta", "cy", "ber", "se", "cu", "ri", "ty", "ma", "te", "ri", "al", "pro", "cess", "en", "er",
    "gy", "grid", "sto", "rage", "trans", "port", "mo", "bil", "wa", "ter", "waste", "clin", "ic", "care", "net",
    "work", "plat", "form", "pi", "lot",
]  # fmt: skip
PREFIXES = ("HORIZON-CL4", "HORIZON-CL5", "HORIZON-MISS", "LIFE", "DIGITAL", "CEF-T", "RFCS", "I3")
PROGRAMMES = {"LIFE": "43252405", "DIGITAL": "43152860", "CEF-T": "43251567", "RFCS": "43252449", "I3": "44416173"}
ACTIONS = (
    "HORIZON  Research and Innovation Actions", "HORIZON Innovation Actions",
    "HORIZON Coordination and Support Actions", "LIFE Project Grants",
)  # fmt: skip
FORTHCOMING, OPEN = "31094501", "31094502"


class Working(NamedTuple):
    """What makes the records a working list: real spellings in a third of them, deadlines around a day, all mixed."""

    today: date
    spellings: Sequence[str]


class Words:
    """A vocabulary of `size` made-up words, drawn with Zipf's frequencies."""

    def __init__(self, seed: int, size: int = 30_000):
        self.random = random.Random(seed)
        made: dict[str, None] = {}
        while len(made) < size:
            made["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4)))] = None
        self.words = list(made)
        total = 0.0
        self.cumulative = [total := total + 1 / rank for rank in range(1, size + 1)]

    def draw(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.cumulative, k=count)


def records(
    count: int, *, seed: int = 1, html_bytes: int = 15_000, working: Working | None = None
) -> Iterator[dict[str, Any]]:
    """`count` topics in the portal's answer shape with a description of about `html_bytes` bytes."""
    words = Words(seed)
    for number in range(count):
        prefix = PREFIXES[number % len(PREFIXES)]
        identifier = f"{prefix}-2027-{number // 40:03}-{number:06}"
        reference = f"{60_000_000 + number}TOPICSen"
        metadata = _metadata(words, identifier, reference, number, html_bytes)
        if working is not None:
            metadata |= _mixed(words, metadata, number, working)
        yield {
            "apiVersion": "2.155",
            "reference": reference,
            "url": f"https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/{identifier}",
            "language": "en",
            "database": "SEDIA",
            "databaseLabel": "SEDIA",
            "summary": "",
            "checksum": f"{number:064X}",
            "metadata": metadata,
        }


def _metadata(words: Words, identifier: str, reference: str, number: int, html_bytes: int) -> dict[str, list[str]]:
    month = 1 + number % 12
    entry = {
        "action": f"{identifier} - HORIZON-RIA HORIZON  Research and Innovation Actions",
        "expectedGrants": 3,
        "minContribution": 4_000_000,
        "maxContribution": 6_000_000,
        "budgetYearMap": {"2027": "18000000"},
        "deadlineModel": "single-stage",
        "deadlineDates": [f"2027-{month:02}-15"],
    }
    return {
        "type": ["1"],
        "status": ["31094502"],
        "language": ["en"],
        "DATASOURCE": ["SEDIA"],
        "REFERENCE": [reference],
        "identifier": [identifier],
        "title": [" ".join(words.draw(9)).capitalize()],
        "callIdentifier": [identifier.rsplit("-", 1)[0]],
        "callTitle": [" ".join(words.draw(4))],
        "frameworkProgramme": ["43108390"],
        "programmeDivision": ["43108390", "43108541"],
        "startDate": ["2026-10-01T00:00:00.000+0000"],
        "deadlineDate": [f"2027-{month:02}-15T00:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
        "typesOfAction": ["HORIZON  Research and Innovation Actions"],
        "destinationDescription": [" ".join(words.draw(8))],
        "keywords": [identifier, *(" ".join(words.draw(2)) for _ in range(4))],
        "budgetOverview": [json.dumps({"budgetYearsColumns": ["2027"], "budgetTopicActionMap": {"1": [entry]}})],
        "descriptionByte": [description(words, html_bytes)],
    }


def _mixed(words: Words, metadata: dict[str, list[str]], number: int, working: Working) -> dict[str, list[str]]:
    """What differs from call to call in a working list: day, status, programme, type of action, what it is about."""
    draw = words.random
    due = working.today + timedelta(days=draw.randint(-30, 420))
    action = ACTIONS[draw.randrange(len(ACTIONS))]
    budget = metadata["budgetOverview"][0].replace(due_of(metadata), f"{due}").replace(ACTIONS[0], action)
    low = draw.randint(1, 40) * 100_000
    budget = budget.replace("4000000", str(low)).replace("6000000", str(low * 2))
    stages = [f"{due}T00:00:00.000+0000"]
    mixed = {
        "status": [OPEN if number % 3 else FORTHCOMING],
        "frameworkProgramme": [PROGRAMMES.get(PREFIXES[number % len(PREFIXES)], "43108390")],
        "startDate": [f"{working.today + timedelta(days=20 if number % 3 == 0 else -40)}T00:00:00.000+0000"],
        "deadlineDate": stages,
        "typesOfAction": [action],
        "budgetOverview": [budget],
    }
    if number % 3 == 1:
        said = draw.choices(working.spellings, k=4)
        mixed["title"] = [f"{said[0].capitalize()} {metadata['title'][0].lower()}"]
        text = " ".join([*words.draw(10), *said[1:]])
        mixed["descriptionByte"] = [metadata["descriptionByte"][0].replace("</p>\r\n", f" {text}</p>\r\n", 1)]
    return mixed


def due_of(metadata: dict[str, list[str]]) -> str:
    return metadata["deadlineDate"][0][:10]


def description(words: Words, size: int) -> str:
    """HTML as pasted from a word processor, `size` bytes or a little more."""
    parts = ['<p class="topicdescriptionkind">Expected Outcome:</p>']
    length = len(parts[0])
    heading = False
    while length < size:
        if length > size // 2 and not heading:
            parts.append('<SPAN class="topicdescriptionkind">Scope</SPAN>:')
            heading = True
        text = " ".join(words.draw(60))
        parts.append(
            f'<p class="MsoNormal" style="margin-bottom:8.0pt">{text}&nbsp;<b>{words.draw(1)[0]}</b></p>\r\n'
        )
        length += len(parts[-1])
    return "".join(parts)


def pages(count: int, *, seed: int = 1, size: int = 100, working: Working | None = None) -> Iterator[dict[str, Any]]:
    """The same as answer pages of the search service."""
    batch: list[dict[str, Any]] = []
    number = 0
    for record in records(count, seed=seed, working=working):
        batch.append(record)
        if len(batch) == size:
            number += 1
            yield _page(batch, number, count)
            batch = []
    if batch:
        yield _page(batch, number + 1, count)


def _page(results: list[dict[str, Any]], number: int, total: int) -> dict[str, Any]:
    return {
        "apiVersion": "2.155", "terms": "***", "responseTime": 1, "totalResults": total, "pageNumber": number,
        "pageSize": 100, "sort": "identifier", "results": results,
    }  # fmt: skip
