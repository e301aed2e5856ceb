"""Articles as offices export them: files to records, records to rows of the catalogue."""
