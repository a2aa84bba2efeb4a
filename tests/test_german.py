"""German and Dutch words in any form find the English of calls, and no word is found inside an unrelated one."""

from functools import cache

import pytest
from conftest import ROOT
from test_rankers import call, snapshot

from matcher import region
from matcher.errors import InputError
from matcher.model import Concept, Priority
from matcher.rankers import make
from matcher.rankers._glossary import Glossary

GERMAN = """
grünem Wasserstoff > green hydrogen; grünen Wasserstoffs > renewable hydrogen; grüner Wasserstoff > clean hydrogen
erneuerbarem Wasserstoff > renewable hydrogen; Wasserstoffs > hydrogen; WASSERSTOFF > hydrogen
Wasserstofftankstellen > hydrogen refuelling station; Wasserstoff-Tankstelle > hydrogen refuelling station
Wasserstoffspeichern > hydrogen storage; Wasserstoff-Speicher > hydrogen storage
Wasserstoffnetze > hydrogen network; Wasserstoffregionen > hydrogen valley; Wasserstoffzug > hydrogen train
Wasserstoffbusse > hydrogen bus; Wasserstoffproduktion > hydrogen production
Wasserstoffantriebe > hydrogen propulsion; Elektrolyseure > electrolyser; Elektrolyseuren > electrolyser
Brennstoffzellen > fuel cell; Brennstoffzellenbus > fuel cell bus; Brennstoffzellenfahrzeuge > fuel cell vehicle
Kreislaufwirtschaft > circular economy; Kreislaufwirtschaftsprojekte > circular economy project
zirkulären Wertschöpfung > circular economy; zirkulärem Bauen > circular construction
zirkuläre Städte > circular cities; Sekundärrohstoffe > secondary raw materials
Sekundärrohstoffen > secondary raw materials; kritischer Rohstoffe > critical raw materials
kritischen Rohstoffen > critical raw materials; Rohstoffs > raw material
Rohstoffrückgewinnung > raw material recovery; Industriesymbiosen > industrial symbiosis
Ressourceneffizienz > resource efficiency; Abwärmenutzung > waste heat use; Abwaerme > waste heat
Abwaermenutzung > waste heat use; Industrieabwärme > industry waste heat; Fernwärmenetze > district heating network
Fernwärmeversorgung > district heating supply; Wärmenetzen > district heating; Waermenetz > district heating
Wärmepumpen > heat pump; Wärmespeichern > heat storage; kommunalen Wärmeplanung > heat planning
Energiespeichers > energy storage; Energiespeichersysteme > energy storage system; CO2-Abscheidung > carbon capture
CO₂-Abscheidung > carbon capture; synthetischen Kraftstoffen > synthetic fuels
Klimaneutralität > climate neutrality; klimaneutralen > climate-neutral
klimaneutraler Städte > climate-neutral cities; Treibhausgase > greenhouse gas
Treibhausgasemissionen > greenhouse gas emission; Abwässer > wastewater; Abwasserreinigung > wastewater treatment
Kläranlagen > wastewater treatment plant; Klaeranlage > wastewater treatment plant
Trinkwasserversorgung > drinking water supply; Grundwassers > groundwater; Regenwassernutzung > rainwater use
Schadstoffe > pollutant; Altlasten > contaminated land; Brachflächen > brownfield; Industriebrachen > brownfield
Bodensanierungen > soil remediation; Kohleregionen > coal regions; Grubenwassers > mine water
gerechten Übergangs > just transition; Strukturwandels > just transition; Kunststoffe > plastics
Kunststoffabfällen > plastic waste; Kunststoffrecycling > plastics recycling
erneuerbarer Energien > renewable energy; Photovoltaikanlagen > photovoltaics plant
Windenergieanlagen > wind energy plant; Windkraftanlagen > wind power plant; Wälder > forest; Landwirte > farmers
Cyberangriffe > cyberattack; Cyberangriffen > cyber attack; Cybersicherheitsstrategie > cybersecurity strategy
IT-Sicherheit > cybersecurity; Schwachstellen > vulnerability; Verschlüsselungsverfahren > encryption process
kritischer Infrastrukturen > critical infrastructure; KRITIS > critical infrastructure
digitaler Identitäten > digital identity; KI > AI; KI-gestützte > AI; KI-basierten > AI; KI-Systeme > AI
generativer KI > generative AI; vertrauenswürdiger KI > trustworthy AI
künstlicher Intelligenz > artificial intelligence; Künstlichen Intelligenz > AI
maschinellen Lernens > machine learning; Sprachmodelle > large language model; Datenräume > data space
Datenräumen > data space; Datenraums > data space; Datenschutzes > privacy; Rechenzentren > data centre
Rechenzentrum > data centre; Quantentechnologien > quantum technologies
Digitalisierungsprojekten > digitalisation project; digitaler Kompetenzen > digital skills; Satelliten > satellite
Grenzkontrollen > border control; Wahlen > elections; Dolmetschern > interpreters
additiver Fertigung > additive manufacturing; 3D-Druck > 3D printing; neuer Werkstoffe > advanced materials
Stahlproduktion > steel production; grünem Stahl > green steel; Stahlindustrien > steel industry
energieintensiven Industrien > energy-intensive industries; Legierungen > alloys; Chemikalien > chemicals
Katalysatoren > catalyst; Prozesswärme > process heat; Robotern > robot; digitalen Zwillings > digital twin
digitale Zwillinge > digital twin; urbanen digitalen Zwillings > urban digital twin; Halbleitern > semiconductor
Sensoren > sensors; Batterien > battery; Batteriespeicher > battery storage; Batterierecycling > battery recycling
Pilotanlagen > pilot plant; Wertschöpfungsketten > value chain; Lieferketten > supply chain
Lieferkettenresilienz > supply chain resilience; Fachkräfte > skilled workers; Verbundwerkstoffen > composites
Leichtbauwerkstoffe > lightweight material; Binnenschiffe > inland vessel; Binnenschiffen > inland waterway vessel
Binnenschifffahrt > inland navigation; Wasserstraßen > waterway; Wasserstrassen > waterway
Binnenwasserstraßen > inland waterway; Häfen > port; Haefen > port; Hafens > port; Binnenhäfen > inland port
Binnenhafens > inland port; Hafenlogistik > port logistics; Schienengüterverkehrs > rail freight
Güterverkehre > freight; Schienennetz > rail network; Bahnhöfe > railway station; Straßenbau > road construction
Strassenbau > road construction; Nutzfahrzeugen > trucks; Ladesäulen > charging stations
Ladeinfrastrukturen > charging infrastructure; Ladestrategien > charging strategy
Elektrofahrzeuge > electric vehicles; E-Mobilität > electromobility; Elektroautos > electric vehicles
Drohnen > drones; Schiffe > vessel; Schiffsantriebe > vessel propulsion; Stadtlogistik > urban logistics
Lastenräder > cargo bike; Verkehrsdaten > transport data; autonomen Fahrens > automated driving; Flughäfen > airport
Autobahnen > motorway; Krankenhäuser > hospital; Krankenhäusern > hospital
Krankenhausverwaltung > hospital administration; Kliniken > hospital; Gesundheitsdaten > health data
elektronischen Patientenakte > electronic health record; Ärzte > physicians; Patientinnen > patients
Medizinprodukten > medical devices; klinischer Studien > clinical trials; seltener Erkrankungen > rare diseases
chronischen Krankheiten > chronic diseases; Impfstoffe > vaccines; älterer Menschen > older people
Pflegekräfte > health workforce; Altenpflege > elderly care; Pflegeroboter > care robot; Städte > city
Staedte > city; Städten > city; Stadtentwicklungsprojekte > urban development project; Stadtteile > neighbourhood
Quartiers > neighbourhood; Quartiersentwicklung > neighbourhood development; Kommunen > municipalities
Gemeinden > municipality; kommunalen > municipal; städtischen > urban; öffentlichen Nahverkehrs > public transport
ÖPNV > public transport; Gebäudesanierungen > building renovation
Schulgebäudesanierung > school building renovation; Wohngebäuden > residential buildings
bezahlbaren Wohnraums > affordable housing; Energiegemeinschaften > energy community; Reallabore > living labs
Bürgerbeteiligungen > citizen participation; naturbasierter Lösungen > nature-based solutions
Klimaanpassungsstrategien > climate adaptation strategy; Starkregen > flooding; Überschwemmungen > flooding
Ueberschwemmung > flooding; Hochwasserschutzes > flood protection; Luftqualität > air quality
Kulturerbes > cultural heritage; Hochschulen > university; Zentren > centre; Museen > museum; Foerderung > funding
Förderungen > funding; Abfälle > waste; Abfallverwertung > waste recovery; Kälteversorgung > cooling supply
"""
DUTCH = """
waterstof > hydrogen; groene waterstof > green hydrogen; waterstofopslag > hydrogen storage; stikstof > nitrogen
waterstofschepen > hydrogen ship; warmtenet > district heating; warmtenetten > district heating
restwarmte > waste heat; warmtepompen > heat pump; energieopslagsystemen > energy storage system
brandstofcellen > fuel cell; grondstoffen > raw material; kritieke grondstoffen > critical raw materials
circulaire > circular; circulaire economie > circular economy; havens > port; binnenhavens > inland port
binnenvaart > inland navigation; vrachtwagens > trucks; laadpalen > charging stations
toeleveringsketens > supply chain; ziekenhuizen > hospital; patiënten > patients; gemeenten > municipality
gemeentes > municipality; wijken > neighbourhood; steden > cities; scholen > school; gebouwen > building
duurzame > sustainable; groene > green; overstromingen > flooding; batterijen > battery; sensoren > sensors
tankstations > refuelling station; huizen > house; elektrische voertuigen > electric vehicles
slimme steden > smart cities; havengebied > port area; warmteopslag > heat storage
stadsverwarmingsnetten > district heating network; afvalbeheer > waste management; kunstmatige intelligentie > AI
kwetsbare groepen > vulnerable groups; fietsen > cycling; klimaatadaptatie > climate adaptation
"""
APART = """
Kreislauf > rice; Kreislauf > travel; Reis > circular; Verrat > council; support > port; Transport > port
Export > port; Bericht > law; Forderung > funding; Forderungen > funding; Hafer > port; Haft > port; ki > AI
Ki > AI; Kino > AI; Skier > AI; Altes Rathaus > ageing; alte Häuser > ageing; Altar > ageing; Baum > construction
Bauch > construction; Bauer > construction; Radio > cycling; Radar > cycling; Radieschen > cycling
Gradmesser > cycling; Strombolianer > electricity; Strolch > electricity; Stadion > city; Bestattung > city
statt > city; erstatten > city; Wasserfall > hydrogen; Wassermelone > hydrogen; Stofftier > nitrogen
Abwasser > water; Luftschloss > air; Gesetz > network; Metzger > network; Nezwerk > network; Rohrpost > raw material
Marktplatz > plant; Pflaster > care; Pflegel > care; Wandern > transition; Wanderung > transition
Verwandte > transition; Gewand > transition; Schule > guilt; Schulter > school; Schulden > school; Busch > bus
Zugang > train; Anzug > train; Bezug > train; Aufzug > train; Datum > data; Date > data; Bohne > rail; Autor > car
Autorin > car; Automat > car; Glaser > glass; Glasur > glass; Holzweg > road; Gast > gas; Parkett > park
Sparkasse > park; Planet > plan; Planke > plan; Sonnenblume > solar; Kohlrabi > coal; Kohl > coal; Windel > wind
Schwindel > wind; Kinder > movie; Insel > inland; Meerrettich > marine; Leitungswasser > pipeline cable
Gefahren > vehicle; Failure mode > fashion industry; a safe haven of the sea > port
alter the plan of the port > ageing; die haven > port; haver > port; gemeen > municipality; begroeid > green
stadig > city; waterval > hydrogen
"""


@cache
def shipped() -> Glossary:
    return Glossary(region.glossary(ROOT / "data" / "regions" / "ruhr"))


def pairs(table: str) -> list[tuple[str, str]]:
    cells = [pair.split(">") for pair in table.replace("\n", ";").split(";") if ">" in pair]
    return [(said.strip(), english.strip()) for said, english in cells]


@pytest.mark.parametrize(("said", "english"), [*pairs(GERMAN), *pairs(DUTCH)])
def test_a_word_in_any_form_finds_its_english(said: str, english: str) -> None:
    assert english in [term.english for term in shipped().translated(said)]


@pytest.mark.parametrize(("said", "english"), pairs(APART))
def test_no_word_is_found_inside_an_unrelated_one(said: str, english: str) -> None:
    found = [term.english for term in shipped().translated(said)]
    assert not [f for f in found if english == f or english in f.split()]


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(pairs(GERMAN)) + len(pairs(DUTCH)) >= 260 and len(pairs(APART)) >= 85


def test_every_spelling_of_the_lexicon_is_found_as_the_region_wrote_it() -> None:
    """A German or Dutch spelling of a concept leads to English, or stands in English calls as it is."""
    lost = []
    for priority in region.load(ROOT / "data" / "regions" / "ruhr").priorities:
        for concept in priority.concepts:
            for language in ("de", "nl"):
                for spelling in concept.spellings.get(language, []):
                    own = {s.casefold() for s in concept.spellings.get("en", [])}
                    if spelling.casefold() not in own and not shipped().english(spelling, language):
                        lost.append(spelling)
    assert lost == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Wasserstoff in the port of Duisburg", ["hydrogen"]),
        ("We decarbonise the mode of transport and the film of a haven", []),
        ("ki-gestützte werkzeuge im hafen", ["tool", "port"]),
        (
            "WIR WOLLEN EINE WASSERSTOFFTANKSTELLE IM HAFEN",
            ["hydrogen refuelling station", "hydrogen refuelling", "port"],
        ),
        ("Wärme- und Kältenetze", ["heat", "cooling network", "cooling grid"]),
        ("", []),
        ("\u202e \x00 …", []),
    ],
)
def test_what_a_text_is_translated_to(text: str, english: list[str]) -> None:
    assert [term.english for term in shipped().translated(text)] == english


def rows(*pairs_: tuple[str, str], **more: object) -> list[dict[str, object]]:
    return [{"de": said, "en": english, "origin": "own", **more} for said, english in pairs_]


def test_a_translation_marked_as_wrong_is_gone_in_all_its_forms() -> None:
    known = rows(("Tank", "tank"), ("Stelle", "site"), ("Gift", "gift"), ("Gift", "poison"))
    assert [t.english for t in Glossary(known).translated("Gifte")] == ["gift", "poison"]
    marked = Glossary([*known, *rows(("Gift", "gift"), wrong=True)])
    assert [t.english for t in marked.translated("Gifte und des Giftes")] == ["poison"]
    assert [t.english for t in marked.english("Giftes", "de")] == ["poison"]


def test_a_compound_marked_as_wrong_is_gone_and_its_parts_stay() -> None:
    known = rows(("Tank", "tank"), ("Stelle", "site"))
    assert [t.english for t in Glossary(known).translated("Tankstellen")] == ["tank site"]
    marked = Glossary([*known, *rows(("Tankstelle", "tank site"), wrong=True)])
    assert marked.translated("Tankstellen") == [] and marked.english("Tankstelle") == []
    assert [t.english for t in marked.translated("Tanks")] == ["tank"]
    assert marked.translated("Tank") == [], "the same word in English needs no translation"
    assert [t.english for t in marked.translated("Stellen")] == ["site"]
    part = Glossary([*known, *rows(("Stelle", "site"), wrong=True)])
    assert part.translated("Tankstellen") == []


def test_the_last_word_on_a_pair_holds() -> None:
    wrong, right = rows(("Gift", "gift"), wrong=True), rows(("Gift", "gift"))
    assert [t.english for t in Glossary([*wrong, *right]).english("Gifts")] == ["gift"]
    assert Glossary([*right, *wrong]).english("Gifts") == []


def test_faulty_lines_are_named() -> None:
    with pytest.raises(InputError, match="2 faulty") as caught:
        Glossary([{"de": "Haus"}, {"de": "Baum", "en": "tree"}, {"en": "house"}])
    assert len(caught.value.faults) == 2 and "entry 1" in caught.value.faults[0]


def test_no_pair_stands_twice_in_the_shipped_glossary() -> None:
    listed = [(row.get("de"), row.get("nl"), row["en"]) for row in region.glossary(ROOT / "data/regions/ruhr")]
    assert len(listed) == len(set(listed))


PHRASE = [
    "Circular economy in cities", "Circular saws for timber", "Economy of care work",
    "Economy that is circular, and cities",
]  # fmt: skip


def test_a_translation_of_two_words_counts_as_a_phrase_and_each_of_them_alone_less() -> None:
    calls = [call(f"X{n}", title) for n, title in enumerate(PHRASE)] + list(snapshot()[:60])
    row = {"de": "Kreislaufwirtschaft", "en": "circular economy", "origin": "test"}
    ranker = make("concepts").fit(calls).with_glossary([row])
    german, english = (
        Priority(key="k", labels={"en": "k"}, concepts=[Concept(key="c", weight=3, spellings={code: [spelled]})])
        for code, spelled in (("de", "Kreislaufwirtschaft"), ("en", "circular economy"))
    )
    assert (ranker.scores(german) == ranker.scores(english)).all()
    for scores in (ranker.scores(german), ranker.ideas("Kreislaufwirtschaft")):
        phrase, saws, care, apart = scores[:4]
        assert phrase > apart > max(saws, care)
    assert ranker.having(german.concepts[0])[:4].tolist() == [True, False, False, True]
    [expansion] = ranker.expansions(german)
    assert (expansion.english, expansion.calls) == ("circular economy", int(ranker.having(german.concepts[0]).sum()))
