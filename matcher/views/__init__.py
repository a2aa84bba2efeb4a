"""Tables people read, one file a table. DataFrames begin here and never go back down."""
