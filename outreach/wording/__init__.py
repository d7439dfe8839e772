"""What we say: catalogs of translations, fields, dates, segments, replies."""
