"""Words that a strategy uses and that name no field: function words by language, headings around the fields, and the
general words of every strategy."""

from matcher.text import fold

_GERMAN = """
der die das den dem des ein eine einer eines einem einen und oder aber für mit von vom zu zum zur im in an am auf aus
bei beim durch über unter nach vor zwischen gegen ohne um als wie auch noch nur sowie sowohl dabei damit dazu daher
dass ist sind war wird werden wurde wurden kann können soll sollen muss müssen hat haben sein seine seiner ihre ihrer
ihren wir unser unsere unserer sich es sie er nicht kein keine mehr sehr hier dort dieser diese dieses diesem diesen
welche welcher deren dessen wo wenn da so bis seit je alle aller allem allen andere anderen beide bereits etwa
insbesondere beispielsweise zudem jedoch sondern gehören gehört liegt liegen bietet bieten stärken stärkt fördern
fördert entwickeln entwickelt schaffen schafft nutzen nutzt setzen setzt wollen will möchten möchte sollte sollten
könnte könnten würde
würden müssen lassen lässt machen macht bleiben bleibt werben gilt gelten geht gehen steht stehen kommt kommen gibt
geben dient dienen hilft helfen senkt senken liefert liefern anbieten ermöglichen ermöglicht ausbauen baut
erschließen bewahren bewahrt verringern verringert verbessern verbessert erhöhen erhöht erhalten erhält
schützen schützt
sichern sichert begleiten begleitet verbinden verbindet vernetzen vernetzt gestalten gestaltet speichern speichert
reduzieren reduziert umstellen stellen stellt arbeiten arbeitet forschen forscht investieren investiert
bündeln bündelt
künftig außerdem darüber hinaus deshalb ebenso gemeinsam weiter weiterhin besonders vor allem zunehmend rund viele
vielen vieler einige einigen manche mehrere mehreren ganz gerade heute immer schon dann denn doch davon dafür daran
daraus darauf darin hierfür hierzu gegenüber während innerhalb außerhalb neben mithilfe entlang jede jeder jedes jedem
"""
_ENGLISH = """
the a an and or but for with of from to into in on at by as is are was were be been being will would can could should
must may has have had its it their our we they this that these those which who where when while than then also such
not no more most very both between among through over under within without across about against up out all any each
other some only here there how what if so do does well
build builds building-up develop develops developing support supports supporting strengthen strengthens promote
promotes create creates creating use uses using make makes making become becomes provide provides ensure ensures help
helps offer offers lead leads bring brings focus focuses including include includes especially particularly towards
"""
_BOILERPLATE = """
einleitung|einführung|vorwort|inhalt|inhaltsverzeichnis|zusammenfassung|kurzfassung|ausgangslage|hintergrund|methodik|
vorgehen|umsetzung|monitoring|governance|evaluierung|fazit|ausblick|quellen|literatur|anhang|impressum|ziele|leitbild|
strategische ziele|beteiligung|finanzierung|übersicht|allgemeines|präambel|
introduction|foreword|preface|contents|table of contents|summary|executive summary|background|context|methodology|
approach|implementation|evaluation|conclusion|conclusions|outlook|references|sources|annex|appendix|goals|objectives|
vision|mission|overview|participation|funding|acknowledgements
"""
_GENERIC = """
region regionen regional regionale regionalen strategie strategien strategy strategies strategic strategische
spezialisierung specialisation specialization intelligente intelligenten intelligent smart feld felder
handlungsfeld field fields bereich bereiche area areas thema themen topic topics ziel ziele goal goals objective
objectives maßnahme maßnahmen massnahme massnahmen measure measures action actions projekt projekte projekten
project projects entwicklung development stärkung förderung unterstützung support aufbau ausbau umsetzung
implementation nutzung einsatz unternehmen company companies firm firms betriebe business businesses wirtschaft
economy economic industry industries forschung research innovation innovationen innovations innovative innovativ
wissenschaft science hochschule hochschulen universität universitäten university universities kommune kommunen
municipality municipalities städte stadt gemeinde gemeinden towns town city cities land länder country countries
europa europe european europäische standort standorte akteure actors stakeholder stakeholders partner partners
netzwerk netzwerke network networks cluster clusters kompetenz kompetenzen competence competences expertise
potenzial potenziale potential potentials zukunft future wachstum growth beschäftigung jobs arbeitsplätze menschen
people bürger citizens gesellschaft society hause haus leben life arbeit work jahr jahre year years teil part
rolle role beitrag contribution lösung lösungen solution solutions technologie technologien technology
technologies technik produkt produkte product products dienstleistung dienstleistungen service services prozess
prozesse process processes system systeme systems qualität quality struktur strukturen structure structures
bedeutung importance chance chancen opportunity opportunities herausforderung herausforderungen challenge
challenges wandel change transformation neu neue neuen neuer neues new grün grüne große großen large starke
starken strong high wichtige wichtigen important besondere besonderen special nachhaltig nachhaltige nachhaltigen
nachhaltigkeit sustainable sustainability digital digitale digitalen moderne modern public private local lokale
lokalen sector sectors sektor sektoren branche branchen demand need needs bedarf hub hubs centre centres zentrum
zentren plan plans programm programme programmes initiative initiativen initiatives investition investitionen
investment investments weitere weiteren weiterer weiteres schwerpunkt schwerpunkte mittelpunkt verringerung
generation generationen generations nächste nächsten nächster next kleine kleinen kleiner mittlere mittleren
mittlerer beschäftigte beschäftigten akzeptanz
"""

GERMAN = frozenset(_GERMAN.split())
ENGLISH = frozenset(_ENGLISH.split())


def _folded(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split(separator) if word.strip())


BOILERPLATE = _folded(_BOILERPLATE, "|")
GENERIC = _folded(_GENERIC)
