"""A source of calls is one module of this package: `records()` goes out, `parse()` only reads.

A source module has
    LABEL: str                                      its name for people
    records(connection, progress) -> Iterator[Page] goes out to the service, or reads a recorded folder
    parse(record) -> Call                           pure; raises RecordError for a record without identity,
                                                    title or kind; everything else is optional
    parser_version() -> str                         optional: changes whenever `parse` may read a record differently;
                                                    without it every record is read anew at every pull
Files that start with an underscore are helpers, not sources.
"""
