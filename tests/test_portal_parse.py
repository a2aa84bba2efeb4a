"""Portal records as calls: every trap of the service has a test here that fails if the trap works again."""

# ruff: noqa: E501 (tables of facts)

import copy
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import RecordError
from matcher.model import Budget, Call, DeadlineModel, Kind, Status
from matcher.sources import _budget
from matcher.sources._dates import moment, topic_day
from matcher.sources._parse import type_of_action
from matcher.sources._programmes import PROGRAMMES, from_identifier, programme
from matcher.sources.portal import is_ghost, parse

Record = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
SCREEN = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"


def topic(**metadata: Any) -> Record:
    """A topic as the service answers in 2026; keyword arguments replace metadata fields, None takes them out."""
    fields = {
        "type": ["1"],
        "status": ["31094502"],
        "language": ["en"],
        "DATASOURCE": ["SEDIA"],
        "identifier": ["HORIZON-CL5-2027-03-07"],
        "callIdentifier": ["HORIZON-CL5-2027-03"],
        "callTitle": ["Sustainable energy"],
        "title": ["Heat from mines"],
        "frameworkProgramme": ["43108390"],
        "programmeDivision": ["43108390", "43120821", "43121068", "99"],
        "startDate": ["2026-12-01T00:00:00.000+0000"],
        "deadlineDate": ["2027-04-08T00:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
        "typesOfAction": ["HORIZON  Innovation Actions"],
        "descriptionByte": ['<p class="topicdescriptionkind">Scope:</p><p>Mine water &amp; heat</p>'],
        **metadata,
    }
    return {
        "reference": "50000001TOPICSen",
        "summary": "Heat from mines",
        "title": None,
        "url": f"{SCREEN}/topic-details/HORIZON-CL5-2027-03-07",
        "databaseLabel": "SEDIA",
        "database": "SEDIA",
        "checksum": "ABC",
        "metadata": {key: value for key, value in fields.items() if value is not None},
    }


def cascade(**metadata: Any) -> Record:
    record = topic(type=["8"], title=["Parent topic"], callTitle=[" Open call 2 "], callccm2Id=["15342"])
    record["metadata"] = {
        key: value
        for key, value in {**record["metadata"], "descriptionByte": None, "deadlineModel": None, **metadata}.items()
        if value is not None
    }
    return {**record, "reference": "15342COMPETITIVE_CALLen", "summary": "Open call 2"}


def external(**metadata: Any) -> Record:
    record = topic(
        type=["2"],
        identifier=["EuropeAid/186723/DD/ACT/EG"],
        callIdentifier=["186723"],
        frameworkProgramme=["111111"],
        descriptionByte=None,
        **metadata,
    )
    return {**record, "reference": "186723PROSPECTSEN"}


def line(topic_name: str, total: Any = "24000000", **more: Any) -> Record:
    return {"action": f"{topic_name} - HORIZON-RIA HORIZON  Research", "budgetYearMap": {"2027": total}, **more}


def overview(*lines: Record) -> list[str]:
    return [
        json.dumps(
            {"budgetYearsColumns": ["2027"], "budgetTopicActionMap": {str(n): [e] for n, e in enumerate(lines)}}
        )
    ]


def budget(*lines: Record, **metadata: Any) -> Budget:
    return parse(topic(budgetOverview=overview(*lines), **metadata)).budget


OWN = "HORIZON-CL5-2027-03-07"


class TestIdentity:
    def test_a_topic(self) -> None:
        call = parse(topic())
        assert (call.reference, call.source, call.kind) == ("50000001TOPICSen", "portal", Kind.TOPIC)
        assert (call.identifier, call.call_identifier, call.call_title) == (
            OWN,
            "HORIZON-CL5-2027-03",
            "Sustainable energy",
        )
        assert (call.title, call.parent_title, call.checksum) == ("Heat from mines", None, "ABC")
        assert (call.portal_status, call.portal_status_code) == (Status.OPEN, "31094502")
        assert [(s.kind, s.text) for s in call.sections] == [("scope", "Mine water & heat")]
        assert call.remarks == []

    @pytest.mark.parametrize("key", ["reference", "type", "title"])
    @pytest.mark.parametrize("empty", [None, "", [], [""], [" \u200b "], {}, [[]], True])
    def test_only_reference_kind_and_title_are_needed(self, key: str, empty: Any) -> None:
        record = topic()
        if key == "reference":
            record["reference"] = empty
        else:
            record["metadata"][key] = empty
            record["summary"] = None
        with pytest.raises(RecordError):
            parse(record)

    def test_everything_else_may_be_missing(self) -> None:
        call = parse({"reference": "1TOPICSen", "metadata": {"type": ["1"], "title": ["T"]}})
        empty = {
            "destination",
            "programme",
            "deadline_model",
            "opens",
            "conditions",
            "html",
            "call_identifier",
            "checksum",
        }
        assert {key for key in empty if getattr(call, key) is not None} == set()
        assert (call.budget, call.deadlines, call.portal_status) == (Budget(), [], Status.UNKNOWN)
        assert call.identifier == call.reference
        assert call.remarks == ["The record has no identifier; its reference stands in."]

    @pytest.mark.parametrize("code", ["6", "0", "11", "one"])
    def test_news_and_tenders_are_no_calls(self, code: str) -> None:
        with pytest.raises(RecordError, match=code):
            parse(topic(type=[code]))

    def test_fields_on_the_result_itself_are_read(self) -> None:
        record = topic()
        flat = {**{k: v for k, v in record.items() if k != "metadata"}, **record["metadata"]}
        assert parse(flat) == parse(record)
        assert parse({**flat, "metadata": {}}) == parse(record)
        assert parse({**flat, "metadata": None}) == parse(record)

    def test_bare_texts_and_numbers_stand_for_lists(self) -> None:
        record = topic()
        bare = {key: value[0] if len(value) == 1 else value for key, value in record["metadata"].items()}
        assert parse({**record, "metadata": {**bare, "type": 1, "status": 31094502}}) == parse(record)

    def test_an_absurd_reference_is_no_identity(self) -> None:
        with pytest.raises(RecordError):
            parse({**topic(), "reference": "1" * 301})

    def test_a_cascade_call_has_its_own_title_and_page(self) -> None:
        call = parse({**cascade(ccm2Id=["44087099"]), "url": f"{SCREEN}/competitive-calls-cs/44087099"})
        assert (call.kind, call.title, call.parent_title) == (Kind.CASCADE, "Open call 2", "Parent topic")
        assert [(link.kind, link.url) for link in call.links] == [
            ("portal", f"{SCREEN}/competitive-calls-cs/15342"),
            ("parent", f"{SCREEN}/topic-details/{OWN}"),
        ]
        assert call.call_title is None

    def test_a_cascade_call_without_its_number_takes_it_from_the_reference(self) -> None:
        call = parse(cascade(callccm2Id=None, callTitle=[""]))
        assert call.links[0].url.endswith("/competitive-calls-cs/15342")
        assert call.title == "Open call 2"

    def test_siblings_of_one_topic_stay_apart(self) -> None:
        one, two = parse(cascade()), parse({**cascade(), "reference": "15343COMPETITIVE_CALLen"})
        assert one.identifier == two.identifier
        assert one.reference != two.reference

    def test_escaped_ampersands_of_the_summary_and_footnotes_in_titles(self) -> None:
        assert parse({**topic(title=[]), "summary": "R&amp;I &amp;amp; more"}).title == "R&I &amp; more"
        noted = parse(cascade(title=["AI\xa0and data (IA)[[https://evil.org/x.pdf]] "]))
        assert noted.parent_title == "AI and data (IA)"
        assert parse(topic(title=["Skills  Hubs\xa0 "])).title == "Skills Hubs"

    def test_an_external_call(self) -> None:
        documents = [
            json.dumps([{"docUrl": "https://webgate.ec.europa.eu/d?x=1"}, {"docUrl": "https://evil.org/d"}, 7])
        ]
        call = parse(external(budget=["1500000"], currency=["USD"], publicationDocuments=documents))
        assert (call.kind, call.countries, call.programme) == (Kind.EXTERNAL, ["EG"], "RELEX-PROSPECT")
        assert (call.budget.total, call.budget.currency) == (1_500_000, "USD")
        assert [link.url for link in call.links] == [
            f"{SCREEN}/prospect-details/186723PROSPECTSEN",
            "https://webgate.ec.europa.eu/prospect/external/publishedcalls.htm?callId=186723",
            "https://webgate.ec.europa.eu/d?x=1",
        ]
        assert (
            parse(
                external(title=["x"])
                | {"metadata": {**external()["metadata"], "identifier": ["EuropeAid/1/ID/ACT/Multi"]}}
            ).countries
            == []
        )

    def test_identifiers_are_percent_encoded_in_links(self) -> None:
        call = parse(topic(identifier=["A/../..?x=<b>&y#z ä"], callIdentifier=["C&status=1"]))
        assert call.links[0].url == f"{SCREEN}/topic-details/A%2F..%2F..%3Fx%3D%3Cb%3E%26y%23z%20%C3%A4"
        assert call.links[1].url == f"{SCREEN}/calls-for-proposals?callIdentifier=C%26status%3D1&isExactMatch=true"

    def test_only_europa_links_are_taken(self) -> None:
        urls = [
            "https://ec.europa.eu/submit?a=1",
            "http://ec.europa.eu/",
            "https://ec.europa.eu.evil.org/",
            "javascript:1",
        ]
        call = parse(topic(links=[json.dumps([{"url": url} for url in urls])]))
        assert [link.url for link in call.links if link.kind == "submission"] == urls[:1]


class TestGhosts:
    def test_another_data_source(self) -> None:
        assert is_ghost(topic(DATASOURCE=["SEDIA_PRD_CENTRICITY"]))
        assert is_ghost(topic(datasource=["SEDIA_PRD_CENTRICITY"]))
        assert not is_ghost(topic())

    def test_without_a_stated_source_the_other_marks_count(self) -> None:
        record = {**topic(DATASOURCE=None, keywords=['["a","b"]']), "databaseLabel": ""}
        del record["database"]
        assert is_ghost(record)
        assert is_ghost(
            {**record, "metadata": topic(DATASOURCE=None)["metadata"], "reference": "457HORIZONActions1696377600000"}
        )
        assert not is_ghost({**record, "metadata": topic(DATASOURCE=None)["metadata"]})
        assert not is_ghost({**record, "database": "SEDIA"})

    def test_keywords_of_a_ghost_are_one_json_text(self) -> None:
        assert parse(
            topic(keywords=['["Gender research","Education: systems and institutions, teaching"]'])
        ).keywords == [
            "Gender research",
            "Education: systems and institutions, teaching",
        ]
        broken = parse(topic(keywords=['["Gender research","Edu']))
        assert broken.keywords == []
        assert "keywords is a broken list" in broken.remarks[0]


class TestDates:
    @pytest.mark.parametrize(
        ("raw", "day"),
        [
            ("2027-04-08T00:00:00.000+0000", date(2027, 4, 8)),
            ("2023-05-11T02:00:00.000+0200", date(2023, 5, 11)),
            ("2023-03-09T01:00:00.000+0100", date(2023, 3, 9)),
            ("2023-05-11T00:00:00.000+0200", date(2023, 5, 11)),
            ("2023-05-10T20:00:00.000-0400", date(2023, 5, 11)),
            ("2024-02-07T17:00:00.000+0000", date(2024, 2, 7)),
            ("2021-09-21T22:00:00.000+0000", date(2021, 9, 21)),
            ("2024-09-27+02:00 Europe/Brussels", date(2024, 9, 27)),
            ("2027-04-08", date(2027, 4, 8)),
            ("2027-04-08T00:00:00Z", date(2027, 4, 8)),
            ("23 November 2023", date(2023, 11, 23)),
            ("09 March 2023", date(2023, 3, 9)),
            ("1651536000000", date(2022, 5, 3)),
        ],
    )
    def test_accepted_forms_of_a_topics_day(self, raw: str, day: date) -> None:
        call = parse(topic(deadlineDate=[raw], startDate=[raw]))
        assert [(d.on, d.at, d.stage) for d in call.deadlines] == [(day, None, None)]
        assert call.opens == day
        assert call.remarks == []

    @pytest.mark.parametrize(
        "raw",
        ["2027-02-30", "0000-00-00", "2027-04-08T24:00:00.000+0000", "8.4.2027", "15 Septembre 2026", "30 February 2027",
         "٢٠٢٧-٠٤-٠٨", "2027-4-8", "9999-12-31", "soon", "165153600000000", "2027-04-08T00:00:00.000+9900"],
    )  # fmt: skip
    def test_other_forms_are_left_out_and_shown(self, raw: str) -> None:
        call = parse(topic(deadlineDate=[raw, "2027-05-01T00:00:00.000+0000"], startDate=[raw]))
        assert [d.on for d in call.deadlines] == [date(2027, 5, 1)]
        assert call.opens is None
        assert call.remarks == [f"startDate is not a date: {raw!r}", f"deadlineDate is not a date: {raw!r}"]

    @settings(max_examples=150, deadline=None)
    @given(st.dates(date(1991, 1, 1), date(2099, 12, 31)), st.integers(-14, 14))
    def test_a_day_never_moves_whatever_the_offset_of_midnight(self, day: date, hours: int) -> None:
        local = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)
        written = local.strftime("%Y-%m-%dT%H:%M:%S.000") + f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
        read = moment(written)
        assert read is not None
        assert topic_day(read) == day
        for form in ("%Y-%m-%d", "%d %B %Y", "%Y-%m-%dT00:00:00.000+0000"):
            same = moment(day.strftime(form))
            assert same is not None
            assert topic_day(same) == day

    @settings(max_examples=200, deadline=None)
    @given(
        st.text(max_size=30)
        | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?[+-][0-9]{4})?")
    )
    def test_no_text_breaks_the_reader(self, raw: str) -> None:
        read = moment(raw)
        assert read is None or 1990 <= read.day.year <= 2100

    def test_cascade_calls_keep_their_time_by_the_minute(self) -> None:
        call = parse(cascade(deadlineDate=["2026-09-16T17:00:20.000+0000"]))
        assert [(d.on, d.at) for d in call.deadlines] == [(date(2026, 9, 16), datetime(2026, 9, 16, 17, tzinfo=UTC))]
        local = parse(cascade(deadlineDate=["2026-09-17T01:00:00.000+0200"])).deadlines[0]
        assert (local.on, local.at) == (date(2026, 9, 17), datetime(2026, 9, 16, 23, tzinfo=UTC))
        assert parse(cascade(deadlineDate=["2026-09-16T00:00:00.000+0000"])).deadlines[0].at is None

    def test_deadline_date_is_preferred_to_closing_date(self) -> None:
        both = cascade(deadlineDate=["2026-09-16T17:00:00.000+0000"], closingDate=["2026-10-01T17:00:00.000+0000"])
        assert [d.on for d in parse(both).deadlines] == [date(2026, 9, 16)]
        both["metadata"]["deadlineDate"] = []
        assert [d.on for d in parse(both).deadlines] == [date(2026, 10, 1)]

    def test_all_cut_offs_in_order_without_repetition(self) -> None:
        raw = ["2026-03-24", "2021-05-03", "2026-12-01", "2026-03-24T00:00:00.000+0000"]
        call = parse(topic(deadlineDate=raw, deadlineModel=["multiple cut-off"]))
        assert [d.on for d in call.deadlines] == [date(2021, 5, 3), date(2026, 3, 24), date(2026, 12, 1)]
        assert call.deadline_model is DeadlineModel.CUT_OFF
        assert {d.stage for d in call.deadlines} == {None}
        assert call.status(date(2026, 8, 22)) is Status.FORTHCOMING
        assert call.status(date(2026, 12, 2)) is Status.CLOSED

    def test_two_stages(self) -> None:
        call = parse(topic(deadlineModel=["two-stage"], deadlineDate=["2027-09-14", "2027-04-08"]))
        assert [(d.on, d.stage) for d in call.deadlines] == [(date(2027, 4, 8), 1), (date(2027, 9, 14), 2)]
        assert call.stage_one_over(date(2027, 4, 9))

    def test_a_second_stage_is_found_in_actions_and_budget(self) -> None:
        actions = [json.dumps([{"deadlineDates": ["08 April 2027", "14 September 2027"]}])]
        for more in (
            {"actions": actions},
            {"budgetOverview": overview(line(OWN, deadlineDates=["2027-04-08", "2027-09-14"]))},
        ):
            call = parse(topic(deadlineModel=["two-stage"], **more))
            assert [(d.on, d.stage) for d in call.deadlines] == [(date(2027, 4, 8), 1), (date(2027, 9, 14), 2)]
        single = parse(topic(actions=actions))
        assert [d.on for d in single.deadlines] == [date(2027, 4, 8)]

    @pytest.mark.parametrize(
        ("more", "model"),
        [
            ({"deadlineModel": ["multiple cut-off"]}, DeadlineModel.CUT_OFF),
            ({"actions": ['[{"submissionProcedure":{"id":31094505}}]']}, DeadlineModel.TWO_STAGE),
            ({"actions": '[{"submissionProcedure":{"abbreviation":"single-stage"}}]'}, DeadlineModel.SINGLE),
            ({"actions": [{"submissionProcedure": {"description": "two-stage"}}]}, DeadlineModel.TWO_STAGE),
            ({"budgetOverview": overview(line(OWN, deadlineModel="multiple cut-off"))}, DeadlineModel.CUT_OFF),
            ({"budgetOverview": overview(line(OWN + "1", deadlineModel="two-stage"))}, None),
            ({"identifier": ["HORIZON-MISS-2027-05-SOIL-01-two-stage"]}, DeadlineModel.TWO_STAGE),
            ({}, None),
        ],
    )
    def test_the_model_is_found_where_it_stands(self, more: Record, model: DeadlineModel | None) -> None:
        assert parse(topic(**{"deadlineModel": None, **more})).deadline_model is model

    def test_an_unknown_model_is_not_guessed(self) -> None:
        call = parse(topic(deadlineModel=["three-stage"]))
        assert call.deadline_model is None
        assert call.remarks == ["deadlineModel is not known: 'three-stage'"]


class TestStatus:
    @pytest.mark.parametrize(
        ("code", "status"),
        [("31094501", Status.FORTHCOMING), ("31094502", Status.OPEN), ("31094503", Status.CLOSED)],
    )
    def test_codes(self, code: str, status: Status) -> None:
        assert parse(topic(status=[code])).portal_status is status

    @pytest.mark.parametrize("code", ["99999998", "310945031", "open"])
    def test_an_unknown_code_is_unknown_and_kept(self, code: str) -> None:
        call = parse(topic(status=[code]))
        assert (call.portal_status, call.portal_status_code) == (Status.UNKNOWN, code)

    def test_dates_win_over_a_status_that_lags(self) -> None:
        call = parse(
            topic(status=["31094502"], deadlineDate=["2026-01-27T00:00:00.000+0000"], startDate=["2025-10-23"])
        )
        assert call.status(date(2026, 1, 27)) is Status.OPEN
        assert call.status(date(2026, 1, 28)) is Status.CLOSED


class TestBudget:
    def test_only_the_topics_own_lines_count(self) -> None:
        found = budget(
            line(OWN, "24000000", expectedGrants=2, minContribution=11_000_000, maxContribution=12_000_000),
            line(OWN + "1", "1000000"),
            line("HORIZON-CL5-2027-03-0", "2000000"),
            line(OWN + "-two-stage", "3000000"),
        )
        assert found == Budget(
            total=24_000_000, project_from=11_000_000, project_to=12_000_000, projects=2, shared=False
        )

    def test_years_and_types_of_action_of_one_topic_are_summed(self) -> None:
        two_years = {**line(OWN), "budgetYearMap": {"2026": "1000000", "2027": 2_000_000, "2028": 0}}
        found = budget(
            two_years, line(OWN, 4_000_000.0, expectedGrants=1), line(OWN, "5 000 000,00", expectedGrants="2")
        )
        assert (found.total, found.projects) == (12_000_000, 3)

    def test_zero_and_missing_are_unknown(self) -> None:
        found = budget(line(OWN, "0", minContribution=0, maxContribution="0", expectedGrants=0))
        assert found == Budget()
        assert budget(line("OTHER")).total is None
        assert parse(topic(budgetOverview=overview(line("OTHER")))).remarks == [
            f"budgetOverview has 1 lines, none for {OWN}."
        ]

    @pytest.mark.parametrize("wrong", ["abc", "1,5", "-4", -3, "1e6", 10**15, "12.34.56", 0.5, [1], {"a": 1}])
    def test_what_is_no_amount_is_remarked(self, wrong: Any) -> None:
        call = parse(topic(budgetOverview=overview(line(OWN, wrong))))
        assert call.budget.total is None
        assert len(call.remarks) == 1
        assert call.remarks[0].startswith("budgetOverview holds what is")

    def test_a_pot_much_larger_than_its_grants_is_shared(self) -> None:
        pot = [line(f"T-{n}", "170760699", expectedGrants=2, maxContribution=7_000_000) for n in range(12)]
        assert budget(*pot, line(OWN, "170760699", expectedGrants=2, maxContribution=7_000_000)).shared is True

    def test_equal_amounts_that_fit_their_grants_are_not_shared(self) -> None:
        fifteen = [line(f"T-{n}", "12000000", expectedGrants=3, maxContribution=4_000_000) for n in range(14)]
        assert budget(*fifteen, line(OWN, "12000000", expectedGrants=3, maxContribution=4_000_000)).shared is False

    def test_half_as_much_again_is_still_no_pot(self) -> None:
        assert budget(line(OWN, 15, expectedGrants=1, maxContribution=10), line("T", 15)).shared is False
        assert budget(line(OWN, 16, expectedGrants=1, maxContribution=10), line("T", 16)).shared is True

    def test_one_large_grant_shares_the_pot_of_a_sibling_that_shows_it(self) -> None:
        lines = [line("T-1", "53200000", expectedGrants=1, maxContribution=9_000_000)]
        assert budget(*lines, line(OWN, "53200000", expectedGrants=1, maxContribution=40_000_000)).shared is True
        assert budget(*lines, line(OWN, "53200001", expectedGrants=1, maxContribution=40_000_000)).shared is False

    def test_without_numbers_of_grants_all_equal_siblings_share(self) -> None:
        assert budget(*[line(f"T-{n}", "422000000") for n in range(10)], line(OWN, "422000000")).shared is True
        assert budget(line("T", "422000000"), line(OWN, "422000000")).shared is None
        some = [*[line(f"T-{n}", "6000000") for n in range(3)], line("U", "7000000"), line("V", "8000000")]
        assert budget(*some, line(OWN, "6000000")).shared is None
        assert budget(*some, line(OWN, "9000000")).shared is False
        assert budget(line(OWN, "9000000")).shared is False

    def test_the_same_topic_twice_is_no_sibling(self) -> None:
        assert budget(line(OWN, "500"), line(OWN, "500"), line("T", "1000")).shared is None

    def test_old_shape_with_numbers_and_an_unpacked_document(self) -> None:
        document = json.loads(overview(line(OWN, 900_000))[0])
        for shape in (document, [document], json.dumps(document)):
            assert parse(topic(budgetOverview=shape)).budget.total == 900_000

    def test_cascade_and_external_amounts(self) -> None:
        assert parse(cascade(budget=["1 500 000"])).budget == Budget(total=1_500_000)
        assert parse(cascade(budget=["0"])).budget == Budget()
        odd = parse(cascade(budget=["up to 60k"]))
        assert (odd.budget.total, odd.remarks) == (None, ["budget cannot be read: 'up to 60k'"])
        assert parse(cascade(budget=["5"], currency=["Euros"])).budget.total is None

    @pytest.mark.parametrize(
        ("raw", "value"),
        [(7, 7), ("8", 8), ("2.000.000", 2_000_000), ("2,000,000.00", 2_000_000), ("EUR 1 000", 1000), ("500 €", 500), (None, None), ("", None), (0, None), (True, None)],
    )  # fmt: skip
    def test_amounts(self, raw: Any, value: int | None) -> None:
        assert _budget.amount(raw) == value


class TestProgrammes:
    def test_our_own_names(self) -> None:
        call = parse(topic(frameworkProgramme=["43353764"]))
        assert (call.programme, call.programme_name) == ("ERASMUS+", "Erasmus+")
        assert programme("31045243", "x") == ("H2020", "Horizon 2020")
        assert len(PROGRAMMES) == 72
        assert len({row.short for row in PROGRAMMES.values()}) == 72
        assert all("%" not in row.name and "  " not in row.name for row in PROGRAMMES.values())

    def test_a_new_generation_is_shown_not_dropped(self) -> None:
        call = parse(topic(frameworkProgramme=["99112233"], identifier=["FP10-2028-01"]))
        assert (call.programme, call.programme_name) == ("99112233", "FP10")
        assert call.remarks == ["Programme code 99112233 is not in our table."]
        assert programme("99112233", "HORIZON-CL5-2027-03-07") == ("99112233", "Horizon Europe")

    def test_without_a_code_the_identifier_tells(self) -> None:
        assert programme(None, "HORIZON-EURATOM-2026-01") == ("EURATOM", "Euratom Research and Training Programme")
        assert programme(None, "ERC-2026-STG") == ("HORIZON", "Horizon Europe")
        assert programme(None, "SOMETHING-1") == (None, None)
        found = from_identifier("EuropeAid/1/DD/ACT/EG")
        assert found is not None
        assert found.short == "RELEX-PROSPECT"

    def test_divisions_are_readable_where_known(self) -> None:
        assert parse(topic()).divisions == ["Climate, Energy and Mobility", "Communities and Cities", "99"]

    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            ("HORIZON  Research and Innovation Actions", "HORIZON Research and Innovation Actions"),
            ("HORIZON-RIA HORIZON  Research and Innovation Actions", "HORIZON Research and Innovation Actions"),
            ("HORIZON-JU-IA HORIZON JU Innovation Actions", "HORIZON JU Innovation Actions"),
            ("ERDF-TA Project Grants", "ERDF-TA Project Grants"),
            ("ERDF-TA-PJG ERDF-TA Project Grants", "ERDF-TA Project Grants"),
            ("EUAF-PJG EUAF Project Grants", "EUAF Project Grants"),
        ],
    )
    def test_types_of_action(self, raw: str, shown: str) -> None:
        assert type_of_action(raw) == shown

    def test_types_are_found_where_they_stand(self) -> None:
        actions = ['[{"types":[{"typeOfAction":"HORIZON-CSA HORIZON Coordination and Support Actions"}]}]']
        assert parse(topic(typesOfAction=[], actions=actions)).types_of_action == [
            "HORIZON Coordination and Support Actions"
        ]
        assert parse(topic(typesOfAction=None, budgetOverview=overview(line(OWN)))).types_of_action == [
            "HORIZON Research"
        ]
        assert parse(topic(typesOfAction=["HORIZON  X", "HORIZON X"])).types_of_action == ["HORIZON X"]


class TestTexts:
    def test_keywords_and_tags_without_identifiers_and_repetitions(self) -> None:
        call = parse(
            topic(
                keywords=[OWN, "HORIZON-CL5-2027-03", "Soil science, general", "Energy"],
                tags=["energy", "Software Engineering, AI compute", "AI compute", "EUAF-2023-TRAI-03", ""],
            )
        )
        assert call.keywords == ["Soil science, general", "Energy", "Software Engineering", "AI compute"]

    def test_destination_or_mission_and_no_details(self) -> None:
        assert (
            parse(
                topic(destinationDescription=["Clean <b>air</b> &amp; water"], destinationDetails=["<p>long</p>"])
            ).destination
            == "Clean air & water"
        )
        assert parse(topic(destinationDescription=[], missionDescription=["Soil"])).destination == "Soil"
        assert parse(topic(destinationDetails=["<p>long</p>"])).destination is None

    def test_conditions_are_plain_text(self) -> None:
        call = parse(
            topic(
                topicConditions=[
                    '<div class="eui-u-mt-l>"><h4>General conditions</h4><p>are\r\n described&nbsp;in</p></div>'
                ]
            )
        )
        assert call.conditions == "General conditions\n\nare described in"

    def test_cascade_texts_in_their_order(self) -> None:
        both = parse(
            cascade(description=["<p>Own</p>"], furtherInformation=["<p>More</p>"], descriptionByte=["<p>Parent</p>"])
        )
        assert both.text == "Own\n\nMore"
        assert parse(cascade(furtherInformation=["<p>More</p>"], descriptionByte=["<p>Parent</p>"])).text == "More"
        assert parse(cascade(descriptionByte=["<p>Parent</p>"])).text == "Parent"
        seen = parse(cascade(description=['<a href="https://www.example.org/apply">apply</a>']))
        assert seen.text == "apply (www.example.org/apply)"
        assert len(seen.links) == 2

    def test_cascade_facts(self) -> None:
        call = parse(
            cascade(caName=["EIT <i>Urban</i>"], duration=["12 months"], crossCuttingPriorities=["AI", "AI"])
        )
        assert (call.organiser, call.duration, call.cross_cutting) == ("EIT Urban", "12 months", ["AI"])

    def test_invisible_characters_go(self) -> None:
        call = parse(
            topic(title=["För\xadde\u200brung\ud800"], descriptionByte=["<p>Wasser&shy;stoff\x00 &#8203;x</p>"])
        )
        assert (call.title, call.text) == ("Förderung", "Wasserstoff x")
        assert "\xad" not in (call.html or "")

    def test_long_fields_are_cut_and_flagged(self) -> None:
        call = parse(topic(descriptionByte=["<p>" + "ä" * 300_000 + "</p>"], title=["t" * 3000]))
        assert len(call.text.encode()) <= 200_000
        assert len(call.title) == 2000
        assert "descriptionByte is longer than 200 KB and was cut." in call.remarks
        assert "title is longer than 2,000 bytes and was cut." in call.remarks

    def test_a_record_above_two_megabytes_is_flagged_and_bounded(self) -> None:
        call = parse(
            topic(descriptionByte=["x" * 3_000_000], topicConditions=["y" * 9], tags=[f"t{n}" for n in range(5000)])
        )
        assert call.remarks[0] == "The record is larger than 2 MB; of each field only the first 200 KB are kept."
        assert len(call.keywords) == 200
        assert len(call.model_dump_json()) < 500_000


WRONG: list[Any] = [
    None, "", [], [""], {}, {"a": 1}, 1, 0, -5, 1.5, float("nan"), float("inf"), True, "\ud800", [[["deep"]]], [None], ["[1,2"],
    ['{"a":'], ["null"], ["[]"], ["{}"], [{}], [[]], ["9" * 5000], 10**400, ["\x00"], ["<b>"], ["2027-13-45"], ["[NaN]"], ["[" * 9999],
    ['{"budgetTopicActionMap":{"1":[null,1,{"action":5},{"action":"X","budgetYearMap":{"2":[]},"deadlineDates":"x"}]}}'],
    ['[{"types":5,"submissionProcedure":[],"deadlineDates":{"a":1}}]'], ["\u200b"], "x" * 5000,
]  # fmt: skip
FULL = {
    "topic": topic(
        budgetOverview=overview(line(OWN)),
        actions=['[{"types":[{"typeOfAction":"X"}],"deadlineDates":["2027-04-08"]}]'],
        keywords=["a"],
        tags=["b, c"],
        topicConditions=["<p>c</p>"],
        links=['[{"url":"https://ec.europa.eu/x"}]'],
        destinationDescription=["D"],
        crossCuttingPriorities=["AI"],
    ),
    "cascade": cascade(description=["<p>x</p>"], budget=["5"], caName=["C"], duration=["D"]),
    "external": external(budget=["5"], currency=["EUR"], publicationDocuments=['[{"docUrl":"https://europa.eu"}]']),
}
JSON_LIKE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_record_is_a_call_or_refused_and_nothing_else(data: st.DataObject) -> None:
    record = copy.deepcopy(FULL[data.draw(st.sampled_from(sorted(FULL)))])
    for _ in range(data.draw(st.integers(1, 4))):
        target = data.draw(st.sampled_from([record, record["metadata"]] if record.get("metadata") else [record]))
        if not isinstance(target, dict) or not target:
            continue
        key = data.draw(st.sampled_from(sorted(target)))
        target[key] = data.draw(st.sampled_from(WRONG) | JSON_LIKE)
    is_ghost(record)
    try:
        call = parse(record)
    except RecordError as refused:
        assert str(refused)
        return
    assert call.title.strip()
    assert call.reference.strip()
    assert Call.model_validate_json(call.model_dump_json()) == call


@pytest.mark.parametrize("kind", sorted(FULL))
def test_no_single_wrong_field_but_the_three_needed_ones_refuses_a_record(kind: str) -> None:
    for key in FULL[kind]["metadata"]:
        for wrong in WRONG:
            record = copy.deepcopy(FULL[kind])
            record["metadata"][key] = wrong
            if key in ("type", "title"):
                continue
            assert parse(record).title


def answers(folder: Path) -> Iterator[Record]:
    for path in sorted(folder.glob("*.json*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from json.loads(text)["results"]


@pytest.fixture(scope="module")
def snapshot() -> dict[str, Call]:
    """The shipped snapshot, parsed."""
    found = [parse(record) for record in answers(ROOT / "data" / "snapshot")]
    return {call.reference: call for call in found}


class TestSnapshot:
    def test_every_record_is_a_call(self, snapshot: dict[str, Call]) -> None:
        assert len(snapshot) == 466
        assert Counter(call.kind for call in snapshot.values()) == {
            Kind.TOPIC: 421,
            Kind.CASCADE: 40,
            Kind.EXTERNAL: 5,
        }
        assert [call.remarks for call in snapshot.values() if call.remarks] == []
        assert sum(bool(call.sections) for call in snapshot.values()) == 370
        assert not any(is_ghost(record) for record in answers(ROOT / "data" / "snapshot"))

    def test_no_title_or_text_keeps_markup_or_odd_blanks(self, snapshot: dict[str, Call]) -> None:
        for call in snapshot.values():
            assert "&amp;" not in call.title + call.text
            assert not set(call.title + call.text) & set("\xa0\xad\u200b\r")
            assert {s.kind for s in call.sections} <= {"expected outcome", "scope"}

    @pytest.mark.parametrize(
        ("reference", "identifier", "opens", "deadlines", "facts"),
        [
            ("50138041TOPICSen", "HORIZON-CID-2027-01-01", "2027-01-12", ["2027-09-15"], (125_000_000, 15_000_000, 25_000_000, 8, False)),
            ("50149284TOPICSen", "HORIZON-CL2-2027-01-HERITAGE-01", None, None, (5_000_000, 4_500_000, 5_000_000, 1, False)),
            ("50483207TOPICSen", "HORIZON-JU-CLEANH2-2026-06-01", None, ["2026-04-15"], (105_000_000, 17_000_000, 17_000_000, 1, True)),
            ("49914902TOPICSen", "INNOVFUND-2025-NZT-GENERAL-LSP", "2025-12-04", ["2026-04-23"], (2_900_000_000, None, None, None, True)),
            ("51188642TOPICSen", "EDF-EDIP-P-2027-FNLC-CPA-AMDS", None, ["2027-02-16"], (150_000_000, None, None, None, True)),
            ("51121676TOPICSen", "LIFE-2026-CET-BETTERRENO", "2026-04-21", ["2026-09-16"], (6_000_000, None, None, None, None)),
            ("51121621TOPICSen", "LIFE-2026-CET-BUILDSKILLS", "2026-04-21", ["2026-09-16"], (3_000_000, None, None, None, False)),
            ("49195964TOPICSen", "JTM-2026-PSLF-FRAMEWORK-LOANS", "2025-10-23", ["2026-01-27"], (630_000_000, None, None, None, None)),
            ("50138952TOPICSen", "HORIZON-MISS-2027-05-SOIL-01-two-stage", "2027-02-04", ["2027-04-08"], (24_000_000, 12_000_000, 12_000_000, 2, False)),
            ("51416765TOPICSen", "RFCS-2026-01-PDP", "2026-06-17", ["2026-09-16"], (2_880_000, None, None, None, False)),
            ("51181644TOPICSen", "I3-2026-INV1", "2026-05-13", ["2026-11-12"], (28_200_000, None, None, None, False)),
            ("51426227TOPICSen", "CEF-DIG-2026-CABLE-REPAIR-CAPACITIES-WORKS", "2026-06-23", ["2026-10-08"], (40_000_000, None, None, None, False)),
        ],
    )  # fmt: skip
    def test_facts_of_real_topics(
        self, snapshot: dict[str, Call], reference: str, identifier: str, opens: str | None, deadlines: list[str] | None, facts: Any
    ) -> None:  # fmt: skip
        call, b = snapshot[reference], snapshot[reference].budget
        assert call.identifier == identifier
        assert (b.total, b.project_from, b.project_to, b.projects, b.shared) == facts
        if opens:
            assert call.opens == date.fromisoformat(opens)
        if deadlines:
            assert [d.on.isoformat() for d in call.deadlines] == deadlines
        assert all(d.at is None for d in call.deadlines)
        assert call.links[0].url == f"{SCREEN}/topic-details/{identifier}"

    def test_two_stage_topics(self, snapshot: dict[str, Call]) -> None:
        soil = snapshot["50138952TOPICSen"]
        assert soil.deadline_model is DeadlineModel.TWO_STAGE
        assert [d.stage for d in soil.deadlines] == [1]
        assert not any(c.identifier.endswith("-two-stage") != (c.deadline_model is DeadlineModel.TWO_STAGE)
                       for c in snapshot.values() if c.kind is Kind.TOPIC and "two-stage" in c.identifier)  # fmt: skip

    def test_a_real_cascade_call(self, snapshot: dict[str, Call]) -> None:
        call = snapshot["11702COMPETITIVE_CALLen"]
        assert call.title == "ReAction – Rapid Response Grants"
        assert call.parent_title is not None
        assert call.parent_title.startswith("Call for proposals for civil society organisations")
        assert call.identifier == "CERV-2024-CITIZENS-VALUES"
        assert [(d.on, d.at) for d in call.deadlines] == [(date(2028, 3, 31), datetime(2028, 3, 31, 18, tzinfo=UTC))]
        assert call.links[0].url == f"{SCREEN}/competitive-calls-cs/11702"
        assert call.programme == "CERV"

    def test_a_real_external_call(self, snapshot: dict[str, Call]) -> None:
        call = snapshot["170893PROSPECTSEN"]
        assert (call.countries, call.opens, call.deadlines) == (["RS"], date(2020, 12, 11), [])
        assert call.status(date(2026, 8, 22)) is Status.OPEN

    def test_siblings_share_identifiers_not_references(self, snapshot: dict[str, Call]) -> None:
        names = Counter(call.identifier for call in snapshot.values())
        assert names["CERV-2024-CITIZENS-VALUES"] == 4


class TestRecorded:
    """Real answers of the service, where they lie beside the checkout."""

    def one(self, shared: Path, name: str) -> list[Record]:
        path = shared / "recorded" / name
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found: list[Record] = json.loads(text)["results"]
        return found

    def test_a_topic_and_a_ghost_of_2026(self, shared: Path) -> None:
        real, ghost = self.one(shared, "topic-and-ghost-2026.json")
        assert (is_ghost(real), is_ghost(ghost)) == (False, True)
        call = parse(real)
        assert [(d.on.isoformat(), d.stage) for d in call.deadlines] == [("2027-04-08", 1), ("2027-09-14", 2)]
        assert call.keywords[0] == "Agriculture"
        assert call.keywords[-1] == "Interdisciplinary"
        assert call.cross_cutting == ["SSH", "AI", "DigitalAgenda", "MultiActorApproach"]
        assert len(call.remarks) == 1  # its budget was cut short in the recording
        assert call.remarks[0].startswith("budgetOverview is not readable JSON")
        assert "Gender research" in parse(ghost).keywords

    def test_old_shape_of_2025(self, shared: Path) -> None:
        calls = {call.identifier: call for call in map(parse, self.one(shared, "old-shape-2025.json.gz"))}
        assert len(calls) == 10
        assert not any(map(is_ghost, self.one(shared, "old-shape-2025.json.gz")))
        staff = calls["EUAF-2023-TRAI-03"]
        assert ([d.on for d in staff.deadlines], staff.opens) == ([date(2023, 5, 11)], date(2023, 3, 9))
        assert (staff.budget.total, staff.budget.shared) == (900_000, True)
        assert [s.kind for s in staff.sections] == ["scope", "expected impact"]
        assert staff.keywords == ["Staff exchanges", "Fraud prevention"]
        era = calls["HORIZON-WIDERA-2023-ERA-01-02"]
        assert [s.kind for s in era.sections] == ["expected outcome", "scope"]
        assert era.budget == Budget(
            total=2_000_000, project_from=2_000_000, project_to=2_000_000, projects=1, shared=False
        )
        assert era.conditions is not None
        assert era.conditions.startswith("General conditions\n\n1. Admissibility conditions")
        assert all(not call.remarks for call in calls.values())

    def test_an_answer_with_ignored_filters_holds_news(self, shared: Path) -> None:
        records = self.one(shared, "filters-ignored-2025.json")
        assert [record["metadata"]["type"][0] in "18" for record in records].count(False) == 2
        english = next(parse(r) for r in records if r["reference"] == "48400948TOPICSen")
        assert english.budget.total == 15_000_000
        assert "Software Engineering" in english.keywords
        assert not any("," in word for word in english.keywords if word.startswith("Software"))
        for record in self.one(shared, "news-only-2025.json"):
            with pytest.raises(RecordError):
                parse(record)

    @pytest.mark.parametrize(("folder", "count"), [("corpus", 1301), ("bench/topics", 2564)])
    def test_no_recorded_call_is_refused(self, shared: Path, folder: str, count: int) -> None:
        calls = [parse(record) for record in answers(shared / folder)]
        assert len(calls) == count
        assert [call.remarks for call in calls if call.remarks] == []
        assert len({call.reference for call in calls}) == count
